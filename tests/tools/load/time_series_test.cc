// SPDX-License-Identifier: MIT
#include "godwit/tools/load/measure/time_series.h"

#include <random>

#include <gtest/gtest.h>

namespace godwit::load {
namespace {

constexpr uint64_t kMs = 1'000'000;

TEST(TimeSeries, WhatEndedInASlotIsCountedThere) {
  TimeSeries series;
  series.record_good(0, 5 * kMs, 100);
  series.record_good(99 * kMs, 7 * kMs, 10);
  series.record_good(100 * kMs, kMs, 1);
  series.record_failed(250 * kMs);
  ASSERT_EQ(series.slots().size(), 3u);
  EXPECT_EQ(series.slots()[0].good, 2u);
  EXPECT_EQ(series.slots()[0].body_bytes, 110u);
  EXPECT_EQ(series.slots()[0].slowest, 7 * kMs);
  EXPECT_EQ(series.slots()[1].good, 1u);
  EXPECT_EQ(series.slots()[2].failed, 1u);
  EXPECT_EQ(series.slots()[2].good, 0u);
}

TEST(TimeSeries, ALongRunWidensTheSlotsAndLosesNothing) {
  TimeSeries series;
  constexpr uint64_t kSeconds = 3600;
  for (uint64_t i = 0; i < kSeconds * 10; ++i) series.record_good(i * 100 * kMs, kMs, 1);
  EXPECT_LE(series.slots().size(), TimeSeries::kMaxSlots);
  EXPECT_EQ(series.width(), 12'800 * kMs);
  uint64_t good = 0;
  for (const Moment& slot : series.slots()) good += slot.good;
  EXPECT_EQ(good, kSeconds * 10);
  // All but the last are as full as the others.
  for (size_t i = 0; i + 1 < series.slots().size(); ++i) EXPECT_EQ(series.slots()[i].good, 128u) << i;
}

TEST(TimeSeries, AnOddLastSlotIsKeptWhenSlotsAreJoined) {
  TimeSeries series;
  series.record_good(TimeSeries::kFirstWidth * (TimeSeries::kMaxSlots - 2), kMs,
                     1);  // an odd number of slots
  ASSERT_EQ(series.slots().size() % 2, 1u);
  series.record_failed(TimeSeries::kFirstWidth * TimeSeries::kMaxSlots);
  uint64_t good = 0;
  for (const Moment& slot : series.slots()) good += slot.good;
  EXPECT_EQ(good, 1u);
}

TEST(TimeSeries, MergingIsTheSameAsRecordingAll) {
  TimeSeries all, parts[2];
  std::mt19937_64 random(5);
  for (int i = 0; i < 5000; ++i) {
    // The second one is longer, so that their widths differ.
    const int part = i % 2;
    const uint64_t at = random() % (part == 0 ? 10'000 * kMs : 100'000 * kMs);
    const uint64_t latency = random() >> (random() % 60);
    for (TimeSeries* series : {&all, &parts[part]}) {
      if (i % 7 == 0) {
        series->record_failed(at);
      } else {
        series->record_good(at, latency, 3);
      }
    }
  }
  ASSERT_NE(parts[0].width(), parts[1].width());
  TimeSeries other_way = parts[1];
  other_way.merge(parts[0]);
  parts[0].merge(parts[1]);
  EXPECT_EQ(parts[0], all);
  EXPECT_EQ(other_way, all);
}

TEST(TimeSeries, WhatWasAskedForReachesToTheEndOfTheRun) {
  TimeSeries series;
  series.record_good(0, 1, 1);
  const auto ramp = [](double seconds) { return seconds * seconds * 100; };
  series.set_asked(ramp, 0.25);
  ASSERT_EQ(series.slots().size(), 3u);
  EXPECT_DOUBLE_EQ(series.slots()[0].asked, 1);
  EXPECT_DOUBLE_EQ(series.slots()[1].asked, 3);
  EXPECT_DOUBLE_EQ(series.slots()[2].asked, 2.25);
  TimeSeries other = series;
  other.record_good(TimeSeries::kMaxSlots * TimeSeries::kFirstWidth, 1, 1);
  series.merge(other);
  EXPECT_DOUBLE_EQ(series.slots()[0].asked, 8);
}

TEST(TimeSeries, PercentilesOfASlotAreWithinFourPercent) {
  TimeSeries series;
  for (uint64_t i = 1; i <= 1000; ++i) series.record_good(0, i * kMs, 0);
  const Moment& slot = series.slots()[0];
  for (double percent : {10.0, 50.0, 90.0, 99.0}) {
    const double exact = percent * 10 * kMs;
    EXPECT_NEAR(static_cast<double>(slot.percentile(percent)), exact, exact * 0.04) << percent;
  }
  EXPECT_EQ(slot.percentile(100), 1000 * kMs);
  EXPECT_EQ(Moment().percentile(50), 0u);
}

TEST(TimeSeries, BucketsBeginWhereTheLastEnds) {
  for (size_t i = 1; i < Moment::kBuckets; ++i) EXPECT_GT(Moment::low_end(i), Moment::low_end(i - 1)) << i;
  EXPECT_GE(Moment::low_end(Moment::kBuckets), 3'600'000'000'000u);
}

TEST(TimeSeries, AssignRefusesWhatNoSeriesCanBe) {
  TimeSeries series;
  EXPECT_FALSE(series.assign(0, {}));
  EXPECT_FALSE(series.assign(TimeSeries::kFirstWidth * 3, {}));
  EXPECT_FALSE(series.assign(TimeSeries::kFirstWidth + 1, {}));
  EXPECT_FALSE(series.assign(TimeSeries::kFirstWidth, std::vector<Moment>(TimeSeries::kMaxSlots + 1)));
  EXPECT_TRUE(series.assign(TimeSeries::kFirstWidth * 4, std::vector<Moment>(3)));
  EXPECT_EQ(series.slots().size(), 3u);
}

}  // namespace
}  // namespace godwit::load
