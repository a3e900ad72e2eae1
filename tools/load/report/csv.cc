// SPDX-License-Identifier: MIT
#include "godwit/tools/load/report/csv.h"

#include <cstdio>

namespace godwit::load {

namespace {

void add_microseconds(std::string& out, uint64_t nanoseconds) {
  char text[32];
  std::snprintf(text, sizeof text, ",%.3f", static_cast<double>(nanoseconds) / 1e3);
  out += text;
}

}  // namespace

std::string csv_report(const TimeSeries& series) {
  std::string out = "start_s,width_s,good,failed,body_bytes,p50_us,p90_us,p99_us,max_us,asked\r\n";
  const double width = static_cast<double>(series.width()) / 1e9;
  for (size_t i = 0; i < series.slots().size(); ++i) {
    const Moment& moment = series.slots()[i];
    char text[128];
    std::snprintf(text, sizeof text, "%.1f,%.1f,%llu,%llu,%llu", static_cast<double>(i) * width, width,
                  static_cast<unsigned long long>(moment.good),
                  static_cast<unsigned long long>(moment.failed),
                  static_cast<unsigned long long>(moment.body_bytes));
    out += text;
    if (moment.good == 0) {
      out += ",,,,";
    } else {
      for (const double percent : {50.0, 90.0, 99.0}) add_microseconds(out, moment.percentile(percent));
      add_microseconds(out, moment.slowest);
    }
    std::snprintf(text, sizeof text, ",%.3f\r\n", moment.asked);
    out += text;
  }
  return out;
}

}  // namespace godwit::load
