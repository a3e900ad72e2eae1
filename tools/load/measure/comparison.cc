// SPDX-License-Identifier: MIT
#include "godwit/tools/load/measure/comparison.h"

#include <algorithm>
#include <random>
#include <vector>

namespace godwit::load {

namespace {

// median_of reorders what it is given.
double median_of(std::vector<double>& values) {
  const size_t middle = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(middle), values.end());
  const double upper = values[middle];
  if (values.size() % 2 != 0) return upper;
  return (upper + *std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(middle))) /
         2;
}

double ratio_of(double b, double a) {
  return a > 0 ? b / a : 1;
}

}  // namespace

double median(std::span<const double> values) {
  std::vector<double> copy(values.begin(), values.end());
  return copy.empty() ? 0 : median_of(copy);
}

Ratio compare_medians(std::span<const double> a, std::span<const double> b, uint64_t seed) {
  std::mt19937_64 random(seed);
  // Not a distribution of the standard library's, whose results are each library's own.
  const auto resample = [&random](std::span<const double> from, std::vector<double>& to) {
    for (double& value : to) value = from[static_cast<size_t>(random() % from.size())];
  };
  std::vector<double> from_a(a.size()), from_b(b.size()), ratios(kResamples);
  for (double& ratio : ratios) {
    resample(a, from_a);
    resample(b, from_b);
    ratio = ratio_of(median_of(from_b), median_of(from_a));
  }
  std::sort(ratios.begin(), ratios.end());
  return {.ratio = ratio_of(median(b), median(a)),
          .low = ratios[kResamples * 25 / 1000],
          .high = ratios[kResamples * 975 / 1000 - 1]};
}

}  // namespace godwit::load
