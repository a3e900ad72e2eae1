// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>

#include "godwit/core/callback.h"
#include "godwit/core/loop.h"

namespace godwit {

namespace net {
class PreciseTimer;
}

// Timer calls back once at a moment of the monotonic clock: never before, and as soon after it as the system
// wakes the loop, which is tens of microseconds on an idle machine. It is for pacing; the deadlines of
// exchanges are in ClientOptions and cost less. It costs a descriptor, and a system call for each start().
//
// It belongs to the loop's thread. While it runs it keeps Loop::run() going. Its callback may start, stop and
// destroy it.
class Timer {
 public:
  Timer(Loop& loop, Callback<void()> f);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // now is the clock of start(), in nanoseconds; that of std::chrono::steady_clock.
  static uint64_t now();

  // start sets the moment; a running timer is moved. A moment that is over is due at once, but never from
  // inside this call.
  void start(uint64_t due);

  // stop makes it silent; idempotent.
  void stop();

  bool running() const;

 private:
  std::unique_ptr<net::PreciseTimer> impl_;
};

}  // namespace godwit
