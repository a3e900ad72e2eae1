// SPDX-License-Identifier: MIT
#include "godwit/tools/load/plan/start_time.h"

#include <charconv>
#include <chrono>
#include <cstdio>

namespace godwit::load {

namespace {

using std::chrono::days;
using std::chrono::sys_days;

// digits reads exactly so many of them at a place.
bool digits(std::string_view text, size_t at, size_t count, int& out) {
  out = 0;
  for (char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return false;
    out = out * 10 + (c - '0');
  }
  return true;
}

}  // namespace

std::string parse_start_time(std::string_view text, uint64_t& out) {
  // The year 2262 is as far as 63 bits of nanoseconds go.
  constexpr double kLatest = 9.2e9;
  double seconds = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
  if (error == std::errc() && end == text.data() + text.size() && seconds >= 0 && seconds < kLatest) {
    out = static_cast<uint64_t>(seconds * 1e9);
    return {};
  }
  int year, month, day, hour, minute, second;
  const bool read = text.size() == 20 && text[4] == '-' && text[7] == '-' && text[10] == 'T' &&
                    text[13] == ':' && text[16] == ':' && text[19] == 'Z' && digits(text, 0, 4, year) &&
                    digits(text, 5, 2, month) && digits(text, 8, 2, day) && digits(text, 11, 2, hour) &&
                    digits(text, 14, 2, minute) && digits(text, 17, 2, second);
  if (read) {
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (date.ok() && year >= 1970 && year < 2262 && hour < 24 && minute < 60 && second < 60) {
      const auto midnight = std::chrono::seconds(sys_days(date).time_since_epoch());
      out = static_cast<uint64_t>(midnight.count() + hour * 3600 + minute * 60 + second) * 1'000'000'000u;
      return {};
    }
  }
  return "'" + std::string(text) + "' is neither seconds since 1970 nor a time such as 2026-01-31T12:00:00Z";
}

std::string time_text(uint64_t since_1970) {
  const auto seconds = static_cast<int64_t>(since_1970 / 1'000'000'000u);
  const std::chrono::year_month_day date{sys_days(days(seconds / 86400))};
  const int64_t of_day = seconds % 86400;
  char text[48];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(of_day / 3600), static_cast<int>(of_day / 60 % 60),
                static_cast<int>(of_day % 60));
  return text;
}

}  // namespace godwit::load
