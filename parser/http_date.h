// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace godwit::parser {

// parse_http_date reads a date in any of the three forms of RFC 9110 5.6.7, exactly as written there:
//   Sun, 06 Nov 1994 08:49:37 GMT    IMF-fixdate
//   Sunday, 06-Nov-94 08:49:37 GMT   RFC 850, obsolete
//   Sun Nov  6 08:49:37 1994         asctime, obsolete
// and gives seconds since 1970-01-01 00:00:00 UTC, before it negative. The date must exist and the name
// of the day must be its day; a leap second (:60) counts as the second after. `now`, in the same unit,
// decides the century of a two-digit year: one that would be more than 50 years ahead is the latest year past
// with these digits.
std::optional<int64_t> parse_http_date(std::string_view text, int64_t now);

// HttpDate is a date as text, 29 characters.
class HttpDate {
 public:
  static constexpr size_t kSize = 29;

  // HttpDate writes `unix_seconds` as an IMF-fixdate, for the years 0 to 9999; a time outside them
  // becomes the nearest one inside.
  explicit HttpDate(int64_t unix_seconds);

  std::string_view text() const { return {text_, kSize}; }

 private:
  char text_[kSize];
};

}  // namespace godwit::parser
