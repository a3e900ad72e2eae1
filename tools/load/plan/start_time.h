// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace godwit::load {

// parse_start_time reads --start-at: seconds since 1970 with or without decimals, or "2026-01-31T12:00:00Z".
// The result is nanoseconds since 1970. It returns what is wrong with the text, empty if nothing is.
std::string parse_start_time(std::string_view text, uint64_t& out);

// time_text writes nanoseconds since 1970 in the second form, without the fraction.
std::string time_text(uint64_t since_1970);

}  // namespace godwit::load
