// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/progress.h"

#include <gtest/gtest.h>

namespace godwit::fetch {
namespace {

TEST(HumanSize, ThreeToFourDigits) {
  EXPECT_EQ(human_size(0), "0 B");
  EXPECT_EQ(human_size(999), "999 B");
  EXPECT_EQ(human_size(1000), "1.0 KiB");
  EXPECT_EQ(human_size(1536), "1.5 KiB");
  EXPECT_EQ(human_size(102'399), "100 KiB");
  EXPECT_EQ(human_size(uint64_t{4} << 30), "4.0 GiB");
  EXPECT_EQ(human_size(UINT64_MAX), "16.0 EiB");
}

TEST(ProgressLine, OfAKnownLength) {
  Totals totals = {.exchanges = 1, .received = 50 << 20, .expected = 100 << 20, .bytes_per_second = 10 << 20};
  EXPECT_EQ(progress_line(totals, 60), "50.0 MiB of 100 MiB  [=======       ]  10.0 MiB/s  0:05 left");
  totals.received = 100 << 20;
  totals.done = 1;
  totals.elapsed = std::chrono::seconds(61);
  EXPECT_EQ(progress_line(totals, 60), "100 MiB of 100 MiB  [====================]  10.0 MiB/s  1:01");
}

TEST(ProgressLine, OfAnUnknownLengthAndOfSeveralExchanges) {
  Totals totals = {.exchanges = 3, .done = 1, .received = 2048, .expected = 1 << 20, .unknown = 1};
  EXPECT_EQ(progress_line(totals, 80), "1/3  2.0 KiB  0 B/s  0:00");
}

TEST(ProgressLine, NeverWiderThanTheTerminal) {
  Totals totals = {
      .exchanges = 1000, .done = 999, .received = 200 << 20, .expected = 100 << 20, .bytes_per_second = 1};
  for (size_t width = 0; width < 200; ++width) EXPECT_LE(progress_line(totals, width).size(), width);
}

}  // namespace
}  // namespace godwit::fetch
