// SPDX-License-Identifier: MIT
#include "godwit/tools/load/measure/verdict.h"

#include <gtest/gtest.h>

namespace godwit::load {
namespace {

constexpr uint64_t kMs = 1'000'000;

// calm is a run in which all went well: 1000 requests of 20 ms.
Result calm() {
  Result result;
  result.open_loop = true;
  result.seconds = 10;
  result.threads = {{10, 3}};
  for (int i = 0; i < 1000; ++i) {
    result.measured.from_due.record(20 * kMs);
    result.measured.lag.record(kMs / 10);
    result.measured.loop_delay.record(kMs / 10);
  }
  result.measured.sent = 1000;
  return result;
}

TEST(Verdict, ACalmRunIsValid) {
  const Verdict verdict = judge(calm());
  EXPECT_TRUE(verdict.valid());
  EXPECT_EQ(verdict.text(), "VALID");
  EXPECT_TRUE(verdict.reasons.empty());
}

TEST(Verdict, NothingWentWell) {
  const Verdict verdict = judge(Result());
  EXPECT_EQ(verdict.text(), "INVALID: errors");
  EXPECT_EQ(verdict.reasons, std::vector<std::string>{"no request was due"});
}

TEST(Verdict, WhyNothingWentWell) {
  Result result;
  result.interrupted = true;
  EXPECT_EQ(judge(result).reasons[0], "it was interrupted before it measured");
  result.seconds = 1;
  result.measured.open_age.record(kMs);
  EXPECT_EQ(judge(result).reasons[0], "no request had an answer by the end");
  result.measured.failed.record(kMs);
  EXPECT_EQ(judge(result).reasons[0], "no request went well");
}

// steady has an answer every ten milliseconds, for so many tenths of its ten seconds.
Result steady(uint64_t tenths) {
  Result result = calm();
  for (uint64_t i = 0; i < tenths * 10; ++i) result.measured.series.record_good(i * 10 * kMs, 20 * kMs, 1);
  return result;
}

TEST(Verdict, RequestsThatWereNeverAnsweredAreNotLeftOutOfThePercentiles) {
  Result result = steady(100);
  for (int i = 0; i < 10; ++i) result.measured.open_age.record(400 * kMs);
  EXPECT_TRUE(judge(result).valid());  // 10 of 1010
  for (int i = 0; i < 100; ++i) result.measured.open_age.record(39 * kMs);
  EXPECT_TRUE(judge(result).valid());  // those may still become ordinary
  result.measured.open_age.record(400 * kMs);
  EXPECT_EQ(judge(result).text(), "INVALID: errors");
  EXPECT_EQ(
      judge(result).reasons,
      std::vector<std::string>{
          "1.09 % of the requests were still open at the end, for more than 40.0 ms: p99 is not known"});
}

TEST(Verdict, AServerThatFallsSilentIsNotHiddenByAFewConnections) {
  Result result = steady(95);
  result.open_loop = false;
  result.measured.open_age.record(499 * kMs);
  EXPECT_EQ(judge(result).text(), "INVALID: errors");
  EXPECT_EQ(judge(result).reasons, std::vector<std::string>{"no answer came in the last 499 ms"});
  // Nobody was asked for so long.
  result.measured.open_age = Histogram();
  result.measured.open_age.record(39 * kMs);
  EXPECT_TRUE(judge(result).valid());
}

TEST(Verdict, APauseThatAClosedLoopHidesIsTold) {
  Result result = steady(100);
  result.measured.series = TimeSeries();
  for (uint64_t i = 0; i < 1000; ++i) {
    if (i < 400 || i >= 430) result.measured.series.record_good(i * 10 * kMs, 20 * kMs, 1);
  }
  EXPECT_TRUE(judge(result).notes.empty());  // it waited for nothing
  result.open_loop = false;
  ASSERT_EQ(judge(result).notes.size(), 1u);
  EXPECT_EQ(judge(result).notes[0].substr(0, 26), "no answer came for 300 ms;");
  EXPECT_TRUE(judge(result).valid());
  // With answers that slow a pause is nothing.
  for (int i = 0; i < 100; ++i) result.measured.from_due.record(50 * kMs);
  EXPECT_TRUE(judge(result).notes.empty());
}

TEST(Verdict, AFewProbesOfTheLoopSayNothing) {
  Result result = calm();
  result.measured.loop_delay = Histogram();
  for (int i = 0; i < 19; ++i) result.measured.loop_delay.record(50 * kMs);
  EXPECT_TRUE(judge(result).valid());
  result.measured.loop_delay.record(50 * kMs);
  EXPECT_EQ(judge(result).kind, Verdict::Kind::generator);
}

TEST(Verdict, MoreThanOnePercentOfFailuresIsTooMuch) {
  Result result = calm();
  for (int i = 0; i < 10; ++i) result.measured.failed.record(kMs);
  EXPECT_TRUE(judge(result).valid());  // 10 of 1010
  result.measured.failed.record(kMs);
  EXPECT_EQ(judge(result).text(), "INVALID: errors");
}

TEST(Verdict, AnOutageIsNotHiddenByTheManyThatWentWellBefore) {
  Result result = calm();
  for (uint64_t i = 0; i < 100; ++i) result.measured.series.record_good(i * 100 * kMs, kMs, 1);
  result.measured.series.record_failed(100 * 100 * kMs);
  EXPECT_TRUE(judge(result).valid());  // one slot of 101
  result.measured.series.record_failed(101 * 100 * kMs);
  EXPECT_EQ(judge(result).text(), "INVALID: errors");
}

TEST(Verdict, ABusyThreadIsTheLimitHoweverIdleTheOthers) {
  Result result = calm();
  result.threads = {{10, 1}, {10, 9.6}};
  const Verdict verdict = judge(result);
  EXPECT_EQ(verdict.text(), "INVALID: the generator was the limit");
  EXPECT_EQ(verdict.reasons, std::vector<std::string>{"thread 2 used 96 % of its processor"});
  result.threads = {{10, 9.4}};
  EXPECT_TRUE(judge(result).valid());
}

TEST(Verdict, LagCountsWhereItIsAVisiblePartOfTheLatency) {
  Result result = calm();
  // Two in a hundred are late, so that the 99th percentile shows them.
  for (int i = 0; i < 20; ++i) result.measured.lag.record(19 * kMs / 10);
  EXPECT_TRUE(judge(result).valid());  // below a tenth of 20 ms
  EXPECT_TRUE(judge(result).notes.empty());
  for (int i = 0; i < 20; ++i) result.measured.lag.record(3 * kMs);
  EXPECT_TRUE(judge(result).valid());
  EXPECT_EQ(judge(result).notes,
            std::vector<std::string>{"requests were noticed 3.00 ms after they were due, at p99"});
  for (int i = 0; i < 100; ++i) result.measured.lag.record(3 * kMs);
  EXPECT_EQ(judge(result).kind, Verdict::Kind::generator);
  EXPECT_EQ(judge(result).reasons.size(), 1u);
  EXPECT_TRUE(judge(result).notes.empty());
}

TEST(Verdict, TheLoopMayBeLateNowAndThenButNotOnAverage) {
  Result result = calm();
  for (int i = 0; i < 20; ++i) result.measured.loop_delay.record(50 * kMs);
  EXPECT_TRUE(judge(result).valid());
  for (int i = 0; i < 50; ++i) result.measured.loop_delay.record(50 * kMs);
  EXPECT_EQ(judge(result).kind, Verdict::Kind::generator);
  EXPECT_EQ(judge(result).reasons.size(), 1u);
}

TEST(Verdict, AGeneratorThatSentNothingWasTheLimit) {
  Result result;
  result.open_loop = true;
  result.seconds = 5;
  result.measured.unsent = 1500;
  EXPECT_EQ(judge(result).kind, Verdict::Kind::generator);
  EXPECT_EQ(judge(result).reasons,
            std::vector<std::string>{"1500 requests were due, and the generator did not get to send any"});
  // What was sent may be stuck at the server.
  result.measured.sent = 1;
  result.measured.open_age.record(5'000 * kMs);
  EXPECT_EQ(judge(result).kind, Verdict::Kind::errors);
}

TEST(Verdict, AShortRunIsNotJudgedByItsProcessor) {
  Result result = calm();
  result.seconds = 0.09;
  result.threads = {{0.09, 0.09}};
  EXPECT_TRUE(judge(result).valid());
  ASSERT_EQ(judge(result).notes.size(), 1u);
  EXPECT_EQ(judge(result).notes[0],
            "thread 1 used 100 % of its processor, but the run is too short to tell by that");
  result.seconds = 0.1;
  EXPECT_EQ(judge(result).kind, Verdict::Kind::generator);
}

TEST(Verdict, LatenessBelowAMillisecondDoesNotMatter) {
  Result result = calm();
  result.measured.from_due = Histogram();
  for (int i = 0; i < 1000; ++i) {
    result.measured.from_due.record(kMs / 10);
    result.measured.lag.record(kMs - kMs / 100);
    result.measured.loop_delay.record(kMs - kMs / 100);
  }
  EXPECT_TRUE(judge(result).valid());
  EXPECT_TRUE(judge(result).notes.empty());
}

TEST(Verdict, WhatWasNotSentWasNotTheLoadAskedFor) {
  Result result = calm();
  result.measured.unsent = 10;
  EXPECT_TRUE(judge(result).valid());
  result.measured.unsent = 11;
  EXPECT_EQ(judge(result).text(), "INVALID: the server was the limit");
  EXPECT_TRUE(judge(result).reasons[0].ends_with("never sent: too many were open"));
  EXPECT_FALSE(sent_enough(result.measured));
  // Where the generator was busy, it may be its own fault.
  result.threads = {{10, 9.9}};
  EXPECT_EQ(judge(result).kind, Verdict::Kind::generator);
  ASSERT_EQ(judge(result).reasons.size(), 2u);
  EXPECT_TRUE(judge(result).reasons[1].ends_with("never sent"));
  result.threads.clear();
  result.open_loop = false;
  EXPECT_TRUE(judge(result).valid());
}

}  // namespace
}  // namespace godwit::load
