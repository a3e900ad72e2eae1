// SPDX-License-Identifier: MIT
#include "godwit/tools/load/plan/profile.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "godwit/tools/load/measure/duration_text.h"

namespace godwit::load {

namespace {

constexpr double kForEver = std::numeric_limits<double>::infinity();
// kHighestLevel: no machine sends so many requests a second.
constexpr double kHighestLevel = 1e9;

}  // namespace

std::string parse_stages(std::string_view text, std::vector<Stage>& out) {
  out.clear();
  const std::string_view whole = text;
  while (true) {
    const size_t comma = text.find(',');
    const std::string_view one = text.substr(0, comma);
    const size_t colon = one.find(':');
    const std::string_view level = colon == one.npos ? std::string_view() : one.substr(colon + 1);
    Stage stage;
    uint64_t nanoseconds = 0;
    const auto [end, error] =
        std::from_chars(level.data(), level.data() + level.size(), stage.level, std::chars_format::fixed);
    if (colon == one.npos || !parse_duration(one.substr(0, colon), nanoseconds).empty() ||
        error != std::errc() || end != level.data() + level.size() ||
        !(stage.level >= 0 && stage.level <= kHighestLevel)) {
      return "'" + std::string(whole) + "' is not DURATION:LEVEL,..., such as 10s:100,1m:1000";
    }
    stage.seconds = static_cast<double>(nanoseconds) / 1e9;
    out.push_back(stage);
    if (comma == text.npos) return {};
    text.remove_prefix(comma + 1);
  }
}

Profile Profile::constant(double level) {
  return Profile(level, {});
}

Profile::Profile(double start, std::vector<Stage> stages) {
  double begin = 0, area = 0, level = start;
  for (const Stage& stage : stages) {
    // One without length is a jump.
    if (stage.seconds > 0) pieces_.push_back({begin, stage.seconds, level, stage.level, area});
    begin += stage.seconds;
    area += (level + stage.level) / 2 * stage.seconds;
    level = stage.level;
  }
  pieces_.push_back({begin, kForEver, level, level, area});
}

double Profile::seconds() const {
  return pieces_.back().begin;
}

double Profile::highest() const {
  double highest = 0;
  for (const Piece& piece : pieces_) highest = std::max({highest, piece.from, piece.to});
  return highest;
}

double Profile::level_at(double seconds) const {
  for (const Piece& piece : pieces_) {
    if (seconds - piece.begin >= piece.seconds) continue;
    if (piece.from == piece.to) return piece.to;
    return piece.from + (piece.to - piece.from) * (seconds - piece.begin) / piece.seconds;
  }
  return pieces_.back().to;
}

double Profile::area_until(double seconds) const {
  const Piece* piece = &pieces_.front();
  for (const Piece& next : pieces_) {
    if (next.begin <= seconds) piece = &next;
  }
  return piece->area + (piece->from + level_at(seconds)) / 2 * (seconds - piece->begin);
}

double Profile::moment_of(double area) {
  if (area < pieces_[current_].area) current_ = 0;
  while (current_ + 1 < pieces_.size() && pieces_[current_ + 1].area <= area) ++current_;
  const Piece& piece = pieces_[current_];
  const double inside = area - piece.area;
  // The time t with  from * t + slope * t^2 / 2 = inside, in the form that loses no digits.
  const double slope = piece.from == piece.to ? 0 : (piece.to - piece.from) / piece.seconds;
  const double root = std::sqrt(std::max(0.0, piece.from * piece.from + 2 * slope * inside));
  const double divisor = piece.from + root;
  if (divisor > 0) return piece.begin + 2 * inside / divisor;
  return inside > 0 || piece.from == piece.to ? kForEver : piece.begin;
}

}  // namespace godwit::load
