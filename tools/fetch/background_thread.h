// SPDX-License-Identifier: MIT
#pragma once

#include <thread>
#include <utility>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

namespace godwit::fetch {

// background_thread starts a thread that takes no signals: they are to interrupt the main thread, whose
// writes may be blocked by whoever reads our output.
template <class F>
std::thread background_thread(F&& body) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::forward<F>(body));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

// WakePipe makes a thread that sits in poll() look up: its fd becomes readable, and stays so, after
// signal(), which is safe in a signal handler.
class WakePipe {
 public:
  WakePipe() {
    if (pipe2(fds_, O_CLOEXEC | O_NONBLOCK) != 0) fds_[0] = fds_[1] = -1;
  }
  ~WakePipe() {
    if (fds_[0] >= 0) close(fds_[0]);
    if (fds_[1] >= 0) close(fds_[1]);
  }
  WakePipe(const WakePipe&) = delete;
  WakePipe& operator=(const WakePipe&) = delete;

  int fd() const { return fds_[0]; }
  void signal() const {
    // A full pipe is readable already.
    [[maybe_unused]] const ssize_t n = write(fds_[1], "!", 1);
  }

 private:
  int fds_[2];
};

}  // namespace godwit::fetch
