// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "godwit/tools/load/measure/result.h"

namespace godwit::load {

// Threshold is a condition that a run has to meet: `p99<20ms`, `errors<0.1%`, `rate>=5000`.
//
//   METRIC  pN (a percentile from due, N from 0 to 100 with decimals), mean, max, min: durations
//           errors: failures; with % their share of what ended
//           rate: requests that went well, a second; open: requests without an answer at the end
//   then    <, <=, > or >=, then a value
struct Threshold {
  enum class Metric : uint8_t { percentile, mean, max, min, errors, error_percent, rate, open };
  enum class Relation : uint8_t { below, at_most, above, at_least };

  std::string text;  // as it was written
  Metric metric = Metric::percentile;
  Relation relation = Relation::below;
  double percent = 0;  // of Metric::percentile
  double limit = 0;    // nanoseconds, a count, percent or a rate

  // value gives the metric of a result, in the unit of `limit`.
  double value(const Result& result) const;
  // holds tells whether the result meets it. A latency of nothing meets no threshold.
  bool holds(const Result& result) const;
  // value_text writes the metric of a result for people.
  std::string value_text(const Result& result) const;

  bool is_duration() const { return metric <= Metric::min; }
};

// parse_threshold returns what is wrong with the text, empty if nothing is.
std::string parse_threshold(std::string_view text, Threshold& out);

}  // namespace godwit::load
