// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace godwit::load {

// duration_text writes nanoseconds for people, with three digits and the unit that fits: "87.1 us", "12.0
// ms", "2.00 s", "0".
std::string duration_text(uint64_t nanoseconds);

// parse_duration reads a decimal number with a unit: ns, us, ms, s, m, h; a number alone is seconds. It
// returns what is wrong with it, empty if nothing is.
std::string parse_duration(std::string_view text, uint64_t& nanoseconds);

}  // namespace godwit::load
