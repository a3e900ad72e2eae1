// SPDX-License-Identifier: MIT
#include "godwit/tests/support/scripted_server.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "godwit/tests/support/tls_peer.h"

namespace godwit::testing {

namespace {

void check(bool ok, const char* what) {
  if (ok) return;
  std::perror(what);
  std::abort();
}

}  // namespace

struct ScriptedServer::Connection {
  Connection(int the_fd, size_t the_index) : fd(the_fd), index(the_index) {}
  ~Connection() { ::close(fd); }

  int fd;
  size_t index;
  size_t requests = 0;
  std::unique_ptr<test::TlsPeer> tls;
  std::string in;   // plaintext
  std::string out;  // as it goes over the wire
  size_t sent = 0;
  WireFault fault;
  Then then = Then::keep;
  bool deaf = false;      // what comes is dropped
  bool finished = false;  // our FIN is sent
};

ScriptedServer::ScriptedServer(Script script, Options options)
    : script_(std::move(script)), options_(std::move(options)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* name = reinterpret_cast<sockaddr*>(&address);
  check(bind(listener_, name, size) == 0 && listen(listener_, 4096) == 0, "listen");
  check(getsockname(listener_, name, &size) == 0, "getsockname");
  port_ = ntohs(address.sin_port);
  wake_ = eventfd(0, EFD_CLOEXEC);
  check(wake_ >= 0, "eventfd");
  thread_ = std::thread([this] { serve(); });
}

ScriptedServer::~ScriptedServer() {
  eventfd_write(wake_, 1);
  thread_.join();
  ::close(wake_);
  ::close(listener_);
}

std::string ScriptedServer::url(std::string_view path, std::string_view host) const {
  std::string url = options_.chain.empty() ? "http://" : "https://";
  return url.append(host).append(":").append(std::to_string(port_)).append(path);
}

void ScriptedServer::serve() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  std::vector<std::unique_ptr<Connection>> connections;
  std::vector<pollfd> polled;
  for (;;) {
    polled = {{wake_, POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const auto& c : connections) {
      polled.push_back({c->fd, static_cast<short>(c->out.empty() ? POLLIN : POLLIN | POLLOUT), 0});
    }
    while (poll(polled.data(), polled.size(), -1) < 0) check(errno == EINTR, "poll");
    if (polled[0].revents) return;
    for (size_t i = 2; i < polled.size(); ++i) {
      Connection& connection = *connections[i - 2];
      bool alive = true;
      if (polled[i].revents & ~POLLOUT) alive = receive(connection);
      if (alive && polled[i].revents) alive = flush(connection);
      if (!alive) connections[i - 2] = nullptr;
    }
    std::erase(connections, nullptr);
    if (polled[1].revents) accept_all(connections);
  }
}

void ScriptedServer::accept_all(std::vector<std::unique_ptr<Connection>>& connections) {
  for (;;) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto connection = std::make_unique<Connection>(fd, accepted_++);
    if (!options_.chain.empty()) {
      connection->tls = std::make_unique<test::TlsPeer>(
          test::TlsPeerOptions{.chain = options_.chain, .max_version = options_.max_tls_version});
    }
    if (options_.fault) connection->fault = options_.fault(connection->index);
    connections.push_back(std::move(connection));
  }
}

bool ScriptedServer::receive(Connection& c) {
  char buffer[65536];
  const ssize_t got = recv(c.fd, buffer, sizeof buffer, 0);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) return false;
  if (c.deaf) return true;
  const std::string_view bytes(buffer, static_cast<size_t>(got));
  if (c.tls) {
    c.tls->feed(bytes);
    c.in += std::exchange(c.tls->received, {});
    c.out += c.tls->take();
  } else {
    c.in += bytes;
  }
  while (c.then == Then::keep && answer(c)) {
  }
  return true;
}

// answer takes one request head; false when there is none.
bool ScriptedServer::answer(Connection& c) {
  const size_t end = c.in.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const std::string_view head(c.in);
  const size_t first = std::min(head.find(' '), end);
  const size_t second = std::min(head.find(' ', first + 1), end);
  Answer answer = script_({.method = head.substr(0, first),
                           .target = head.substr(first + 1, second - first - 1),
                           .connection = c.index,
                           .number = c.requests++});
  c.in.erase(0, end + 4);
  c.then = answer.then;
  if (c.tls) {
    if (!answer.bytes.empty()) c.tls->write(answer.bytes);
    if (c.then == Then::fin) c.tls->close();
    c.out += c.tls->take();
  } else {
    c.out += answer.bytes;
  }
  ++answered_;
  return true;
}

bool ScriptedServer::flush(Connection& c) {
  if (c.finished) return true;
  if (c.out.size() + c.sent > c.fault.at) {
    c.out.resize(c.fault.at - c.sent);
    c.out += c.fault.garbage;
    c.then = c.fault.then;
    c.fault = {};
    c.deaf = true;
  }
  while (!c.out.empty()) {
    const ssize_t sent = send(c.fd, c.out.data(), c.out.size(), MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EINTR;
    c.sent += static_cast<size_t>(sent);
    c.out.erase(0, static_cast<size_t>(sent));
  }
  switch (c.then) {
    case Then::keep:
      return true;
    case Then::fin:
    case Then::cut:
      // Not closed yet: what the peer still sends would be answered by a reset.
      c.finished = c.deaf = true;
      shutdown(c.fd, SHUT_WR);
      return true;
    case Then::reset: {
      const linger now{1, 0};
      setsockopt(c.fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
      return false;
    }
  }
  return true;
}

}  // namespace godwit::testing
