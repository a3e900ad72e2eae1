// SPDX-License-Identifier: MIT
#include "godwit/tools/load/measure/histogram.h"

#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace godwit::load {
namespace {

TEST(Histogram, AnEmptyOneHasNothingToSay) {
  const Histogram none;
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.percentile(50), 0u);
  EXPECT_EQ(none.min(), 0u);
  EXPECT_EQ(none.max(), 0u);
  EXPECT_EQ(none.mean(), 0);
  EXPECT_EQ(none.deviation(), 0);
}

TEST(Histogram, EveryDurationIsKeptToThreeDigits) {
  for (uint64_t value = 1; value <= Histogram::kHighest; value += value / 3 + 1) {
    Histogram one;
    one.record(value);
    one.record(Histogram::kHighest);  // so that max() does not stand in for the bucket's end
    const uint64_t told = one.percentile(50);
    EXPECT_GE(told, value);
    EXPECT_LE(static_cast<double>(told - value), static_cast<double>(value) / 1000) << value;
  }
}

TEST(Histogram, BucketsCoverEveryDurationOnce) {
  Histogram all;
  for (uint64_t value = 1; value < 100'000; ++value) all.record(value);
  uint64_t next = 1;
  all.for_each_bucket([&](const Histogram::Bucket& bucket) {
    EXPECT_EQ(bucket.low, next);
    // The last one holds more durations than were recorded.
    if (bucket.high < 100'000) {
      EXPECT_EQ(bucket.count, bucket.high - bucket.low + 1);
    }
    next = bucket.high + 1;
  });
  EXPECT_GE(next, 100'000u);
}

TEST(Histogram, PercentilesAreThoseOfTheSortedList) {
  Histogram histogram;
  for (uint64_t i = 1; i <= 100'000; ++i) histogram.record(i * 1000);
  for (double percent : {1.0, 50.0, 75.0, 90.0, 99.0, 99.9, 99.99, 99.999}) {
    const double exact = percent / 100 * 100'000 * 1000;
    EXPECT_NEAR(static_cast<double>(histogram.percentile(percent)), exact, exact / 1000) << percent;
  }
  EXPECT_EQ(histogram.percentile(0), histogram.percentile(0.001));
  EXPECT_EQ(histogram.percentile(100), 100'000'000u);
  EXPECT_EQ(histogram.min(), 1000u);
  EXPECT_EQ(histogram.max(), 100'000'000u);
  EXPECT_NEAR(histogram.mean(), 50'000'500, 1);
  EXPECT_NEAR(histogram.deviation(), 100'000'000 / std::sqrt(12.0), 50'000);
}

TEST(Histogram, EqualDurationsDoNotDeviate) {
  Histogram histogram;
  for (int i = 0; i < 3; ++i) histogram.record(123'456'789);
  EXPECT_EQ(histogram.deviation(), 0);
}

TEST(Histogram, ARankIsNotLostToRounding) {
  Histogram histogram;
  for (uint64_t i = 1; i <= 1000; ++i) histogram.record(i);
  EXPECT_EQ(histogram.percentile(99.9), 999u);
  EXPECT_EQ(histogram.percentile(99), 990u);
  EXPECT_EQ(histogram.percentile(50), 500u);
}

TEST(Histogram, WhatIsLongerThanAnHourIsCountedAsAnHourAndSaid) {
  Histogram histogram;
  histogram.record(Histogram::kHighest);
  histogram.record(UINT64_MAX);
  EXPECT_EQ(histogram.clamped(), 1u);
  EXPECT_EQ(histogram.max(), Histogram::kHighest);
  EXPECT_EQ(histogram.count(), 2u);
}

TEST(Histogram, MergingIsTheSameAsRecordingAll) {
  Histogram all, parts[3];
  std::mt19937_64 random(7);
  for (int i = 0; i < 30'000; ++i) {
    const uint64_t value = random() >> (random() % 60);
    all.record(value);
    parts[i % 3].record(value);
  }
  for (int i = 1; i < 3; ++i) parts[0].merge(parts[i]);
  EXPECT_EQ(parts[0], all);
  parts[0].merge(Histogram());
  EXPECT_EQ(parts[0], all);
}

TEST(Histogram, CountAbove) {
  Histogram histogram;
  for (uint64_t i = 1; i <= 100; ++i) histogram.record(i);
  EXPECT_EQ(histogram.count_above(40), 60u);
  EXPECT_EQ(histogram.count_above(100), 0u);
  EXPECT_EQ(histogram.count_above(UINT64_MAX), 0u);
}

TEST(Histogram, EncodingLosesNothing) {
  Histogram histogram;
  EXPECT_EQ(Histogram::decode(histogram.encode()), histogram);
  std::mt19937_64 random(3);
  for (int i = 0; i < 1000; ++i) histogram.record(random() >> (random() % 60));
  EXPECT_EQ(Histogram::decode(histogram.encode()), histogram);
}

TEST(Histogram, DecodeRefusesWhatEncodeCantHaveWritten) {
  Histogram histogram;
  histogram.record(5);
  histogram.record(5000);
  const std::vector<uint64_t> good = histogram.encode();
  ASSERT_TRUE(Histogram::decode(good));
  std::vector<std::vector<uint64_t>> bad;
  bad.push_back({});
  bad.push_back({0, 0, 0});
  bad.push_back({0, 0, 0, 7});
  bad.push_back(std::vector<uint64_t>(good.begin(), good.end() - 1));
  for (size_t place : {2u, 3u}) {  // ends outside of the buckets
    bad.push_back(good);
    bad.back()[place] += 1'000'000;
  }
  bad.push_back(good);
  bad.back()[5] = 0;  // a bucket without a count
  bad.push_back(good);
  bad.back()[6] = UINT64_MAX;  // no such bucket
  bad.push_back(good);
  std::swap(bad.back()[4], bad.back()[6]);  // out of order
  bad.push_back(good);
  bad.back()[5] = UINT64_MAX;  // more than can be counted
  for (const std::vector<uint64_t>& words : bad) EXPECT_FALSE(Histogram::decode(words));
}

}  // namespace
}  // namespace godwit::load
