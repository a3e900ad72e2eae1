// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "godwit/parser/byte_class.h"

namespace godwit::parser {

inline constexpr int64_t kSecondsPerDay = 86400;

// kMonths holds the names of the months as every date of HTTP abbreviates them, three letters each.
inline constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";

// Date is a day in the proleptic Gregorian calendar.
struct Date {
  int year = 0;
  unsigned month = 0;  // 1 to 12
  unsigned day = 0;    // 1 to 31
};

// days_from_epoch counts days since 1970-01-01. Years are taken to begin in March, so that the leap day is
// the last of its year; 400 years have 146097 days.
constexpr int64_t days_from_epoch(Date date) {
  const int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * ((date.month + 9) % 12) + 2) / 5 + date.day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

// date_of is the inverse of days_from_epoch.
constexpr Date date_of(int64_t days) {
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const int64_t day_of_era = days - era * 146097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const auto month = static_cast<unsigned>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  const auto day = static_cast<unsigned>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  return {static_cast<int>(year_of_era + era * 400 + (month <= 2 ? 1 : 0)), month, day};
}

// exists tells whether there is such a day: no 30th of February, no month 0.
constexpr bool exists(Date date) {
  if (date.month == 0 || date.day == 0) return false;
  const Date normal = date_of(days_from_epoch(date));
  return normal.month == date.month && normal.day == date.day;
}

// floor_days gives the day of a time in seconds since 1970, also before it.
constexpr int64_t floor_days(int64_t seconds) {
  return seconds / kSecondsPerDay - (seconds % kSecondsPerDay < 0 ? 1 : 0);
}

// weekday_of gives the day of the week, 0 for Sunday, of a day since 1970-01-01.
constexpr unsigned weekday_of(int64_t days) {
  return static_cast<unsigned>(((days + 4) % 7 + 7) % 7);
}

// month_of gives the number of the month whose three letters `text` begins with, in any case; 0 if none.
constexpr unsigned month_of(std::string_view text) {
  for (unsigned month = 1; month <= 12; ++month) {
    if (ascii_iequals(text.substr(0, 3), kMonths.substr(3 * (month - 1), 3))) return month;
  }
  return 0;
}

}  // namespace godwit::parser
