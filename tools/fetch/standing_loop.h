// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>

#include "godwit/core/callback.h"
#include "godwit/core/loop.h"

namespace godwit::fetch {

// StandingLoop keeps a Loop in service while threads may still hand it work: Loop::run returns when no
// exchange is open, though the next line of the input may be a second away.
class StandingLoop {
 public:
  godwit::Loop& loop() { return loop_; }

  // post runs f on the loop's thread. From any thread.
  void post(Callback<void()> f) {
    loop_.post(std::move(f));
    {
      std::lock_guard lock(mutex_);
      ++posts_;
    }
    posted_.notify_one();
  }

  // run_until dispatches events until done() says so; it is asked whenever the loop has nothing to do.
  template <class Done>
  void run_until(Done done) {
    while (!done()) {
      uint64_t seen;
      {
        std::lock_guard lock(mutex_);
        seen = posts_;
      }
      loop_.run();
      if (done()) return;
      // What was posted before `seen` was taken has run; what came later is worth another round.
      std::unique_lock lock(mutex_);
      posted_.wait(lock, [&] { return posts_ != seen; });
    }
  }

 private:
  godwit::Loop loop_;
  std::mutex mutex_;
  std::condition_variable posted_;
  uint64_t posts_ = 0;
};

}  // namespace godwit::fetch
