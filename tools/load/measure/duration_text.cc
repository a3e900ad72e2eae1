// SPDX-License-Identifier: MIT
#include "godwit/tools/load/measure/duration_text.h"

#include <charconv>
#include <cstdio>

namespace godwit::load {

namespace {

struct Unit {
  std::string_view name;
  double nanoseconds;
};

constexpr Unit kUnits[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}};

// kLongest is a year: what is longer was a slip of the finger.
constexpr double kLongest = 365.0 * 24 * 3600e9;

}  // namespace

std::string duration_text(uint64_t nanoseconds) {
  if (nanoseconds == 0) return "0";
  const double value = static_cast<double>(nanoseconds);
  // The next unit begins where three digits of this one would be rounded to 1000.
  const Unit& unit = value < 999.5     ? kUnits[0]
                     : value < 999.5e3 ? kUnits[1]
                     : value < 999.5e6 ? kUnits[2]
                                       : kUnits[3];
  const double scaled = value / unit.nanoseconds;
  const int decimals = unit.nanoseconds == 1 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  char text[48];
  std::snprintf(text, sizeof text, "%.*f %s", decimals, scaled, unit.name.data());
  return text;
}

std::string parse_duration(std::string_view text, uint64_t& nanoseconds) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  const std::string_view suffix(end, static_cast<size_t>(text.data() + text.size() - end));
  double scale = suffix.empty() ? 1e9 : 0;
  for (const Unit& unit : kUnits) {
    if (unit.name == suffix) scale = unit.nanoseconds;
  }
  const double value = number * scale;
  // Written so that NaN is refused as well.
  if (error != std::errc() || scale == 0 || !(value >= 0 && value <= kLongest)) {
    return "'" + std::string(text) + "' is not a duration, such as 500ms, 10s or 2m";
  }
  nanoseconds = static_cast<uint64_t>(value + 0.5);
  return {};
}

}  // namespace godwit::load
