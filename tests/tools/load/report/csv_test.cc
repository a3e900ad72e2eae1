// SPDX-License-Identifier: MIT
#include "godwit/tools/load/report/csv.h"

#include <gtest/gtest.h>

namespace godwit::load {
namespace {

constexpr uint64_t kSlot = TimeSeries::kFirstWidth;

TEST(Csv, ALineASlot) {
  TimeSeries series;
  series.record_good(0, 1'500'000, 10);
  series.record_good(kSlot - 1, 1'500'000, 20);
  series.record_failed(kSlot - 1);
  series.record_failed(2 * kSlot);
  series.set_asked([](double seconds) { return 50 * seconds * seconds; }, 0.25);
  // The bucket of both latencies reaches from 1441.792 us to 1507.328 us, and the first of two lies in its
  // middle.
  EXPECT_EQ(csv_report(series),
            "start_s,width_s,good,failed,body_bytes,p50_us,p90_us,p99_us,max_us,asked\r\n"
            "0.0,0.1,2,1,30,1474.560,1500.000,1500.000,1500.000,0.500\r\n"
            "0.1,0.1,0,0,0,,,,,1.500\r\n"
            "0.2,0.1,0,1,0,,,,,1.125\r\n");
}

TEST(Csv, NothingHappened) {
  EXPECT_EQ(csv_report({}), "start_s,width_s,good,failed,body_bytes,p50_us,p90_us,p99_us,max_us,asked\r\n");
}

}  // namespace
}  // namespace godwit::load
