// SPDX-License-Identifier: MIT
#include "godwit/tools/load/measure/comparison.h"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace godwit::load {
namespace {

TEST(Comparison, Median) {
  EXPECT_EQ(median(std::vector<double>{3, 1, 2}), 2);
  EXPECT_EQ(median(std::vector<double>{4, 1, 3, 2}), 2.5);
  EXPECT_EQ(median(std::vector<double>{}), 0);
}

TEST(Comparison, TheSameListDoesNotDiffer) {
  const std::vector<double> list = {10, 11, 9, 10.5, 9.5, 10.2, 9.9};
  const Ratio ratio = compare_medians(list, list, 1);
  EXPECT_EQ(ratio.ratio, 1);
  EXPECT_LT(ratio.low, 1);
  EXPECT_GT(ratio.high, 1);
  EXPECT_FALSE(ratio.differs());
}

TEST(Comparison, AClearDifferenceIsSeenWithItsSize) {
  const std::vector<double> a = {10, 11, 9, 10.5, 9.5, 10.2, 9.9};
  std::vector<double> b;
  for (double value : a) b.push_back(value * 1.3);
  const Ratio slower = compare_medians(a, b, 1);
  EXPECT_NEAR(slower.ratio, 1.3, 1e-9);
  EXPECT_TRUE(slower.differs());
  EXPECT_LT(slower.low, 1.3);
  EXPECT_GT(slower.high, 1.3);
  const Ratio faster = compare_medians(b, a, 1);
  EXPECT_TRUE(faster.differs());
  EXPECT_LT(faster.high, 1);
}

TEST(Comparison, TheSameSeedGivesTheSameInterval) {
  const std::vector<double> a = {1, 2, 3, 4, 5}, b = {2, 3, 4, 5, 6};
  const Ratio one = compare_medians(a, b, 7), two = compare_medians(a, b, 7);
  EXPECT_EQ(one.low, two.low);
  EXPECT_EQ(one.high, two.high);
}

// The interval is to hold the truth in about 95 of 100 experiments; a percentile bootstrap of medians of few
// rounds is a little off that.
TEST(Comparison, TheIntervalCoversTheTruth) {
  std::mt19937_64 random(11);
  const auto noisy = [&random](double centre) {
    std::vector<double> list;
    for (int i = 0; i < 9; ++i) {
      list.push_back(centre * (0.9 + 0.2 * static_cast<double>(random() % 1000) / 1000));
    }
    return list;
  };
  int covered = 0;
  constexpr int kExperiments = 60;
  for (int i = 0; i < kExperiments; ++i) {
    const std::vector<double> a = noisy(10), b = noisy(12);
    const Ratio ratio = compare_medians(a, b, static_cast<uint64_t>(i));
    covered += ratio.low <= 1.2 && 1.2 <= ratio.high ? 1 : 0;
  }
  EXPECT_GE(covered, kExperiments * 85 / 100);
}

}  // namespace
}  // namespace godwit::load
