// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace godwit::parser {

// parse_cookie_date reads the date of an Expires attribute by the algorithm of RFC 6265bis 5.1.1, which
// looks for a time, a day, a month and a year in any order, between any delimiters, and overlooks all else:
// names of days, time zones, words. It gives seconds since 1970-01-01 00:00:00 UTC; nothing if a part is
// missing or out of range, or there is no such day. Years begin at 1601; two digits mean 1970 to 2069.
std::optional<int64_t> parse_cookie_date(std::string_view text);

}  // namespace godwit::parser
