// SPDX-License-Identifier: MIT
#include "godwit/parser/cookie_date.h"

#include <algorithm>
#include <cstddef>

#include "godwit/parser/byte_class.h"
#include "godwit/parser/calendar.h"

namespace godwit::parser {
namespace {

// is_delimiter tells whether a byte separates the tokens of a cookie-date: all of printable ASCII but
// digits, letters and the colon; and HTAB, but no other control character.
constexpr bool is_delimiter(char byte) {
  const auto octet = static_cast<uint8_t>(byte);
  if (octet == '\t') return true;
  if (octet < ' ' || octet >= 0x7f || octet == ':') return false;
  const unsigned lower = octet | 0x20u;
  return !is_digit(byte) && !(lower >= 'a' && lower <= 'z');
}

// take_number takes `least` to `most` digits from the front. False, with nothing taken, if there are fewer
// or one digit more.
bool take_number(std::string_view& text, size_t least, size_t most, unsigned& value) {
  size_t digits = 0;
  unsigned number = 0;
  for (; digits < text.size() && is_digit(text[digits]); ++digits) {
    if (digits == most) return false;
    number = number * 10 + static_cast<unsigned>(text[digits] - '0');
  }
  if (digits < least) return false;
  text.remove_prefix(digits);
  value = number;
  return true;
}

bool take_colon(std::string_view& text) {
  if (!text.starts_with(':')) return false;
  text.remove_prefix(1);
  return true;
}

struct Time {
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
};

// is_time reads hms-time [ non-digit *OCTET ].
bool is_time(std::string_view token, Time& time) {
  return take_number(token, 1, 2, time.hour) && take_colon(token) && take_number(token, 1, 2, time.minute) &&
         take_colon(token) && take_number(token, 1, 2, time.second);
}

}  // namespace

std::optional<int64_t> parse_cookie_date(std::string_view text) {
  Date date;
  Time time;
  bool has_time = false;
  bool has_day = false;
  bool has_month = false;
  bool has_year = false;
  while (!text.empty()) {
    const size_t begin =
        static_cast<size_t>(std::find_if_not(text.begin(), text.end(), is_delimiter) - text.begin());
    text.remove_prefix(begin);
    const size_t size =
        static_cast<size_t>(std::find_if(text.begin(), text.end(), is_delimiter) - text.begin());
    std::string_view token = text.substr(0, size);
    text.remove_prefix(size);

    // A token is the first of these that it can be and that was not found yet. "12" before a year is found
    // is a day, after a day is found it is the year.
    unsigned year = 0;
    if (!has_time && is_time(token, time)) {
      has_time = true;
    } else if (!has_day && take_number(token, 1, 2, date.day)) {
      has_day = true;
    } else if (!has_month && month_of(token) != 0) {
      has_month = true;
      date.month = month_of(token);
    } else if (!has_year && take_number(token, 2, 4, year)) {
      has_year = true;
      date.year = static_cast<int>(year);
    }
  }
  if (!has_time || !has_day || !has_month || !has_year) return std::nullopt;
  if (date.year >= 70 && date.year <= 99) date.year += 1900;
  if (date.year >= 0 && date.year <= 69) date.year += 2000;
  if (date.year < 1601 || !exists(date)) return std::nullopt;
  if (time.hour > 23 || time.minute > 59 || time.second > 59) return std::nullopt;
  return days_from_epoch(date) * kSecondsPerDay + time.hour * 3600 + time.minute * 60 + time.second;
}

}  // namespace godwit::parser
