// SPDX-License-Identifier: MIT
#pragma once

#include "godwit/core/error.h"
#include "godwit/core/loop.h"

namespace godwit::blocking {

// run_until runs the loop until a callback has set `done`. Where nothing is left that could set it, `error`
// becomes `cancelled`: the loop was stopped from within, or what was waited for was closed.
inline void run_until(Loop& loop, const bool& done, Error& error) {
  while (!done) {
    if (!loop.run_once() && !done) {
      error = {.code = Errc::cancelled};
      return;
    }
  }
}

}  // namespace godwit::blocking
