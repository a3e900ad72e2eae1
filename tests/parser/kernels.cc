// SPDX-License-Identifier: MIT
// Names the kernels that this processor runs, the best first, a line each.
#include <cstdio>
#include <string>

#include "godwit/parser/kernel/dispatch.h"

int main() {
  for (const auto* kernel : godwit::parser::all_kernels()) std::puts(std::string(kernel->name).c_str());
}
