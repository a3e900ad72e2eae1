// SPDX-License-Identifier: MIT
#include "godwit/core/net/timer_wheel.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace godwit::net {
namespace {

constexpr uint64_t kMs = 1'000'000;

// Alarm is a timer that notes itself when it fires.
struct Alarm final : ports::Timer {
  explicit Alarm(std::vector<Alarm*>& l, int i = 0)
      : Timer([](Timer& t) {
          auto& self = static_cast<Alarm&>(t);
          self.log.push_back(&self);
          if (self.then) self.then();
        }),
        log(l),
        id(i) {}
  std::vector<Alarm*>& log;
  int id;
  std::function<void()> then;
};

TEST(TimerWheel, FiresAtTheFirstTickNotBeforeDue) {
  // Around every boundary between levels, from several starting points.
  const std::vector<uint64_t> starts = {
      0, 1, 62, 63, 64, 65, 4095, 4096, 262143, 1'000'000'007, (uint64_t{1} << 36) - 1};
  const std::vector<uint64_t> waits = {1,
                                       2,
                                       62,
                                       63,
                                       64,
                                       65,
                                       127,
                                       128,
                                       4094,
                                       4095,
                                       4096,
                                       4097,
                                       262143,
                                       262144,
                                       262145,
                                       16777216,
                                       5000,
                                       60000,
                                       3600000,
                                       86400000,
                                       (uint64_t{1} << 30) + 1,
                                       (uint64_t{1} << 40) + 3};
  for (uint64_t start : starts) {
    for (uint64_t wait : waits) {
      std::vector<Alarm*> fired;
      TimerWheel wheel(start * kMs);
      Alarm alarm(fired);
      const uint64_t due = (start + wait) * kMs;
      wheel.arm(alarm, due);
      // Follow next(), as the scheduler does: it must come nearer in few steps and never pass the deadline.
      int steps = 0;
      while (fired.empty()) {
        const uint64_t next = wheel.next();
        ASSERT_LE(next, due) << start << '+' << wait;
        ASSERT_LE(++steps, 8) << start << '+' << wait;
        if (next != 0) wheel.advance(next - 1);
        ASSERT_TRUE(fired.empty()) << start << '+' << wait;
        wheel.advance(next);
        ASSERT_EQ(fired.empty(), next < due);
      }
      EXPECT_FALSE(alarm.armed);
      EXPECT_EQ(wheel.next(), TimerWheel::kNever);
    }
  }
}

TEST(TimerWheel, RoundsUpToTheTick) {
  std::vector<Alarm*> fired;
  TimerWheel wheel(0);
  Alarm alarm(fired);
  wheel.arm(alarm, 5 * kMs + 1);
  wheel.advance(6 * kMs - 1);
  EXPECT_TRUE(fired.empty());
  wheel.advance(6 * kMs);
  EXPECT_EQ(fired.size(), 1u);
}

TEST(TimerWheel, APassedDeadlineFiresAtTheNextTick) {
  std::vector<Alarm*> fired;
  Alarm alarm(fired);
  for (uint64_t due : {uint64_t{0}, 99 * kMs, 100 * kMs}) {
    fired.clear();
    TimerWheel wheel(100 * kMs);
    wheel.arm(alarm, due);
    wheel.advance(100 * kMs);
    EXPECT_TRUE(fired.empty());
    wheel.advance(101 * kMs);
    EXPECT_EQ(fired.size(), 1u);
  }
}

TEST(TimerWheel, TheFarthestDeadlineStands) {
  std::vector<Alarm*> fired;
  TimerWheel wheel(uint64_t{7} * 86'400'000 * kMs);
  Alarm alarm(fired);
  wheel.arm(alarm, UINT64_MAX);
  wheel.advance(uint64_t{100} * 365 * 86'400'000 * kMs);
  EXPECT_TRUE(fired.empty());
  EXPECT_TRUE(alarm.armed);
  wheel.cancel(alarm);
  EXPECT_EQ(wheel.next(), TimerWheel::kNever);
}

TEST(TimerWheel, FiresInOrderAfterALongPause) {
  std::vector<Alarm*> fired;
  TimerWheel wheel(0);
  std::deque<Alarm> alarms;
  std::mt19937_64 random(7);
  std::multimap<uint64_t, int> expected;  // equal ticks keep the order of arming
  for (int i = 0; i < 2000; ++i) {
    const uint64_t tick = 1 + random() % 300'000;
    alarms.emplace_back(fired, i);
    wheel.arm(alarms.back(), tick * kMs);
    expected.emplace(tick, i);
  }
  wheel.advance(uint64_t{300'000} * kMs);
  ASSERT_EQ(fired.size(), expected.size());
  size_t at = 0;
  for (const auto& [tick, id] : expected) ASSERT_EQ(fired[at++]->id, id) << "tick " << tick;
}

TEST(TimerWheel, ATimerMayArmAndCancelFromInside) {
  std::vector<Alarm*> fired;
  TimerWheel wheel(0);
  Alarm first(fired, 1), same(fired, 2), later(fired, 3);
  wheel.arm(first, 10 * kMs);
  wheel.arm(same, 10 * kMs);
  wheel.arm(later, 12 * kMs);
  first.then = [&] {
    wheel.cancel(same);           // about to fire
    wheel.arm(later, 500 * kMs);  // due in this very call
    wheel.arm(first, 0);          // itself, in the past: not in this call
  };
  wheel.advance(20 * kMs);
  EXPECT_EQ(fired, (std::vector<Alarm*>{&first}));
  first.then = nullptr;
  wheel.advance(21 * kMs);
  EXPECT_EQ(fired, (std::vector<Alarm*>{&first, &first}));
  wheel.advance(500 * kMs);
  EXPECT_EQ(fired.back(), &later);
  EXPECT_EQ(fired.size(), 3u);
}

// Random arming, moving and cancelling against a sorted map, with the clock moved by all kinds of steps.
TEST(TimerWheel, AgreesWithASortedReference) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937_64 random(seed);
    uint64_t now = random() % (uint64_t{1} << 45);
    TimerWheel wheel(now);
    std::vector<Alarm*> fired;
    std::deque<Alarm> alarms;
    for (int i = 0; i < 64; ++i) alarms.emplace_back(fired, i);
    std::vector<uint64_t> due(alarms.size(), 0);  // in ticks; 0 is not armed

    for (int step = 0; step < 5000; ++step) {
      const size_t i = random() % alarms.size();
      switch (random() % 4) {
        case 0:
        case 1: {
          const uint64_t at = now + random() % (uint64_t{1} << (random() % 44));
          wheel.arm(alarms[i], at);
          due[i] = std::max((at + kMs - 1) / kMs, now / kMs + 1);
          break;
        }
        case 2:
          wheel.cancel(alarms[i]);
          due[i] = 0;
          break;
        default: {
          now += random() % (uint64_t{1} << (random() % 40));
          fired.clear();
          wheel.advance(now);
          std::multimap<uint64_t, size_t> expected;
          for (size_t k = 0; k < due.size(); ++k) {
            if (due[k] != 0 && due[k] <= now / kMs) expected.emplace(due[k], k);
          }
          ASSERT_EQ(fired.size(), expected.size()) << "seed " << seed << " step " << step;
          uint64_t last = 0;
          for (Alarm* alarm : fired) {
            const auto id = static_cast<size_t>(alarm->id);
            ASSERT_NE(due[id], 0u);
            ASSERT_GE(due[id], last);
            last = due[id];
            due[id] = 0;
          }
        }
      }
      uint64_t earliest = UINT64_MAX;
      for (size_t k = 0; k < due.size(); ++k) {
        ASSERT_EQ(alarms[k].armed, due[k] != 0);
        if (due[k] != 0) earliest = std::min(earliest, due[k] * kMs);
      }
      ASSERT_LE(wheel.next(), earliest);
      ASSERT_EQ(wheel.next() == TimerWheel::kNever, earliest == UINT64_MAX);
      if (earliest != UINT64_MAX) {
        ASSERT_GT(wheel.next(), now / kMs * kMs);
      }
    }
    for (Alarm& alarm : alarms) wheel.cancel(alarm);
    ASSERT_EQ(wheel.next(), TimerWheel::kNever);
  }
}

}  // namespace
}  // namespace godwit::net
