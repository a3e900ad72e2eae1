// SPDX-License-Identifier: MIT
// What a warm keep-alive request asks of the kernel: one send, one receive and a share of a wait. The
// program's own definitions of these functions take the place of the C library's, for libuv's calls as well.
#include <string>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "godwit/tests/e2e/loopback_client.h"

namespace {

struct Calls {
  int sends = 0;
  int receives = 0;
  int waits = 0;
  int others = 0;  // epoll_ctl, timers, and reads and writes, such as those of an eventfd
};

// The embedded server has a thread of its own.
thread_local Calls* counted = nullptr;

void count(int Calls::*kind) {
  if (counted) ++(counted->*kind);
}

}  // namespace

extern "C" {

ssize_t send(int fd, const void* data, size_t size, int flags) {
  count(&Calls::sends);
  return syscall(SYS_sendto, fd, data, size, flags, nullptr, 0);
}

ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  count(&Calls::sends);
  return syscall(SYS_sendmsg, fd, message, flags);
}

ssize_t writev(int fd, const iovec* pieces, int n) {
  count(&Calls::sends);
  return syscall(SYS_writev, fd, pieces, n);
}

ssize_t recv(int fd, void* data, size_t size, int flags) {
  count(&Calls::receives);
  return syscall(SYS_recvfrom, fd, data, size, flags, nullptr, nullptr);
}

ssize_t readv(int fd, const iovec* pieces, int n) {
  count(&Calls::receives);
  return syscall(SYS_readv, fd, pieces, n);
}

ssize_t read(int fd, void* data, size_t size) {
  count(&Calls::others);
  return syscall(SYS_read, fd, data, size);
}

ssize_t write(int fd, const void* data, size_t size) {
  count(&Calls::others);
  return syscall(SYS_write, fd, data, size);
}

int epoll_ctl(int epoll, int operation, int fd, epoll_event* event) noexcept {
  count(&Calls::others);
  return static_cast<int>(syscall(SYS_epoll_ctl, epoll, operation, fd, event));
}

int timerfd_settime(int fd, int flags, const itimerspec* value, itimerspec* old) noexcept {
  count(&Calls::others);
  return static_cast<int>(syscall(SYS_timerfd_settime, fd, flags, value, old));
}

int epoll_pwait(int epoll, epoll_event* events, int room, int timeout, const sigset_t* signals) {
  count(&Calls::waits);
  constexpr size_t kSignalBytes = 8;
  return static_cast<int>(syscall(SYS_epoll_pwait, epoll, events, room, timeout, signals, kSignalBytes));
}

int epoll_wait(int epoll, epoll_event* events, int room, int timeout) {
  return epoll_pwait(epoll, events, room, timeout, nullptr);
}
}

namespace godwit::testing {
namespace {

constexpr int kConnections = 16;

// Repeater sends its request again from each on_done, as often as it is told to.
struct Repeater final : ResponseHandler {
  void on_done(Response& r, const Error& error) override {
    if (error || r.status() != 200) ++failed;
    if (left-- > 0) client->send(*request, *this);
  }

  Client* client = nullptr;
  const Request* request = nullptr;
  int left = 0;
  int failed = 0;
};

struct SystemCalls : LoopbackTest {
  // calls_of has each connection make so many requests.
  Calls calls_of(LoopbackClient& client, const Request& request, int requests) {
    Calls calls;
    counted = &calls;
    Repeater repeaters[kConnections];
    for (Repeater& repeater : repeaters) {
      repeater.client = &client.client();
      repeater.request = &request;
      repeater.left = requests - 1;
      client.client().send(request, repeater);
    }
    client.run();
    counted = nullptr;
    for (const Repeater& repeater : repeaters) EXPECT_EQ(repeater.failed, 0);
    return calls;
  }
};

TEST_F(SystemCalls, AWarmRequestIsOneSendAndOneReceive) {
  LoopbackClient client;
  Request request;
  request.url = server().http_url("/bytes/100");
  calls_of(client, request, 2);  // connects
  const Calls few = calls_of(client, request, 10);
  const Calls more = calls_of(client, request, 110);
  constexpr int kRequests = 110 * kConnections;
  EXPECT_EQ(more.sends, kRequests);
  // Each connection may be looked at once before its first request, since it lay idle, and bytes of one
  // response may come at twice.
  EXPECT_GE(more.receives, kRequests);
  EXPECT_LE(more.receives, kRequests + kConnections + kRequests / 20);
  EXPECT_EQ(more.others, few.others);
  // How many responses one wait finds is the machine's affair.
  EXPECT_GT(more.waits, 0);
  EXPECT_LE(more.waits, kRequests + kRequests / 20);
}

}  // namespace
}  // namespace godwit::testing
