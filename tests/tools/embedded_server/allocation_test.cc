// SPDX-License-Identifier: MIT
#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

#include <gtest/gtest.h>

#include "godwit/tests/tools/embedded_server/wire_client.h"
#include "godwit/tools/embedded_server/server.h"

namespace {

std::atomic<size_t> calls{0};
// The test's own thread makes what it likes; the server's is watched.
thread_local bool ours = false;

void* counted(size_t size) {
  if (!ours) calls.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(size);
}

}  // namespace

void* operator new(size_t size) {
  return counted(size);
}
void* operator new[](size_t size) {
  return counted(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, size_t) noexcept {
  std::free(memory);
}

namespace godwit::embedded {
namespace {

TEST(EmbeddedServerAllocation, AWarmConnectionMakesNoHeapCall) {
  ours = true;
  std::string error;
  auto server = Server::start({}, error);
  ASSERT_TRUE(server) << error;
  const std::string request = "POST /bytes/3000 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
  std::string pipelined;
  for (int i = 0; i < 10; ++i) pipelined += "GET /chunked/500 HTTP/1.1\r\nHost: h\r\n\r\n";
  for (bool tls : {false, true}) {
    std::unique_ptr<WireClient> client =
        tls ? std::make_unique<WireClient>(server->https_port(), server->ca_pem(), "localhost")
            : std::make_unique<WireClient>(server->http_port());
    size_t before = 0;
    for (int i = 0; i < 200; ++i) {
      // The first rounds grow what is kept: the plan's text, TLS's output.
      if (i == 10) before = calls;
      ASSERT_TRUE(client->send(request));
      ASSERT_EQ(client->response().substr(0, 15), "HTTP/1.1 200 OK");
      ASSERT_TRUE(client->send(pipelined));
      for (int k = 0; k < 10; ++k) {
        client->head();
        ASSERT_EQ(client->read(512).substr(507), "0\r\n\r\n");
      }
    }
    EXPECT_EQ(calls - before, 0u) << (tls ? "https" : "http");
  }
  EXPECT_GT(calls, 0u);  // or nothing was watched
}

}  // namespace
}  // namespace godwit::embedded
