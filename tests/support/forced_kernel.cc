// SPDX-License-Identifier: MIT
// Linked into a test, this has it run with the parser's kernel that the environment names
// (tools/test_kernels).
#include <cstdio>
#include <cstdlib>

#include "godwit/parser/kernel/dispatch.h"

namespace {

const bool forced = [] {
  const char* name = std::getenv("GODWIT_KERNEL");
  if (name == nullptr || *name == '\0') return false;
  if (!godwit::parser::use_kernel(name)) {
    std::fprintf(stderr, "GODWIT_KERNEL=%s: this processor runs no kernel of that name\n", name);
    std::exit(1);
  }
  std::fprintf(stderr, "the parser's kernel is %s\n", name);
  return true;
}();

}  // namespace
