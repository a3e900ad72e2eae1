// SPDX-License-Identifier: MIT
#include "godwit/tools/load/measure/threshold.h"

#include <gtest/gtest.h>

#include "godwit/tools/load/measure/duration_text.h"

namespace godwit::load {
namespace {

constexpr uint64_t kMs = 1'000'000;

// known has 100 good requests of 1 to 100 ms in 10 s, a failure and two that are open.
Result known() {
  Result result;
  result.seconds = 10;
  for (uint64_t i = 1; i <= 100; ++i) result.measured.from_due.record(i * kMs);
  result.measured.failed.record(kMs);
  result.measured.open_age.record(kMs);
  result.measured.open_age.record(kMs);
  return result;
}

TEST(Threshold, HoldsOrDoesNot) {
  const struct {
    const char* text;
    bool holds;
  } kCases[] = {
      {"p99<100ms", true},      {"p99<90ms", false},  {"p99.9 < 101ms", true}, {"p50<=51ms", true},
      {"p50>49ms", true},       {"p50>0.06s", false}, {"p100>=100ms", true},   {"mean<51ms", true},
      {"mean<50ms", false},     {"max<=100ms", true}, {"max<100ms", false},    {"min>=1ms", true},
      {"min>1ms", false},       {"errors<=1", true},  {"errors<1", false},     {"errors<1%", true},
      {"errors < 0.9%", false}, {"rate>=10", true},   {"rate>10", false},      {"open<3", true},
      {"open<2", false},
  };
  for (const auto& [text, holds] : kCases) {
    Threshold threshold;
    EXPECT_EQ(parse_threshold(text, threshold), "") << text;
    EXPECT_EQ(threshold.holds(known()), holds) << text;
  }
}

TEST(Threshold, NoLatencyMeetsNone) {
  Threshold threshold;
  ASSERT_EQ(parse_threshold("p99<1h", threshold), "");
  EXPECT_FALSE(threshold.holds(Result()));
}

TEST(Threshold, ValuesAreToldInTheirUnit) {
  const struct {
    const char* text;
    const char* value;
  } kCases[] = {{"p50<1s", "50.0 ms"}, {"errors<1", "1"}, {"errors<1%", "0.99 %"}, {"rate>1", "10"}};
  for (const auto& [text, value] : kCases) {
    Threshold threshold;
    ASSERT_EQ(parse_threshold(text, threshold), "");
    EXPECT_EQ(threshold.value_text(known()), value) << text;
  }
}

TEST(Threshold, Faults) {
  Threshold threshold;
  for (const char* text :
       {"", "p99", "p99=1ms", "p101<1ms", "p<1ms", "p-1<1ms", "p99<", "p99<1lightyear", "p99<-1ms", "p99<20",
        "max<0.5", "pnan<1ms", "errors<many", "errors<1%%", "speed>3", "rate>", "rate>1%"}) {
    EXPECT_NE(parse_threshold(text, threshold), "") << text;
  }
}

TEST(DurationText, ThreeDigitsAndTheUnitThatFits) {
  const struct {
    uint64_t nanoseconds;
    const char* text;
  } kCases[] = {{0, "0"},
                {1, "1 ns"},
                {999, "999 ns"},
                {1000, "1.00 us"},
                {87'123, "87.1 us"},
                {999'400, "999 us"},
                {999'600, "1.00 ms"},
                {9'996'000, "10.0 ms"},
                {99'960'000, "100 ms"},
                {2'000'000'000, "2.00 s"},
                {3'600'000'000'000, "3600 s"}};
  for (const auto& [nanoseconds, text] : kCases) EXPECT_EQ(duration_text(nanoseconds), text);
}

TEST(DurationText, Parse) {
  uint64_t out = 0;
  const struct {
    const char* text;
    uint64_t nanoseconds;
  } kCases[] = {
      {"0", 0},   {"10", 10'000'000'000},  {"1.5s", 1'500'000'000},  {"250ms", 250 * kMs}, {"3us", 3000},
      {"7ns", 7}, {"2m", 120'000'000'000}, {"1h", 3'600'000'000'000}};
  for (const auto& [text, nanoseconds] : kCases) {
    EXPECT_EQ(parse_duration(text, out), "") << text;
    EXPECT_EQ(out, nanoseconds) << text;
  }
  for (const char* text : {"", "s", "-1s", "1 s", "1x", "1e3", "nan", "inf", "1ss", "9000h"}) {
    EXPECT_NE(parse_duration(text, out), "") << text;
  }
}

TEST(Threshold, WhereNothingWentWellThereIsNoLatency) {
  Threshold threshold;
  ASSERT_EQ(parse_threshold("p99<1s", threshold), "");
  EXPECT_FALSE(threshold.holds(Result()));
  EXPECT_EQ(threshold.value_text(Result()), "no request went well");
}

}  // namespace
}  // namespace godwit::load
