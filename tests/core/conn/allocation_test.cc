// SPDX-License-Identifier: MIT
// A warm keep-alive request makes no heap call between Client::send and the end of on_done.
#include <gtest/gtest.h>

#include "godwit/tests/core/conn/rig.h"
#include "godwit/tests/support/alloc_count.h"

namespace godwit::testing {
namespace {

// Counter counts events without keeping anything of them.
struct Counter final : ResponseHandler {
  void on_head(Response& r) override { status += r.status(); }
  void on_body(Response&, Bytes block) override { bytes += block.size(); }
  void on_done(Response&, const Error& e) override {
    ++done;
    failed += e ? 1 : 0;
  }
  int status = 0;
  int done = 0;
  int failed = 0;
  size_t bytes = 0;
};

struct Allocation : ::testing::Test {
  static constexpr std::string_view kUrl = "http://a-host-name-of-some-length.example/a/path?and=a&query";
  static constexpr std::string_view kReply =
      "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Mon, 05 May 2025 10:00:00 GMT\r\n"
      "Content-Type: application/octet-stream\r\nContent-Length: 100\r\nConnection: keep-alive\r\n\r\n";

  // What the user makes costs what it costs: the request is there before the counting begins.
  static Request request() {
    Request r;
    r.url = kUrl;
    return r;
  }

  void warm_up() {
    reply = std::string(kReply) + std::string(100, 'x');
    rig.send(request(), warm);
    wire = rig.accept();
    wire->sent.reserve(1 << 20);
    rig.deliver(*wire, reply);
    for (int i = 0; i < 3; ++i) {
      rig.table.start(request(), &counter);
      rig.run();
      rig.deliver(*wire, reply);
    }
    ASSERT_EQ(counter.done, 3);
  }

  Recorder warm;
  Counter counter;
  std::string reply;
  Rig rig;
  std::shared_ptr<Wire> wire;
};

TEST_F(Allocation, WarmRequestThroughAHandlerMakesNoHeapCall) {
  warm_up();
  for (int i = 0; i < 10; ++i) {
    Request r = request();
    const test::AllocCount allocations;
    rig.table.start(std::move(r), &counter);
    rig.run();
    rig.deliver(*wire, reply);
    EXPECT_EQ(allocations.count(), 0u) << "request " << i;
  }
  EXPECT_EQ(counter.done, 13);
  EXPECT_EQ(counter.failed, 0);
  EXPECT_EQ(counter.bytes, 1300u);
}

TEST_F(Allocation, ARequestLikeTheLastIsNotCopied) {
  warm_up();
  const Request r = request();
  conn::Outgoing prepared;
  prepared.take(request());
  rig.table.prepare(prepared);
  for (int i = 0; i < 10; ++i) {
    const test::AllocCount allocations;
    rig.table.start(r, &counter);
    rig.run();
    rig.deliver(*wire, reply);
    rig.table.start(prepared, &counter);
    rig.run();
    rig.deliver(*wire, reply);
    EXPECT_EQ(allocations.count(), 0u) << "request " << i;
  }
  EXPECT_EQ(counter.done, 23);
  EXPECT_EQ(counter.failed, 0);
}

TEST_F(Allocation, WarmRequestThroughCallbacksMakesNoHeapCall) {
  warm_up();
  for (int i = 0; i < 10; ++i) {
    Request r = request();
    const test::AllocCount allocations;
    rig.table.start(std::move(r), nullptr)
        .on_head([this](Response& response) { counter.status += response.status(); })
        .on_body([this](Response&, Bytes block) { counter.bytes += block.size(); })
        .on_done([this](Response&, const Error&) { ++counter.done; });
    rig.run();
    rig.deliver(*wire, reply);
    EXPECT_EQ(allocations.count(), 0u) << "request " << i;
  }
  EXPECT_EQ(counter.done, 13);
}

}  // namespace
}  // namespace godwit::testing
