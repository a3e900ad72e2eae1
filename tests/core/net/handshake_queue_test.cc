// SPDX-License-Identifier: MIT
#include "godwit/core/net/handshake_queue.h"

#include <deque>
#include <functional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "godwit/tests/support/manual_scheduler.h"

namespace godwit::net {
namespace {

constexpr int kLimit = HandshakeQueue::kStepsPerTurn;

class HandshakeQueueTest : public ::testing::Test {
 protected:
  // Step is a handshake that has something to do.
  struct Step final : ports::Task {
    Step(HandshakeQueueTest& t, int n)
        : Task([](Task& task) { static_cast<Step&>(task).make(); }), test(t), number(n) {}
    void make() {
      test.made += std::to_string(number) + ' ';
      if (test.at_step) std::exchange(test.at_step, nullptr)();
    }
    HandshakeQueueTest& test;
    int number;
  };

  // ask has `count` more of them ask, and says how many may go on at once.
  int ask(int count) {
    int at_once = 0;
    for (int i = 0; i < count; ++i) {
      steps.emplace_back(*this, static_cast<int>(steps.size()));
      at_once += queue.enter(steps.back()) ? 1 : 0;
    }
    return at_once;
  }

  testing::ManualScheduler scheduler;
  std::deque<Step> steps;
  HandshakeQueue queue{scheduler};
  std::string made;
  std::function<void()> at_step;
};

TEST_F(HandshakeQueueTest, AFewAtOnceTheRestInLaterTurnsInOrder) {
  EXPECT_EQ(ask(2 * kLimit + 3), kLimit);
  EXPECT_EQ(made, "");
  EXPECT_TRUE(scheduler.turn());
  EXPECT_EQ(made, "8 9 10 11 12 13 14 15 ");
  made.clear();
  EXPECT_TRUE(scheduler.turn());
  EXPECT_EQ(made, "16 17 18 ");
}

TEST_F(HandshakeQueueTest, NobodyGetsAheadOfThoseWhoWait) {
  ask(2 * kLimit + 1);
  scheduler.turn();
  EXPECT_EQ(ask(1), 0);
  made.clear();
  scheduler.turn();
  EXPECT_EQ(made, "16 17 ");
  EXPECT_EQ(ask(kLimit), kLimit - 2);
}

TEST_F(HandshakeQueueTest, NorInsideAStep) {
  ask(kLimit + 3);
  at_step = [&] { EXPECT_EQ(ask(1), 0); };
  scheduler.turn();
  EXPECT_EQ(made, "8 9 10 11 ");
}

TEST_F(HandshakeQueueTest, EachTurnHasItsOwnShare) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ask(kLimit), kLimit);
    EXPECT_TRUE(scheduler.turn());
  }
  EXPECT_EQ(made, "");
}

TEST_F(HandshakeQueueTest, ItDoesNotKeepTheLoopTurning) {
  EXPECT_EQ(ask(1), 1);
  EXPECT_TRUE(scheduler.turn());
  EXPECT_FALSE(scheduler.turn());
}

TEST_F(HandshakeQueueTest, WhoAsksTwiceWaitsOnceAndWhoLeavesIsNotCalled) {
  ask(kLimit + 4);
  EXPECT_FALSE(queue.enter(steps[kLimit + 1]));
  queue.leave(steps[kLimit]);      // the first
  queue.leave(steps[kLimit + 2]);  // one in between
  queue.leave(steps[kLimit + 3]);  // the last
  queue.leave(steps[kLimit + 3]);
  scheduler.turn();
  EXPECT_EQ(made, "9 ");
  EXPECT_FALSE(steps[kLimit + 1].queued);
}

}  // namespace
}  // namespace godwit::net
