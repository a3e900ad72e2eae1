// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

namespace godwit::load {

// Ratio is how B compares with A: the ratio of their medians, with the interval that holds it with 95 %
// confidence.
struct Ratio {
  double ratio = 1;
  double low = 1;
  double high = 1;

  // differs: the interval leaves no room for "the same".
  bool differs() const { return low > 1 || high < 1; }
};

// kResamples of the bootstrap: enough for the ends of the interval to stand still to about a hundredth of its
// width.
inline constexpr int kResamples = 10'000;

double median(std::span<const double> values);

// compare_medians gives median(b) / median(a) with a percentile-bootstrap interval, the same for the same
// seed. Both lists hold one positive figure a round; neither may be empty.
Ratio compare_medians(std::span<const double> a, std::span<const double> b, uint64_t seed);

}  // namespace godwit::load
