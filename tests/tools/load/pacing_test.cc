// SPDX-License-Identifier: MIT
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/tools/load/plan/pacer.h"
#include "godwit/tools/load/plan/profile.h"

namespace godwit::load {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;
constexpr uint64_t kAll = UINT64_MAX;

std::vector<uint64_t> moments(Pacer pacer, size_t most = 100'000) {
  std::vector<uint64_t> list;
  for (; pacer.due() != Pacer::kNever && list.size() < most; pacer.advance()) list.push_back(pacer.due());
  return list;
}

TEST(Pacer, AConstantRateIsEven) {
  const Pacer pacer(Profile::constant(4), 100 * kSecond, 0, 1, kAll, 102 * kSecond);
  EXPECT_EQ(moments(pacer),
            (std::vector<uint64_t>{100'000'000'000, 100'250'000'000, 100'500'000'000, 100'750'000'000,
                                   101'000'000'000, 101'250'000'000, 101'500'000'000, 101'750'000'000}));
}

TEST(Pacer, AnyFractionOfARate) {
  const std::vector<uint64_t> slow = moments(Pacer(Profile::constant(0.3), 0, 0, 1, kAll, 10 * kSecond));
  ASSERT_EQ(slow.size(), 3u);
  EXPECT_NEAR(static_cast<double>(slow[1]), 10e9 / 3, 1);
  EXPECT_EQ(moments(Pacer(Profile::constant(12345.678), 0, 0, 1, kAll, 3 * kSecond)).size(), 37038u);
}

TEST(Pacer, HoursLaterItIsStillExact) {
  Pacer pacer(Profile::constant(1'000'000.0 / 3), 0, 0, 1, kAll, kAll);
  const uint64_t skipped = pacer.skip_until(36'000 * kSecond);
  EXPECT_EQ(skipped, 12'000'000'000u);
  EXPECT_EQ(pacer.due(), 36'000 * kSecond);
}

TEST(Pacer, ThreadsTakeTurnsAndTogetherSendEveryRequestOnce) {
  const std::vector<uint64_t> all = moments(Pacer(Profile::constant(7), 5, 0, 1, 100, kAll));
  ASSERT_EQ(all.size(), 100u);
  std::vector<uint64_t> together(all.size());
  for (uint64_t thread = 0; thread < 3; ++thread) {
    const std::vector<uint64_t> share = moments(Pacer(Profile::constant(7), 5, thread, 3, 100, kAll));
    for (size_t i = 0; i < share.size(); ++i) together[i * 3 + thread] = share[i];
  }
  EXPECT_EQ(together, all);
}

TEST(Pacer, RampsHaveTheAreaOfTheirRates) {
  // 0 to 100 in 10 s is 500 requests, 10 s at 100 are 1000, 100 to 0 in 10 s another 500.
  const Profile profile(0, {{10, 100}, {10, 100}, {10, 0}});
  const std::vector<uint64_t> list = moments(Pacer(profile, 0, 0, 1, kAll, kAll));
  ASSERT_EQ(list.size(), 2000u);
  const auto within = [&](uint64_t from, uint64_t to) {
    size_t count = 0;
    for (uint64_t due : list) count += due >= from * kSecond && due < to * kSecond ? 1 : 0;
    return count;
  };
  EXPECT_EQ(within(0, 10), 500u);
  EXPECT_EQ(within(10, 20), 1000u);
  EXPECT_EQ(within(20, 40), 500u);
  EXPECT_EQ(within(0, 5), 125u);  // a quarter of the triangle
  for (size_t i = 1; i < list.size(); ++i) EXPECT_GT(list[i], list[i - 1]);
}

TEST(Pacer, AStageWithoutLengthIsAJump) {
  const Profile profile(10, {{1, 10}, {0, 100}, {1, 100}});
  const std::vector<uint64_t> list = moments(Pacer(profile, 0, 0, 1, kAll, 2 * kSecond));
  EXPECT_EQ(list.size(), 110u);
}

TEST(Pacer, ARateOfZeroWaitsForTheNextStage) {
  const Profile profile(0, {{2, 0}, {0, 5}});
  const std::vector<uint64_t> list = moments(Pacer(profile, 0, 0, 1, 4, kAll));
  ASSERT_EQ(list.size(), 4u);
  EXPECT_EQ(list[0], 2 * kSecond);
  EXPECT_EQ(list[3], 2 * kSecond + 3 * kSecond / 5);
}

TEST(Pacer, NothingIsDueAtARateOfZeroForEver) {
  Pacer pacer(Profile::constant(0), 7, 0, 1, kAll, kAll);
  EXPECT_EQ(pacer.due(), Pacer::kNever);
  EXPECT_EQ(pacer.skip_until(Pacer::kNever), 0u);
}

TEST(Pacer, WhatIsSkippedIsCounted) {
  for (uint64_t moment : {0u, 1u, 999'999'999u, 1'000'000'000u, 1'500'000'000u, 4'000'000'000u}) {
    Pacer counted(Profile::constant(1000), 0, 1, 2, kAll, 3 * kSecond);
    Pacer skipping = counted;
    uint64_t count = 0;
    while (counted.due() < moment) {
      counted.advance();
      ++count;
    }
    EXPECT_EQ(skipping.skip_until(moment), count) << moment;
    EXPECT_EQ(skipping.due(), counted.due()) << moment;
  }
}

TEST(Profile, LevelsLieOnTheLines) {
  const Profile profile(10, {{10, 110}, {5, 110}, {10, 10}});
  EXPECT_EQ(profile.level_at(0), 10);
  EXPECT_EQ(profile.level_at(5), 60);
  EXPECT_EQ(profile.level_at(12), 110);
  EXPECT_EQ(profile.level_at(20), 60);
  EXPECT_EQ(profile.level_at(1000), 10);
  EXPECT_EQ(profile.seconds(), 25);
  EXPECT_EQ(profile.highest(), 110);
  EXPECT_EQ(Profile::constant(3).level_at(1e9), 3);
  EXPECT_EQ(Profile::constant(3).seconds(), 0);
}

TEST(Profile, TheAreaUntilAMomentIsWhatWasDueByThen) {
  Profile profile(100, {{10, 200}, {0, 50}, {2, 0}});
  EXPECT_DOUBLE_EQ(profile.area_until(0), 0);
  EXPECT_DOUBLE_EQ(profile.area_until(5), 625);
  EXPECT_DOUBLE_EQ(profile.area_until(10), 1500);
  EXPECT_DOUBLE_EQ(profile.area_until(12), 1550);
  EXPECT_DOUBLE_EQ(profile.area_until(1e6), 1550);
  for (const double area : {1.0, 700.0, 1520.0})
    EXPECT_NEAR(profile.area_until(profile.moment_of(area)), area, 1e-9);
  EXPECT_DOUBLE_EQ(Profile::constant(7).area_until(3), 21);
}

TEST(Profile, MomentsAskedForOutOfOrderAreTheSame) {
  Profile profile(0, {{10, 100}, {10, 0}, {10, 50}});
  const double late = profile.moment_of(1200), early = profile.moment_of(3);
  EXPECT_NEAR(early, std::sqrt(0.6), 1e-9);
  EXPECT_NEAR(profile.moment_of(1200), late, 0);
}

TEST(Stages, Parse) {
  std::vector<Stage> stages;
  EXPECT_EQ(parse_stages("10s:100,1m:1000,500ms:0.5", stages), "");
  EXPECT_EQ(stages, (std::vector<Stage>{{10, 100}, {60, 1000}, {0.5, 0.5}}));
  for (const char* text : {"", "10s", "10s:", ":5", "10s:5,", "10s:-1", "10s:1e99", "x:5", "10s:5:6"}) {
    EXPECT_NE(parse_stages(text, stages), "") << text;
  }
}

}  // namespace
}  // namespace godwit::load
