// SPDX-License-Identifier: MIT
#include "godwit/tools/load/report/hgrm.h"

#include <cmath>
#include <cstdio>

namespace godwit::load {

namespace {

constexpr double kMillisecond = 1e6;
constexpr int kLinesPerHalving = 5;

void add_line(std::string& out, double value, double share, uint64_t count) {
  char line[128];
  if (share < 1) {
    std::snprintf(line, sizeof line, "%12.6f %14.12f %10llu %14.2f\n", value, share,
                  static_cast<unsigned long long>(count), 1 / (1 - share));
  } else {
    std::snprintf(line, sizeof line, "%12.6f %14.12f %10llu\n", value, share,
                  static_cast<unsigned long long>(count));
  }
  out += line;
}

}  // namespace

std::string hgrm_report(const Histogram& histogram) {
  std::string out = "       Value     Percentile TotalCount 1/(1-Percentile)\n\n";
  // The last line with a share below 1 is where one record is left.
  for (int i = 0;
       std::exp2(i / static_cast<double>(kLinesPerHalving)) <= static_cast<double>(histogram.count()); ++i) {
    const double share = 1 - std::exp2(-i / static_cast<double>(kLinesPerHalving));
    const uint64_t value = histogram.percentile(share * 100);
    add_line(out, static_cast<double>(value) / kMillisecond, share,
             histogram.count() - histogram.count_above(value));
  }
  if (!histogram.empty()) {
    add_line(out, static_cast<double>(histogram.max()) / kMillisecond, 1, histogram.count());
  }
  char tail[256];
  std::snprintf(tail, sizeof tail,
                "#[Mean    = %12.6f, StdDeviation   = %12.6f]\n"
                "#[Max     = %12.6f, Total count    = %12llu]\n",
                histogram.mean() / kMillisecond, histogram.deviation() / kMillisecond,
                static_cast<double>(histogram.max()) / kMillisecond,
                static_cast<unsigned long long>(histogram.count()));
  return out + tail;
}

}  // namespace godwit::load
