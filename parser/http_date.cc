// SPDX-License-Identifier: MIT
#include "godwit/parser/http_date.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "godwit/parser/byte_class.h"
#include "godwit/parser/calendar.h"

namespace godwit::parser {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};

// Reader takes a date apart from the left. Once something does not fit, `ok` is false for good.
struct Reader {
  std::string_view rest;
  bool ok = true;

  void literal(std::string_view text) {
    ok = ok && rest.starts_with(text);
    if (ok) rest.remove_prefix(text.size());
  }

  unsigned number(size_t digits) {
    if (!ok || rest.size() < digits) {
      ok = false;
      return 0;
    }
    unsigned value = 0;
    for (size_t i = 0; i < digits; ++i) {
      ok = ok && is_digit(rest[i]);
      value = value * 10 + static_cast<unsigned>(rest[i] - '0');
    }
    rest.remove_prefix(digits);
    return ok ? value : 0;
  }

  unsigned month() {
    const size_t at = rest.size() < 3 ? std::string_view::npos : kMonths.find(rest.substr(0, 3));
    ok = ok && at != std::string_view::npos && at % 3 == 0;
    if (!ok) return 0;
    rest.remove_prefix(3);
    return static_cast<unsigned>(at / 3) + 1;
  }

  int64_t time_of_day() {
    const unsigned hour = number(2);
    literal(":");
    const unsigned minute = number(2);
    literal(":");
    const unsigned second = number(2);
    ok = ok && hour <= 23 && minute <= 59 && second <= 60;
    return hour * 3600 + minute * 60 + second;
  }
};

std::optional<int64_t> finish(const Reader& in, Date date, unsigned weekday, int64_t time_of_day) {
  if (!in.ok || !in.rest.empty() || !exists(date)) return std::nullopt;
  const int64_t days = days_from_epoch(date);
  if (weekday_of(days) != weekday) return std::nullopt;
  return days * kSecondsPerDay + time_of_day;
}

std::optional<int64_t> parse_imf_fixdate(Reader in, unsigned weekday) {
  Date date;
  in.literal(", ");
  date.day = in.number(2);
  in.literal(" ");
  date.month = in.month();
  in.literal(" ");
  date.year = static_cast<int>(in.number(4));
  in.literal(" ");
  const int64_t time = in.time_of_day();
  in.literal(" GMT");
  return finish(in, date, weekday, time);
}

std::optional<int64_t> parse_rfc850_date(Reader in, unsigned weekday, int64_t now) {
  Date date;
  in.literal(", ");
  date.day = in.number(2);
  in.literal("-");
  date.month = in.month();
  in.literal("-");
  const auto short_year = static_cast<int>(in.number(2));
  in.literal(" ");
  const int64_t time = in.time_of_day();
  in.literal(" GMT");
  if (!in.ok) return std::nullopt;

  // RFC 9110 5.6.7 speaks of the timestamp, not of its year: the same digits may be past or future
  // within the 50th year.
  const int64_t today = floor_days(now);
  Date horizon = date_of(today);
  horizon.year += 50;
  const int64_t limit = days_from_epoch(horizon) * kSecondsPerDay + (now - today * kSecondsPerDay);
  date.year = horizon.year - ((horizon.year - short_year) % 100 + 100) % 100;
  if (days_from_epoch(date) * kSecondsPerDay + time > limit) date.year -= 100;
  return finish(in, date, weekday, time);
}

std::optional<int64_t> parse_asctime_date(Reader in, unsigned weekday) {
  Date date;
  in.literal(" ");
  date.month = in.month();
  in.literal(" ");
  if (in.rest.starts_with(' ')) {
    in.literal(" ");
    date.day = in.number(1);
  } else {
    date.day = in.number(2);
    in.ok = in.ok && date.day >= 10;
  }
  in.literal(" ");
  const int64_t time = in.time_of_day();
  in.literal(" ");
  date.year = static_cast<int>(in.number(4));
  return finish(in, date, weekday, time);
}

void put_number(char* at, unsigned value, size_t digits) {
  for (size_t i = digits; i-- > 0; value /= 10) at[i] = static_cast<char>('0' + value % 10);
}

}  // namespace

std::optional<int64_t> parse_http_date(std::string_view text, int64_t now) {
  for (unsigned weekday = 0; weekday < kDays.size(); ++weekday) {
    const std::string_view name = kDays[weekday];
    if (!text.starts_with(name.substr(0, 3))) continue;
    const std::string_view rest = text.substr(3);
    if (rest.starts_with(',')) return parse_imf_fixdate({rest}, weekday);
    if (rest.starts_with(' ')) return parse_asctime_date({rest}, weekday);
    if (!text.starts_with(name)) return std::nullopt;
    return parse_rfc850_date({text.substr(name.size())}, weekday, now);
  }
  return std::nullopt;
}

HttpDate::HttpDate(int64_t unix_seconds) {
  constexpr int64_t kFirst = days_from_epoch({0, 1, 1}) * kSecondsPerDay;
  constexpr int64_t kLast = days_from_epoch({10000, 1, 1}) * kSecondsPerDay - 1;
  const int64_t seconds = std::clamp(unix_seconds, kFirst, kLast);
  const int64_t days = floor_days(seconds);
  const auto time = static_cast<unsigned>(seconds - days * kSecondsPerDay);
  const Date date = date_of(days);

  std::memcpy(text_, "Sun, 06 Nov 1994 08:49:37 GMT", kSize);
  std::memcpy(text_, kDays[weekday_of(days)].data(), 3);
  put_number(text_ + 5, date.day, 2);
  std::memcpy(text_ + 8, kMonths.data() + size_t{3} * (date.month - 1), 3);
  put_number(text_ + 12, static_cast<unsigned>(date.year), 4);
  put_number(text_ + 17, time / 3600, 2);
  put_number(text_ + 20, time / 60 % 60, 2);
  put_number(text_ + 23, time % 60, 2);
}

}  // namespace godwit::parser
