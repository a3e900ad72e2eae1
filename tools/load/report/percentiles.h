// SPDX-License-Identifier: MIT
#pragma once

namespace godwit::load {

// NamedPercentile is one that every report shows.
struct NamedPercentile {
  const char* name;
  double percent;
};

inline constexpr NamedPercentile kPercentiles[] = {
    {"p50", 50}, {"p75", 75},     {"p90", 90},       {"p95", 95},
    {"p99", 99}, {"p99.9", 99.9}, {"p99.99", 99.99}, {"p99.999", 99.999},
};

}  // namespace godwit::load
