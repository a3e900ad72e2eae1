// SPDX-License-Identifier: MIT
// Writes the report of a run that never was to the standard output: every plot has data, and their figures
// are known.
//   sample_report         a good run
//   sample_report bad     one with failures, names that try to break out of the page, and broken thresholds
//   sample_report empty   one in which nothing happened
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/tools/load/report/html.h"

namespace {

using godwit::load::Measurements;
using godwit::load::Result;
using godwit::load::Threshold;

constexpr uint64_t kMillisecond = 1'000'000;

// Ten seconds at 100 requests a second, the n-th of each second answered after n ms; the sixth stalls by two
// more.
void add_good(Measurements& m) {
  for (uint64_t second = 0; second < 10; ++second) {
    for (uint64_t n = 1; n <= 100; ++n) {
      const uint64_t latency = n * kMillisecond + (second == 5 ? 2000 * kMillisecond : 0);
      m.from_due.record(latency);
      m.from_sent.record(n * kMillisecond);
      m.lag.record(20'000 + n * 100);
      m.loop_delay.record(30'000);
      m.first_byte.record(n * kMillisecond / 2);
      m.transfer.record(40'000);
      m.series.record_good(second * 1'000'000'000 + n * 9'900'000, latency, 100);
      m.body_bytes += 100;
      ++m.sent;
    }
  }
  m.connect.record(90'000);
  m.tls.record(1'200'000);
  m.connections = 1;
  m.statuses[200] = 1000;
}

void add_bad(Measurements& m) {
  for (uint64_t i = 0; i < 500; ++i) {
    m.failed.record(3 * kMillisecond);
    m.series.record_failed(i * 20'000'000);
  }
  m.statuses[503] = 400;
  m.causes["status 503"] = {400, ""};
  m.causes["connect-failed in connect"] = {100,
                                           "</script><script>document.title='broken out'</script> <!-- \xFF"};
  m.open_age.record(700 * kMillisecond);
  m.unsent = 12;
}

// One request alone, in twenty milliseconds.
void make_single(Result& result) {
  result.open_loop = false;
  result.seconds = 0.02;
  result.connections = 1;
  Measurements& m = result.measured;
  m.from_due.record(6 * kMillisecond);
  m.from_sent.record(5 * kMillisecond);
  m.first_byte.record(4 * kMillisecond);
  m.series.record_good(6 * kMillisecond, 6 * kMillisecond, 100);
  m.sent = 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view kind = argc > 1 ? argv[1] : "good";
  Result result;
  result.urls = {"http://127.0.0.1:8080/bytes/100"};
  result.open_loop = true;
  result.rate = 100;
  result.seconds = 10;
  result.started = "2026-01-31T12:00:00Z";
  result.threads = {{10, 2.5}};
  std::vector<Threshold> thresholds;
  const bool many = kind == "good" || kind == "bad";
  if (kind == "single") make_single(result);
  if (many) {
    add_good(result.measured);
    Threshold threshold;
    if (!parse_threshold("p99<200ms", threshold).empty()) return 1;
    thresholds.push_back(threshold);
    if (!parse_threshold("rate>=50", threshold).empty()) return 1;
    thresholds.push_back(threshold);
  }
  if (kind == "bad") add_bad(result.measured);
  if (many) {
    result.measured.series.set_asked([](double seconds) { return 100 * seconds; }, result.seconds);
  }
  const std::string page = html_report(result, thresholds);
  return std::fwrite(page.data(), 1, page.size(), stdout) == page.size() ? 0 : 1;
}
