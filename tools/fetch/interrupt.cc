// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/interrupt.h"

#include <atomic>
#include <cerrno>
#include <utility>

#include <poll.h>
#include <signal.h>

namespace godwit::fetch {

namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM};

// What a signal handler may touch.
std::atomic<bool> requested_flag = false;
std::atomic<const WakePipe*> wake = nullptr;
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<WakePipe*>::is_always_lock_free);

void handle(int) {
  const int saved = errno;
  requested_flag = true;
  if (const WakePipe* pipe = wake) pipe->signal();
  errno = saved;
}

}  // namespace

bool Interrupt::requested() {
  return requested_flag;
}

Interrupt::Interrupt(std::function<void()> on_request) : on_request_(std::move(on_request)) {
  static const WakePipe kArrived;
  wake = &kArrived;
  thread_ = background_thread([this] {
    pollfd fds[2] = {{kArrived.fd(), POLLIN, 0}, {stop_.fd(), POLLIN, 0}};
    while (poll(fds, 2, -1) < 0 && errno == EINTR) {
    }
    if (fds[1].revents == 0) on_request_();
  });
  struct sigaction action = {};
  action.sa_handler = handle;
  // Without SA_RESTART, a write that our reader does not take is cut short.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (int signal : kSignals) sigaction(signal, &action, nullptr);
}

Interrupt::~Interrupt() {
  for (int number : kSignals) signal(number, SIG_DFL);
  stop_.signal();
  thread_.join();
}

}  // namespace godwit::fetch
