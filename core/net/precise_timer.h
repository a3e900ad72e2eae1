// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <uv.h>

#include "godwit/core/callback.h"
#include "godwit/core/net/loop_impl.h"

namespace godwit::net {

// PreciseTimer is godwit::Timer on a timerfd of the loop's poll set: libuv's own timers count whole
// milliseconds, too coarse to pace requests by. A system without a descriptor left ends the process, as a
// loop does then.
class PreciseTimer final {
 public:
  PreciseTimer(LoopImpl& loop, Callback<void()> f);
  ~PreciseTimer();
  PreciseTimer(const PreciseTimer&) = delete;
  PreciseTimer& operator=(const PreciseTimer&) = delete;

  void start(uint64_t due);
  void stop();
  bool running() const { return state_->due != 0; }

 private:
  // State outlives the timer until libuv has let go of its handle.
  struct State {
    LoopImpl& loop;
    Callback<void()> fired;
    uint64_t due = 0;  // 0: not running
    int fd = -1;
    uv_poll_t poll = {};
  };

  static void set(State& state, uint64_t due);
  static void on_readable(uv_poll_t* handle, int status, int events);

  State* const state_;
};

}  // namespace godwit::net
