// SPDX-License-Identifier: MIT
#include "godwit/core/timer.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace godwit {
namespace {

constexpr uint64_t kMs = 1'000'000;

TEST(Timer, FiresOnceNeverEarlyAndKeepsRunGoing) {
  Loop loop;
  int fired = 0;
  uint64_t at = 0;
  Timer timer(loop, [&] {
    ++fired;
    at = Timer::now();
  });
  EXPECT_FALSE(timer.running());
  const uint64_t due = Timer::now() + 2 * kMs;
  timer.start(due);
  EXPECT_TRUE(timer.running());
  loop.run();
  EXPECT_EQ(fired, 1);
  EXPECT_GE(at, due);
  EXPECT_FALSE(timer.running());
  loop.run();  // nothing keeps it
  EXPECT_EQ(fired, 1);
}

TEST(Timer, WhatIsOverIsDueAtOnceButNotInsideStart) {
  Loop loop;
  int fired = 0;
  Timer timer(loop, [&] { ++fired; });
  timer.start(0);
  EXPECT_EQ(fired, 0);
  loop.run();
  timer.start(Timer::now() - kMs);
  EXPECT_EQ(fired, 1);
  loop.run();
  EXPECT_EQ(fired, 2);
}

TEST(Timer, FiresInTheOrderOfTheMoments) {
  Loop loop;
  std::string log;
  Timer late(loop, [&] { log += 'c'; });
  Timer early(loop, [&] { log += 'a'; });
  Timer moved(loop, [&] { log += 'b'; });
  const uint64_t now = Timer::now();
  late.start(now + 9 * kMs);
  early.start(now + 1 * kMs);
  moved.start(now + 100'000 * kMs);
  moved.start(now + 5 * kMs);
  loop.run();
  EXPECT_EQ(log, "abc");
}

TEST(Timer, StopSilencesAndLetsRunEnd) {
  Loop loop;
  int fired = 0;
  Timer timer(loop, [&] { ++fired; });
  timer.start(Timer::now());
  timer.stop();
  timer.stop();
  loop.run();
  EXPECT_EQ(fired, 0);
}

TEST(Timer, RestartsStopsAndDiesInItsOwnCallback) {
  Loop loop;
  int fired = 0;
  std::unique_ptr<Timer> timer;
  timer = std::make_unique<Timer>(loop, [&] {
    if (++fired < 3) {
      timer->start(Timer::now() + kMs / 10);
    } else if (fired == 3) {
      timer->start(Timer::now() + 100'000 * kMs);
      timer->start(Timer::now());
    } else {
      timer.reset();
    }
  });
  timer->start(Timer::now());
  loop.run();
  EXPECT_EQ(fired, 4);
  EXPECT_FALSE(timer);
}

TEST(Timer, OneCallbackMayStopAnother) {
  Loop loop;
  int fired = 0;
  std::unique_ptr<Timer> timers[2];
  for (int i = 0; i < 2; ++i) {
    timers[i] = std::make_unique<Timer>(loop, [&, i] {
      ++fired;
      timers[1 - i]->stop();
    });
    timers[i]->start(1);
  }
  loop.run();
  EXPECT_EQ(fired, 1);
}

}  // namespace
}  // namespace godwit
