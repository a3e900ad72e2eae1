// SPDX-License-Identifier: MIT
#include "godwit/tests/fuzz/head_comparison.h"

// The input is a trailer section, or a head without its first line.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static godwit::fuzz::HeadComparison<godwit::parser::FieldLines> comparison;
  comparison.run(godwit::fuzz::as_text(data, size));
  return 0;
}
