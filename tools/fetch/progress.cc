// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/progress.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

namespace godwit::fetch {

namespace {

constexpr size_t kMinBar = 10;

std::string clock_time(uint64_t seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%llu:%02u", static_cast<unsigned long long>(seconds / 60),
                static_cast<unsigned>(seconds % 60));
  return text;
}

}  // namespace

std::string human_size(uint64_t bytes) {
  constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = static_cast<double>(bytes);
  size_t unit = 0;
  while (value >= 999.5 && unit + 1 < std::size(kUnits)) {
    value /= 1024;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof text, unit > 0 && value < 99.95 ? "%.1f %s" : "%.0f %s", value, kUnits[unit]);
  return text;
}

std::string progress_line(const Totals& totals, size_t width) {
  const bool known = totals.unknown == 0 && totals.expected > 0;
  std::string left;
  if (totals.exchanges > 1)
    left = std::to_string(totals.done) + "/" + std::to_string(totals.exchanges) + "  ";
  left += human_size(totals.received);
  if (known) left += " of " + human_size(totals.expected);
  std::string right = human_size(totals.bytes_per_second) + "/s  ";
  if (known && totals.done < totals.exchanges && totals.bytes_per_second > 0) {
    const uint64_t missing = totals.expected - std::min(totals.received, totals.expected);
    right += clock_time(missing / totals.bytes_per_second) + " left";
  } else {
    right += clock_time(static_cast<uint64_t>(totals.elapsed.count()) / 1000);
  }
  std::string line = left + "  ";
  const size_t around = left.size() + right.size() + 6;
  if (known && around + kMinBar <= width) {
    const size_t room = width - around;
    const double part =
        std::min(1.0, static_cast<double>(totals.received) / static_cast<double>(totals.expected));
    const auto full = static_cast<size_t>(part * static_cast<double>(room));
    line += "[" + std::string(full, '=') + std::string(room - full, ' ') + "]  ";
  }
  line += right;
  return line.substr(0, width);
}

}  // namespace godwit::fetch
