// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace godwit::load {

// KneeTrial is one rate that was tried.
struct KneeTrial {
  double rate = 0;        // that was asked for
  double throughput = 0;  // of requests that went well
  uint64_t p50 = 0;       // nanoseconds from due
  uint64_t p99 = 0;
  double error_share = 0;
  std::string why;  // it did not hold; empty if it did

  bool holds() const { return why.empty(); }
};

// knee_text shows the trials, in the order given, with a bar for each p99, and the answer. best is 0 if there
// is none.
std::string knee_text(std::span<const KneeTrial> trials, double best);
// knee_json has durations in milliseconds.
std::string knee_json(std::span<const KneeTrial> trials, double best);

}  // namespace godwit::load
