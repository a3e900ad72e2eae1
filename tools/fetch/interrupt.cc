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
// kNudge cuts a blocking call of the main thread short; by itself it means nothing to anyone.
constexpr int kNudge = SIGURG;
constexpr int kNudgeMilliseconds = 100;

std::atomic<bool> overdue_flag = false;
// What the handler touches.
const WakePipe* arrived = nullptr;

void handle(int) {
  const int saved = errno;
  arrived->signal();
  errno = saved;
}

void set_handler(int number, void (*handler)(int), int flags) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(number, &action, nullptr);
}

bool readable(int fd, std::chrono::milliseconds wait) {
  pollfd poll_fd = {fd, POLLIN, 0};
  return poll(&poll_fd, 1, static_cast<int>(wait.count())) > 0;
}

}  // namespace

bool Interrupt::overdue() {
  return overdue_flag;
}

Interrupt::Interrupt(std::function<void()> on_request) : on_request_(std::move(on_request)) {
  // Never freed: a signal may be under way when this object goes.
  static const WakePipe kArrived;
  arrived = &kArrived;
  thread_ = background_thread([this] { watch(); });
  set_handler(
      kNudge, [](int) {}, 0);
  for (int number : kSignals) set_handler(number, handle, static_cast<int>(SA_RESTART | SA_RESETHAND));
}

Interrupt::~Interrupt() {
  for (int number : kSignals) set_handler(number, SIG_DFL, 0);
  stop_.signal();
  thread_.join();
}

void Interrupt::watch() {
  pollfd fds[2] = {{arrived->fd(), POLLIN, 0}, {stop_.fd(), POLLIN, 0}};
  while (poll(fds, 2, -1) < 0 && errno == EINTR) {
  }
  if (fds[1].revents != 0) return;
  on_request_();
  if (readable(stop_.fd(), kGrace)) return;
  overdue_flag = true;
  // More than once, since the main thread may be just about to make the call that blocks.
  do {
    pthread_kill(main_, kNudge);
  } while (!readable(stop_.fd(), std::chrono::milliseconds(kNudgeMilliseconds)));
}

}  // namespace godwit::fetch
