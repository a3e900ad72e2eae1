// SPDX-License-Identifier: MIT
// What an idle connection holds on the heap, libuv's handle and malloc's share included, beside a server in
// another process.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "godwit/core/timer.h"
#include "godwit/tests/e2e/loopback_client.h"
#include "godwit/tests/e2e/nginx.h"
#include "godwit/tests/support/heap_bytes.h"

namespace godwit::testing {
namespace {

using IdleMemory = LoopbackTest;

struct Counter final : ResponseHandler {
  void on_done(Response&, const Error& e) override { ++(e ? failed : done); }
  int done = 0;
  int failed = 0;
};

TEST_F(IdleMemory, APlainConnectionTakesHalfAKibibyte) {
  if (!test::heap_is_real()) GTEST_SKIP() << "a sanitizer's heap has other sizes";
  Nginx nginx(std::string(std::getenv("TEST_TMPDIR")) + "/nginx");
  ASSERT_EQ(nginx.problem(), "");
  nginx.put("index.html", "page");
  ClientOptions options;
  options.max_connections_per_host = 0;
  Counter counter;
  LoopbackClient client(options);
  // with gives the heap with so many connections, when what their requests needed was given back.
  const auto with = [&](size_t connections) {
    Request request;
    request.url = nginx.url("/");
    for (size_t i = 0; i < connections; ++i) client.client().send(request, counter);
    client.run();
    EXPECT_EQ(client.client().idle_connections(), connections);
    const uint64_t rested = Timer::now() + 2'500'000'000;
    Timer timer(client.loop(), [] {});
    timer.start(rested);
    client.until([&] { return !timer.running(); });
    return test::heap_bytes();
  };
  const size_t few = with(100);
  const size_t many = with(900);
  EXPECT_EQ(counter.done, 1000);
  EXPECT_EQ(counter.failed, 0) << nginx.errors();
  EXPECT_LE((many - few) / 800, 512u);
  std::printf("an idle connection takes %zu bytes\n", (many - few) / 800);
}

}  // namespace
}  // namespace godwit::testing
