// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <thread>

#include "godwit/tools/fetch/background_thread.h"

namespace godwit::fetch {

// Interrupt turns the first SIGINT or SIGTERM into a call, so that the program can stop cleanly; the second
// one ends it as ever. One at a time; to be made before the threads that it is to spare.
class Interrupt {
 public:
  // on_request is called on a thread of its own.
  explicit Interrupt(std::function<void()> on_request);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // requested says whether a signal has come: system calls that were cut short are then not repeated.
  static bool requested();

 private:
  std::function<void()> on_request_;
  WakePipe stop_;
  std::thread thread_;
};

}  // namespace godwit::fetch
