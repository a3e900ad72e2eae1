// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace godwit::testing {

// Relay is a proxy on a loopback port that takes one connection, reads one head, gives one answer to it, and
// then passes bytes between it and `target`, a loopback port, until either side closes. It has a thread of
// its own, which nothing keeps for longer than ten seconds.
class Relay {
 public:
  Relay(std::string answer, uint16_t target) : answer_(std::move(answer)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at = address(0);
    socklen_t size = sizeof at;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&at), size) == 0 && listen(listener_, 1) == 0) {
      getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
      port_ = ntohs(at.sin_port);
    }
    thread_ = std::thread([this, target] { serve(target); });
  }
  ~Relay() {
    join();
    close(listener_);
  }
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  uint16_t port() const { return port_; }
  // head waits for the end of the connection and gives what was asked.
  const std::string& head() {
    join();
    return head_;
  }

 private:
  static sockaddr_in address(uint16_t port) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return at;
  }

  void join() {
    if (thread_.joinable()) thread_.join();
  }

  static bool readable(int fd) {
    pollfd wait{fd, POLLIN, 0};
    return poll(&wait, 1, 10'000) == 1;
  }

  void serve(uint16_t target) {
    if (!readable(listener_)) return;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    char byte = 0;
    while (!head_.ends_with("\r\n\r\n") && readable(client) && recv(client, &byte, 1, 0) == 1) head_ += byte;
    send(client, answer_.data(), answer_.size(), MSG_NOSIGNAL);
    const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in at = address(target);
    if (target != 0 && connect(server, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0) {
      pass_on(client, server);
    }
    close(server);
    close(client);
  }

  static void pass_on(int client, int server) {
    std::array<char, 16384> bytes;
    for (;;) {
      pollfd both[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
      if (poll(both, 2, 10'000) <= 0) return;
      for (int i = 0; i < 2; ++i) {
        if (both[i].revents == 0) continue;
        const ssize_t n = recv(both[i].fd, bytes.data(), bytes.size(), 0);
        if (n <= 0) return;
        if (send(both[1 - i].fd, bytes.data(), static_cast<size_t>(n), MSG_NOSIGNAL) != n) return;
      }
    }
  }

  const std::string answer_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::string head_;
  std::thread thread_;
};

}  // namespace godwit::testing
