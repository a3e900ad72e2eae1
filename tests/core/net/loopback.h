// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "godwit/core/net/endpoint.h"
#include "godwit/core/net/loop_impl.h"

// Peers made of plain sockets, for tests of what stands on libuv. All blocking calls give up after
// seconds, and so does LoopDriver: a broken test fails, it does not hang.
namespace godwit::net::testing {

// Peer is the other end of a connection.
class Peer {
 public:
  explicit Peer(int fd) : fd_(fd) {
    timeval limit{5, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }
  Peer(Peer&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Peer() { close(); }

  bool ok() const { return fd_ >= 0; }
  void send(std::string_view text) {
    while (!text.empty()) {
      ssize_t n = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      ASSERT_GT(n, 0);
      text.remove_prefix(static_cast<size_t>(n));
    }
  }
  // receive waits for some bytes; empty at the end of the stream.
  std::string receive(size_t limit = 65536) {
    std::string out(limit, '\0');
    ssize_t n = recv(fd_, out.data(), out.size(), 0);
    out.resize(n > 0 ? static_cast<size_t>(n) : 0);
    return out;
  }
  // receive_now takes what is there, without waiting.
  size_t receive_now() {
    static char buffer[1 << 20];
    ssize_t n = recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT);
    return n > 0 ? static_cast<size_t>(n) : 0;
  }
  // receive_ready takes what is there, without waiting.
  std::string receive_ready() {
    std::string out(65536, '\0');
    const ssize_t n = recv(fd_, out.data(), out.size(), MSG_DONTWAIT);
    out.resize(n > 0 ? static_cast<size_t>(n) : 0);
    return out;
  }
  void shutdown_write() { shutdown(fd_, SHUT_WR); }
  void reset() {
    linger now{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
  }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

// connect_to gives the client's end of a connection to a port on 127.0.0.1.
inline Peer connect_to(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_storage storage;
  const socklen_t size = to_sockaddr({*parse_address("127.0.0.1"), port}, storage);
  EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&storage), size), 0);
  return Peer(fd);
}

// Listener listens on 127.0.0.1 (or another address).
class Listener {
 public:
  explicit Listener(const char* address = "127.0.0.1", int backlog = 128, int receive_buffer = 0) {
    auto parsed = parse_address(address);
    const bool v4 = parsed->family == ports::Address::Family::v4;
    fd_ = socket(v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;
    setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (receive_buffer) setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    timeval limit{5, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_storage storage;
    socklen_t size = to_sockaddr({*parsed, 0}, storage);
    good_ = bind(fd_, reinterpret_cast<sockaddr*>(&storage), size) == 0 && listen(fd_, backlog) == 0;
    size = sizeof storage;
    getsockname(fd_, reinterpret_cast<sockaddr*>(&storage), &size);
    endpoint_ = from_sockaddr(reinterpret_cast<sockaddr&>(storage)).value_or(Endpoint{});
  }
  ~Listener() { close(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  bool good() const { return good_; }
  const Endpoint& endpoint() const { return endpoint_; }
  uint16_t port() const { return endpoint_.port; }
  Peer accept() { return Peer(::accept(fd_, nullptr, nullptr)); }
  // accept_from accepts, closes, and gives where the connection came from.
  std::optional<Endpoint> accept_from() {
    sockaddr_storage from;
    socklen_t size = sizeof from;
    const int fd = ::accept(fd_, reinterpret_cast<sockaddr*>(&from), &size);
    if (fd < 0) return std::nullopt;
    ::close(fd);
    return from_sockaddr(reinterpret_cast<sockaddr&>(from));
  }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
  bool good_ = false;
  Endpoint endpoint_;
};

// ClosedPort is a port that refuses, on every loopback address. It is bound all the while, and nobody
// listens: a port that is merely free may be taken by the next test.
class ClosedPort {
 public:
  ClosedPort() : fd_(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    int off = 0;
    sockaddr_in6 both{};
    both.sin6_family = AF_INET6;
    setsockopt(fd_, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd_, reinterpret_cast<sockaddr*>(&both), sizeof both) != 0) {
      // A machine without IPv6.
      if (fd_ >= 0) ::close(fd_);
      fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      sockaddr_in v4{};
      v4.sin_family = AF_INET;
      EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&v4), sizeof v4), 0);
    }
    sockaddr_storage storage;
    socklen_t size = sizeof storage;
    EXPECT_EQ(getsockname(fd_, reinterpret_cast<sockaddr*>(&storage), &size), 0);
    number_ = from_sockaddr(reinterpret_cast<sockaddr&>(storage)).value_or(Endpoint{}).port;
  }
  ~ClosedPort() { ::close(fd_); }
  ClosedPort(const ClosedPort&) = delete;
  ClosedPort& operator=(const ClosedPort&) = delete;

  uint16_t number() const { return number_; }

 private:
  int fd_;
  uint16_t number_ = 0;
};

// LoopDriver runs a loop until something holds.
class LoopDriver {
 public:
  explicit LoopDriver(LoopImpl& loop) : loop_(loop) { loop_.scheduler().hold(); }
  ~LoopDriver() {
    loop_.scheduler().cancel(guard_);
    loop_.scheduler().release();
  }

  template <class Condition>
  ::testing::AssertionResult until(Condition condition) {
    return run(condition, UV_RUN_ONCE);
  }

  // spin is until() for a condition that moves the peer itself: the loop never waits.
  template <class Condition>
  ::testing::AssertionResult spin(Condition condition) {
    return run(condition, UV_RUN_NOWAIT);
  }

  // turns gives what is on its way `count` chances.
  void turns(int count = 3) {
    for (int i = 0; i < count; ++i) uv_run(loop_.uv(), UV_RUN_NOWAIT);
  }

 private:
  struct Guard final : ports::Timer {
    Guard() : Timer([](Timer& timer) { static_cast<Guard&>(timer).late = true; }) {}
    bool late = false;
  };

  static constexpr uint64_t kSeconds = 10;

  template <class Condition>
  ::testing::AssertionResult run(Condition& condition, uv_run_mode mode) {
    guard_.late = false;
    loop_.scheduler().arm(guard_, uv_hrtime() + kSeconds * 1'000'000'000);
    bool held = condition();
    while (!held && !guard_.late) {
      uv_run(loop_.uv(), mode);
      held = condition();
    }
    loop_.scheduler().cancel(guard_);
    if (held) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << "did not come true in " << kSeconds << " s";
  }

  LoopImpl& loop_;
  Guard guard_;
};

}  // namespace godwit::net::testing
