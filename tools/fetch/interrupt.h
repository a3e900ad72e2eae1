// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <thread>

#include <pthread.h>

#include "godwit/tools/fetch/background_thread.h"

namespace godwit::fetch {

// Interrupt turns the first SIGINT or SIGTERM into a call, so that the program can stop cleanly; the second
// one ends it as ever. One at a time, made on the main thread.
class Interrupt {
 public:
  // kGrace: whoever reads our output has so long to take what is left of it.
  static constexpr std::chrono::milliseconds kGrace{1000};

  // on_request is called on a thread of its own.
  explicit Interrupt(std::function<void()> on_request);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // overdue says that the grace is over: a write that is cut short is then not repeated. From then on
  // the main thread's blocking calls are cut short again and again.
  static bool overdue();

 private:
  void watch();

  std::function<void()> on_request_;
  const pthread_t main_ = pthread_self();
  WakePipe stop_;
  std::thread thread_;
};

}  // namespace godwit::fetch
