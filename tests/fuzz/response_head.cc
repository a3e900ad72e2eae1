// SPDX-License-Identifier: MIT
#include "godwit/tests/fuzz/head_comparison.h"

// The input is what a server sends first.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static godwit::fuzz::HeadComparison<godwit::parser::ResponseHead> comparison;
  comparison.run(godwit::fuzz::as_text(data, size));
  return 0;
}
