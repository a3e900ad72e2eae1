// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace godwit::load {

// Stage: over so many seconds the level goes in a straight line from where it was to `level`.
struct Stage {
  double seconds = 0;
  double level = 0;
  bool operator==(const Stage&) const = default;
};

// parse_stages reads `10s:100,1m:1000`. It returns what is wrong with the text, empty if nothing is.
std::string parse_stages(std::string_view text, std::vector<Stage>& out);

// Profile is a level over time, made of stages: a rate in requests a second, or a number of connections.
// It is a function and holds no clock.
class Profile {
 public:
  // constant holds a level for ever.
  static Profile constant(double level);
  // Profile by stages, beginning at `start`. Behind the last one the level stays where it is.
  Profile(double start, std::vector<Stage> stages);

  double level_at(double seconds) const;
  // area_until gives the area below the level up to a moment: for a rate, how many requests are due by then.
  double area_until(double seconds) const;

  // moment_of gives the second at which the area below the level has become `area`: for a rate, the moment at
  // which request number `area` (from 0) is due. It looks from the stage of the last answer on, so that
  // moments asked for in order cost nothing; infinite if the level stays at zero before.
  double moment_of(double area);

  // seconds of all stages; 0 for a constant.
  double seconds() const;
  double highest() const;

 private:
  struct Piece {
    double begin;     // seconds
    double seconds;   // infinite for the last
    double from, to;  // levels
    double area;      // of all before
  };

  std::vector<Piece> pieces_;
  size_t current_ = 0;
};

}  // namespace godwit::load
