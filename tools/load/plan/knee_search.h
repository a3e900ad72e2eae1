// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

namespace godwit::load {

// KneeSearch looks for the highest rate that holds, asking for one trial after the other: it doubles the rate
// until one fails (or halves it until one holds), then narrows the gap to kPrecision. Pure: the trials are
// its user's.
//
//   KneeSearch search(100);
//   while (auto rate = search.next()) search.tell(holds_at(*rate));
//   search.best()
class KneeSearch {
 public:
  // kPrecision: the answer and the lowest rate that failed differ by this factor at most.
  static constexpr double kPrecision = 1.05;
  // Below kLowest a second nothing is searched, above kHighest no machine sends.
  static constexpr double kLowest = 0.5;
  static constexpr double kHighest = 1e8;

  explicit KneeSearch(double first) : rate_(first) {}

  // next gives the rate to try; nothing when the search is over.
  std::optional<double> next() const;
  // tell says whether the rate of next() held.
  void tell(bool holds);

  // best is the highest rate that held; 0 if none did.
  double best() const { return held_; }

 private:
  double rate_;
  double held_ = 0;
  double failed_ = 0;  // 0: none did
};

}  // namespace godwit::load
