// SPDX-License-Identifier: MIT
// What a crawler with ten thousand HttpConnections holds: bytes of heap for each of them.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "godwit/core/http_connection.h"
#include "godwit/tests/support/heap_bytes.h"

namespace godwit::testing {
namespace {

constexpr size_t kCount = 200;

// Server answers whatever arrives with a few bytes, and never touches the heap, so that all that grows is the
// client's. It ends when every client is gone.
class Server {
 public:
  Server() : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(listener_, 4096), 0);
    socklen_t size = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() {
    thread_.join();
    close(listener_);
  }
  uint16_t port() const { return port_; }

 private:
  void serve() {
    static std::array<pollfd, kCount + 1> fds;
    fds[0] = {listener_, POLLIN, 0};
    size_t count = 1, over = 0;
    while (over < kCount) {
      poll(fds.data(), count, -1);
      for (size_t i = 1; i < count; ++i) {
        if (fds[i].revents == 0) continue;
        char request[4096];
        if (recv(fds[i].fd, request, sizeof request, 0) > 0) {
          constexpr std::string_view kReply = "HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 2\r\n\r\nok";
          send(fds[i].fd, kReply.data(), kReply.size(), MSG_NOSIGNAL);
        } else {
          close(fds[i].fd);
          fds[i].fd = -1;
          ++over;
        }
      }
      if (fds[0].revents != 0 && count <= kCount) {
        fds[count++] = {accept(listener_, nullptr, nullptr), POLLIN, 0};
      }
    }
  }

  int listener_;
  uint16_t port_ = 0;
  std::thread thread_;
};

// row: 1.2/attributes
TEST(HttpConnectionMemory, AnIdleConnectionHoldsLittle) {
  Server server;
  Loop loop;
  size_t answers = 0;
  const auto ask = [&](HttpConnection& c) {
    EXPECT_FALSE(c.request("GET", "/a/path"));
    EXPECT_FALSE(c.getresponse([&answers](HttpResponse& r, const Error& e) {
      EXPECT_FALSE(e) << describe(e, r.diagnosis());
      if (e) return;
      EXPECT_FALSE(r.read_all(100, [&answers](Bytes body, const Error&) { answers += body.size() == 2; }));
    }));
  };
  std::vector<std::unique_ptr<HttpConnection>> connections;
  connections.reserve(kCount);
  const auto add = [&] {
    connections.push_back(std::make_unique<HttpConnection>(loop, "127.0.0.1", server.port()));
  };
  // The first one makes what the loop has but once.
  add();
  ask(*connections.front());
  loop.run();

  const size_t at_first = test::heap_bytes();
  while (connections.size() < kCount) add();
  const size_t made = (test::heap_bytes() - at_first) / (kCount - 1);
  for (size_t i = 1; i < kCount; ++i) ask(*connections[i]);
  loop.run();
  const size_t idle = (test::heap_bytes() - at_first) / (kCount - 1);
  EXPECT_EQ(answers, kCount);
  std::printf("bytes of heap: %zu as it is made, %zu with an idle connection\n", made, idle);
  if (test::heap_is_real()) {
    EXPECT_LT(made, 5000u);
    EXPECT_LT(idle, 10'500u);
  }
  connections.clear();
}

}  // namespace
}  // namespace godwit::testing
