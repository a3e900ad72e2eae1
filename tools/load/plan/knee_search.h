// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

namespace godwit::load {

// Trial is what one run at a rate showed: the rate holds, it does not, or the run can't tell, since what was
// late was the generator itself.
enum class Trial : uint8_t { holds, fails, unsure };

// KneeSearch looks for the highest rate that holds, asking for one trial after the other: it doubles the rate
// until one fails (or halves it until one holds), then narrows the gap to kPrecision. One bad moment of the
// machine is not to end it: a rate fails when kFailures of its trials do, or kUnsure of them can't tell.
// Pure: the trials are its user's.
//
//   KneeSearch search(100);
//   while (auto rate = search.next()) search.tell(trial_at(*rate));
//   search.best()
class KneeSearch {
 public:
  // kPrecision: the answer and the lowest rate that failed differ by this factor at most.
  static constexpr double kPrecision = 1.05;
  // Below kLowest a second nothing is searched, above kHighest no machine sends.
  static constexpr double kLowest = 0.5;
  static constexpr double kHighest = 1e8;
  static constexpr int kFailures = 2;
  static constexpr int kUnsure = 3;

  explicit KneeSearch(double first) : rate_(first) {}

  // next gives the rate to try; nothing when the search is over.
  std::optional<double> next() const;
  // tell says what the trial at the rate of next() showed.
  void tell(Trial trial);

  // best is the highest rate that held; 0 if none did.
  double best() const { return held_; }

 private:
  double rate_;
  double held_ = 0;
  double failed_ = 0;  // 0: none did
  int failures_ = 0;   // trials at this rate
  int unsure_ = 0;
};

}  // namespace godwit::load
