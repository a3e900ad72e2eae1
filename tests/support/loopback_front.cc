// SPDX-License-Identifier: MIT
#include "godwit/tests/support/loopback_front.h"

#include <array>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace godwit::testing {

namespace {

constexpr int kPatience = 10'000;  // milliseconds

sockaddr_in loopback(uint16_t port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return at;
}

}  // namespace

LoopbackFront::LoopbackFront(std::function<void(int client)> serve) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at = loopback(0);
  socklen_t size = sizeof at;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&at), size) == 0 && listen(listener_, 1) == 0) {
    getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
  }
  thread_ = std::thread([this, serve = std::move(serve)] {
    if (!readable(listener_)) return;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    serve(client);
    close(client);
  });
}

LoopbackFront::~LoopbackFront() {
  join();
  close(listener_);
}

void LoopbackFront::join() {
  if (thread_.joinable()) thread_.join();
}

bool LoopbackFront::readable(int fd) {
  pollfd wait{fd, POLLIN, 0};
  return poll(&wait, 1, kPatience) == 1;
}

bool LoopbackFront::send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

void LoopbackFront::pass_on(
    int client, uint16_t target,
    const std::function<bool(std::string_view bytes, bool from_client, int server)>& tell) {
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in at = loopback(target);
  bool open = connect(server, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0;
  std::array<char, 16384> bytes;
  while (open) {
    pollfd both[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    open = poll(both, 2, kPatience) > 0;
    for (const pollfd& side : both) {
      if (!open || side.revents == 0) continue;
      const ssize_t n = recv(side.fd, bytes.data(), bytes.size(), 0);
      open = n > 0 && tell({bytes.data(), static_cast<size_t>(n)}, side.fd == client, server);
    }
  }
  close(server);
}

}  // namespace godwit::testing
