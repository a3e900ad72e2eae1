// SPDX-License-Identifier: MIT
#include "godwit/parser/http_date.h"

#include <ctime>
#include <string>

#include <gtest/gtest.h>

namespace godwit::parser {
namespace {

constexpr int64_t kNow = 1767225600;  // 2026-01-01 00:00:00

TEST(HttpDate, ReadsItsThreeForms) {
  const struct {
    std::string_view text;
    int64_t seconds;
  } cases[] = {
      {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
      {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
      {"Sun Nov  6 08:49:37 1994", 784111777},
      {"Wed Nov 16 08:49:37 1994", 784975777},
      {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
      {"Wed, 31 Dec 1969 23:59:59 GMT", -1},
      {"Thu, 29 Feb 2024 12:00:00 GMT", 1709208000},
      {"Tue, 29 Feb 2000 00:00:00 GMT", 951782400},
      {"Sat, 31 Dec 2016 23:59:60 GMT", 1483228800},
      {"Fri, 31 Dec 9999 23:59:59 GMT", 253402300799},
      {"Mon, 01 Jan 0001 00:00:00 GMT", -62135596800},
  };
  for (const auto& row : cases) EXPECT_EQ(parse_http_date(row.text, kNow), row.seconds) << row.text;
}

TEST(HttpDate, RefusesAllElse) {
  for (std::string_view text : {
           "",
           "Sun",
           "0",
           "784111777",
           "Sun, 06 Nov 1994 08:49:37 UTC",
           "Sun, 06 Nov 1994 08:49:37 gmt",
           "Sun, 06 Nov 1994 08:49:37 +0000",
           "Sun, 06 Nov 1994 08:49:37",
           "Sun, 06 Nov 1994 08:49:37 GMT ",
           " Sun, 06 Nov 1994 08:49:37 GMT",
           "Sun,06 Nov 1994 08:49:37 GMT",
           "Sun, 6 Nov 1994 08:49:37 GMT",
           "Sun, 06 Nov 94 08:49:37 GMT",
           "Sun, 06-Nov-1994 08:49:37 GMT",
           "sun, 06 Nov 1994 08:49:37 GMT",
           "Sun, 06 nov 1994 08:49:37 GMT",
           "Sun, 06 ovD 1994 08:49:37 GMT",
           "Mon, 06 Nov 1994 08:49:37 GMT",  // it was a Sunday
           "Monday, 06-Nov-94 08:49:37 GMT",
           "Sun, 00 Nov 1994 08:49:37 GMT",
           "Thu, 31 Nov 1994 08:49:37 GMT",
           "Wed, 29 Feb 2023 00:00:00 GMT",
           "Thu, 29 Feb 1900 00:00:00 GMT",
           "Sun, 06 Nov 1994 24:00:00 GMT",
           "Sun, 06 Nov 1994 08:60:37 GMT",
           "Sun, 06 Nov 1994 08:49:61 GMT",
           "Sun, 06 Nov 1994 8:49:37 GMT",
           "Sun, +6 Nov 1994 08:49:37 GMT",
           "Sun, 06 Nov 1994 08:-1:37 GMT",
           "Sunday, 06-Nov-1994 08:49:37 GMT",
           "Sund, 06-Nov-94 08:49:37 GMT",
           "Sun Nov 06 08:49:37 1994",
           "Sun Nov 6 08:49:37 1994",
           "Sun Nov  6 08:49:37 94",
           "Sun Nov  6 08:49:37 1994 GMT",
       }) {
    EXPECT_EQ(parse_http_date(text, kNow), std::nullopt) << text;
  }
}

TEST(HttpDate, EveryTruncationIsRefused) {
  for (std::string_view text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
    for (size_t size = 0; size < text.size(); ++size) {
      EXPECT_EQ(parse_http_date(text.substr(0, size), kNow), std::nullopt) << text.substr(0, size);
    }
  }
}

// RFC 9110 5.6.7: more than 50 years ahead means the latest year past with these two digits.
TEST(HttpDate, TwoDigitYearsAreNearestToNow) {
  const auto text = [](int64_t seconds) {
    const auto date = parse_http_date(HttpDate(seconds).text(), 0);
    EXPECT_EQ(date, seconds);
    std::string imf(HttpDate(seconds).text());
    constexpr const char* kNames[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                      "Thursday", "Friday", "Saturday"};
    for (std::string_view name : kNames) {
      if (!name.starts_with(imf.substr(0, 3))) continue;
      return std::string(name) + ", " + imf.substr(5, 2) + "-" + imf.substr(8, 3) + "-" + imf.substr(14, 2) +
             imf.substr(16);
    }
    return std::string();
  };
  constexpr int64_t kFiftyYears = 3345062400;  // 2076-01-01 00:00:00
  EXPECT_EQ(parse_http_date(text(kFiftyYears), kNow), kFiftyYears);
  EXPECT_EQ(parse_http_date(text(kFiftyYears - 1), kNow), kFiftyYears - 1);
  // One second later is more than 50 years ahead: 1976, whose first of January was a Thursday.
  EXPECT_EQ(parse_http_date("Thursday, 01-Jan-76 00:00:01 GMT", kNow), 189302401);
  EXPECT_EQ(parse_http_date(text(kNow), kNow), kNow);
  EXPECT_EQ(parse_http_date(text(kNow - 1), kNow), kNow - 1);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", kNow), 784111777);
  EXPECT_EQ(parse_http_date("Saturday, 01-Jan-00 00:00:00 GMT", kNow), 946684800);
}

TEST(HttpDate, WritesWhatItReads) {
  EXPECT_EQ(HttpDate(784111777).text(), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(HttpDate(0).text(), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(HttpDate(-1).text(), "Wed, 31 Dec 1969 23:59:59 GMT");
  EXPECT_EQ(HttpDate(INT64_MAX).text(), "Fri, 31 Dec 9999 23:59:59 GMT");
  EXPECT_EQ(HttpDate(INT64_MIN).text(), "Sat, 01 Jan 0000 00:00:00 GMT");
}

// A time in every day of 400 years and more, against the C library.
TEST(HttpDate, AgreesWithTheCLibraryOnEveryDay) {
  for (int64_t day = -70'000; day < 100'000; ++day) {
    const int64_t seconds = day * 86400 + (day * 7919 % 86400 + 86400) % 86400;
    const time_t time = seconds;
    std::tm parts{};
    ASSERT_NE(gmtime_r(&time, &parts), nullptr);
    char text[64];
    std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    ASSERT_EQ(HttpDate(seconds).text(), text);
    ASSERT_EQ(parse_http_date(text, kNow), seconds) << text;
    std::strftime(text, sizeof text, "%a %b %e %H:%M:%S %Y", &parts);
    ASSERT_EQ(parse_http_date(text, kNow), seconds) << text;
  }
}

}  // namespace
}  // namespace godwit::parser
