// SPDX-License-Identifier: MIT
#include "godwit/tools/load/report/text_report.h"

#include <gtest/gtest.h>

#include "godwit/tools/load/report/comparison_report.h"
#include "godwit/tools/load/report/knee_report.h"
#include "godwit/tools/load/report/live.h"

namespace godwit::load {
namespace {

constexpr uint64_t kMs = 1'000'000;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != text.npos;
}

TEST(TextReport, CountsAndSizes) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1000), "1,000");
  EXPECT_EQ(count_text(1234567), "1,234,567");
  EXPECT_EQ(size_text(0), "0 B");
  EXPECT_EQ(size_text(1234), "1.23 kB");
  EXPECT_EQ(size_text(999.6e6), "1 GB");
}

TEST(TextReport, TellsAllThatWasCounted) {
  Result result;
  result.urls = {"http://a/\x1b[2J"};
  result.open_loop = true;
  result.rate = 100;
  result.connections = 7;
  result.seconds = 10;
  result.interrupted = true;
  result.threads = {{10, 5}};
  Measurements& m = result.measured;
  for (int i = 0; i < 1000; ++i) {
    m.from_due.record(30 * kMs);
    m.from_sent.record(20 * kMs);
    m.lag.record(kMs / 2);
  }
  m.failed.record(kMs);
  m.open_age.record(77 * kMs);
  m.unsent = 5;
  m.oldest_unsent = 88 * kMs;
  m.sent = 1002;
  m.statuses = {{200, 1000}, {503, 1}};
  m.causes["status 503"] = {1, "bad\nnews"};
  Threshold threshold;
  ASSERT_EQ(parse_threshold("p99<10ms", threshold), "");
  const std::string text = text_report(result, judge_with(result, std::span(&threshold, 1)));
  for (const char* part :
       {"VALID", "http://a/\\x1B[2J", "Interrupted", "100 requests a second", "7 requests under way",
        "100 requests/s", "the oldest for 77.0 ms", "never sent, the oldest for 88.0 ms", "own lag",
        "p99.999", "30.0 ms", "20.0 ms", "500 us", "status 503  (bad\\x0Anews)", "200: 1,000",
        "50 % of a processor", "FAILED  p99<10ms: 30.0 ms"}) {
    EXPECT_TRUE(has(text, part)) << part << "\n" << text;
  }
}

TEST(TextReport, AClosedLoopHasNoLag) {
  Result result;
  result.measured.from_due.record(kMs);
  EXPECT_FALSE(has(text_report(result, judge_with(result, {})), "own lag"));
}

TEST(TextReport, WhereNothingEndedThereAreNoPhases) {
  Result result;
  EXPECT_FALSE(has(text_report(result, judge_with(result, {})), "Phases"));
  result.measured.failed.record(kMs);
  EXPECT_TRUE(has(text_report(result, judge_with(result, {})), "Phases"));
}

TEST(Live, TheScreenFitsTheTerminal) {
  Progress progress;
  progress.seconds = 5;
  progress.length = 20;
  progress.glance.good = 123456;
  const std::deque<double> rates(100, 10);
  for (size_t columns : {20u, 80u, 200u}) {
    const std::string screen = live_lines(progress, rates, columns);
    size_t width = 0;
    for (char c : screen) {
      // Bytes that continue a character take no column.
      width = c == '\n' ? 0 : width + ((static_cast<unsigned char>(c) & 0xC0) == 0x80 ? 0 : 1);
      EXPECT_LE(width, columns);
    }
  }
  const std::string screen = live_lines(progress, rates, 80);
  EXPECT_TRUE(has(screen, " 25 %")) << screen;
  EXPECT_TRUE(has(screen, "15.0 s left")) << screen;
  EXPECT_TRUE(has(screen, "good 123,456")) << screen;
}

TEST(Live, ProgressByRequestsAndBeforeTheBegin) {
  Progress progress;
  progress.seconds = 1;
  progress.requests = 200;
  progress.glance.good = 90;
  progress.glance.failed = 10;
  EXPECT_TRUE(has(live_lines(progress, {}, 80), " 50 %  1.00 s left"));
  progress.seconds = -2;
  EXPECT_TRUE(has(live_lines(progress, {}, 80), "begins in 2.00 s"));
  EXPECT_TRUE(has(plain_line(progress, 5), "5/s"));
  // Nothing ended in the last second: there is no latency, which is not one of 0.
  EXPECT_TRUE(has(plain_line(progress, 5), "p50 -  p99 -"));
  EXPECT_TRUE(has(live_lines(progress, {}, 80), "p50 -  p90 -  p99 -  max -"));
  progress.glance.last_second.good = 1;
  EXPECT_TRUE(has(plain_line(progress, 5), "p50 0  p99 0"));
}

TEST(ComparisonReport, SaysWhichIsBetterAndHowSureThatIs) {
  Comparison comparison;
  for (int i = 0; i < 7; ++i) {
    comparison.sides[0].add((10 + i * 0.01) * kMs, 20 * kMs, 1000);
    comparison.sides[1].add((15 + i * 0.01) * kMs, 20 * kMs, 1100);
  }
  compute(comparison, 1);
  EXPECT_TRUE(comparison.slower());
  const std::string text = comparison_text(comparison);
  EXPECT_TRUE(has(text, "B is worse")) << text;
  EXPECT_TRUE(has(text, "no difference seen")) << text;
  EXPECT_TRUE(has(text, "B is better")) << text;
  EXPECT_TRUE(has(comparison_json(comparison), "\"slower\":true"));
}

TEST(KneeReport, ShowsEachTrialAndTheAnswer) {
  const KneeTrial trials[] = {{100, 99, kMs, 2 * kMs, 0, Trial::holds, ""},
                              {200, 150, 5 * kMs, 90 * kMs, 0.01, Trial::fails, "p99<50ms: 90 ms"}};
  const std::string text = knee_text(trials);
  EXPECT_TRUE(has(text, "holds")) << text;
  EXPECT_TRUE(has(text, "p99<50ms: 90 ms")) << text;
  EXPECT_EQ(knee_answer(trials, 100), "\nThe highest rate that holds: 100 requests a second\n");
  EXPECT_EQ(knee_answer({}, 0), "\nNo rate holds.\n");
  EXPECT_TRUE(has(knee_json(trials, 100), "\"knee\":100"));
}

TEST(KneeReport, TellsWhereTheGeneratorEndedIt) {
  KneeTrial trials[] = {{100, 99, kMs, 2 * kMs, 0, Trial::holds, ""},
                        {150, 150, kMs, 90 * kMs, 0, Trial::unsure, "late"},
                        {150, 150, kMs, 90 * kMs, 0, Trial::unsure, "late"},
                        {200, 150, kMs, 90 * kMs, 0, Trial::fails, "p99"}};
  EXPECT_TRUE(has(knee_answer(trials, 100), "above it the generator was the limit"));
  EXPECT_TRUE(has(knee_json(trials, 100), "\"ended_by_generator\":true"));
  trials[2].outcome = Trial::fails;
  EXPECT_FALSE(has(knee_answer(trials, 100), "generator"));
}

}  // namespace
}  // namespace godwit::load
