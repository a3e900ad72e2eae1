// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "godwit/tools/load/measure/comparison.h"

namespace godwit::load {

// Side is one of the two that are compared: a figure of each kind for each round.
struct Side {
  std::string name;
  std::vector<double> p50;   // nanoseconds
  std::vector<double> p99;   // nanoseconds
  std::vector<double> rate;  // a second

  void add(double a, double b, double c) {
    p50.push_back(a);
    p99.push_back(b);
    rate.push_back(c);
  }
  size_t rounds() const { return rate.size(); }
};

// Comparison is B against A.
struct Comparison {
  Side sides[2];
  Ratio p50;
  Ratio p99;
  Ratio rate;
  std::vector<std::string> faults;  // rounds that were not VALID, in sentences

  // slower: B takes longer or does less, and chance does not explain it.
  bool slower() const { return p50.low > 1 || p99.low > 1 || rate.high < 1; }
};

// compute fills in the ratios; both sides have rounds.
void compute(Comparison& comparison, uint64_t seed);

std::string comparison_text(const Comparison& comparison);
// comparison_json has durations in milliseconds.
std::string comparison_json(const Comparison& comparison);

}  // namespace godwit::load
