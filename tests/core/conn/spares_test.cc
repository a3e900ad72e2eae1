// SPDX-License-Identifier: MIT
// Finished exchanges are used again, and given back when nobody needs them.
#include <deque>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/tests/core/conn/rig.h"
#include "godwit/tests/support/alloc_count.h"

namespace godwit::testing {
namespace {

struct Silent final : ResponseHandler {
  void on_done(Response&, const Error& e) override { ++(e ? failed : done); }
  int done = 0;
  int failed = 0;
};

struct Spares : ::testing::Test {
  static constexpr size_t kMany = 60;
  static constexpr std::string_view kReply = "HTTP/1.1 204 No Content\r\n\r\n";

  Spares() {
    for (size_t i = 0; i < kMany; ++i) {
      rig.get("http://a.example/", first.emplace_back());
    }
    rig.run();
    for (size_t i = 0; i < kMany; ++i) {
      wires.push_back(rig.accept());
      wires.back()->sent.reserve(1 << 16);
    }
    answer_all();
  }

  // answer_all answers each request that is open.
  void answer_all() {
    for (const auto& wire : wires) {
      if (wire->sent.empty()) continue;
      wire->sent.clear();
      rig.deliver(*wire, kReply);
    }
  }

  void burst(size_t size) {
    for (size_t i = 0; i < size; ++i) rig.table.start(request, &handler);
    rig.run();
    answer_all();
  }

  std::deque<Recorder> first;
  Silent handler;
  const Request request{.url = "http://a.example/"};
  Rig rig{{.max_connections_per_host = 0}};
  std::vector<std::shared_ptr<Wire>> wires;
};

TEST_F(Spares, ThoseThatLieUnusedAreFreed) {
  EXPECT_EQ(rig.table.spare_count(), kMany);
  rig.scheduler.advance(900);
  EXPECT_EQ(rig.table.spare_count(), kMany);
  rig.scheduler.advance(1'200);
  EXPECT_EQ(rig.table.spare_count(), conn::ExchangeTable::kRestingSpares);
}

TEST_F(Spares, ThoseThatAreNeededNowAndThenStay) {
  burst(kMany);
  for (int i = 0; i < 10; ++i) {
    const test::AllocCount allocations;
    rig.scheduler.advance(500);
    burst(kMany);
    EXPECT_EQ(allocations.count(), 0u) << i;
  }
  EXPECT_EQ(handler.done, static_cast<int>(kMany) * 11);
  EXPECT_EQ(handler.failed, 0);
}

TEST_F(Spares, AsManyStayAsWereNeeded) {
  for (int i = 0; i < 6; ++i) {
    rig.scheduler.advance(500);
    burst(40);
  }
  EXPECT_EQ(rig.table.spare_count(), 40u);
}

TEST_F(Spares, NobodyIsWokenForTheFewThatStay) {
  rig.scheduler.advance(2'100);
  const size_t timers = rig.scheduler.armed_timers();
  burst(conn::ExchangeTable::kRestingSpares);
  EXPECT_EQ(rig.scheduler.armed_timers(), timers);
}

}  // namespace
}  // namespace godwit::testing
