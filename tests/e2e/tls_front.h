// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "godwit/tests/support/certificates.h"
#include "godwit/tests/support/tls_peer.h"

namespace godwit::testing {

// TlsFront is TLS before a server that does not speak it: a loopback port that takes one connection, shakes
// hands as 127.0.0.1, and passes what is said to `target`, a loopback port, until either side closes. It has
// a thread of its own, which nothing keeps for longer than ten seconds.
class TlsFront {
 public:
  explicit TlsFront(uint16_t target) : ca_(test::make_ca("Front Root")) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at = address(0);
    socklen_t size = sizeof at;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&at), size) == 0 && listen(listener_, 1) == 0) {
      getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
      port_ = ntohs(at.sin_port);
    }
    thread_ = std::thread([this, target] { serve(target); });
  }
  ~TlsFront() {
    thread_.join();
    close(listener_);
  }
  TlsFront(const TlsFront&) = delete;
  TlsFront& operator=(const TlsFront&) = delete;

  uint16_t port() const { return port_; }
  std::string ca_pem() const { return ca_.pem(); }

 private:
  static sockaddr_in address(uint16_t port) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return at;
  }

  static bool send_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }

  void serve(uint16_t target) {
    pollfd wait{listener_, POLLIN, 0};
    if (poll(&wait, 1, 10'000) != 1) return;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in at = address(target);
    if (connect(server, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0) pass_on(client, server);
    close(server);
    close(client);
  }

  void pass_on(int client, int server) {
    test::CertificateSpec spec;
    spec.ip = {"127.0.0.1"};
    const test::Certificate leaf = test::make_certificate(spec, &ca_);
    test::TlsPeer tls({.chain = {&leaf}});
    std::array<char, 16384> bytes;
    for (;;) {
      pollfd both[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
      if (poll(both, 2, 10'000) <= 0) return;
      for (int i = 0; i < 2; ++i) {
        if (both[i].revents == 0) continue;
        const ssize_t n = recv(both[i].fd, bytes.data(), bytes.size(), 0);
        if (n <= 0) return;
        const std::string_view got(bytes.data(), static_cast<size_t>(n));
        i == 0 ? tls.feed(got) : tls.write(got);
      }
      if (!send_all(client, tls.take()) || !send_all(server, std::exchange(tls.received, {}))) return;
    }
  }

  const test::Certificate ca_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace godwit::testing
