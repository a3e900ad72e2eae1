// SPDX-License-Identifier: MIT
#pragma once

#include "godwit/core/error.h"
#include "godwit/core/loop.h"

namespace godwit::blocking {

// Answer is what a callback leaves for the call that waits for it. Both own it: a call that gives up leaves
// no callback that writes to its stack.
template <class Value>
struct Answer {
  Value value{};
  bool done = false;
};

// run_until runs the loop until a callback has set `done`. `cancelled` means that nothing is left which could
// set it.
inline Error run_until(Loop& loop, const bool& done) {
  while (!done) {
    if (!loop.run_once() && !done) return {.code = Errc::cancelled};
  }
  return {};
}

}  // namespace godwit::blocking
