// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "godwit/tools/load/plan/knee_search.h"

namespace godwit::load {

// KneeTrial is one rate that was tried.
struct KneeTrial {
  double rate = 0;        // that was asked for
  double throughput = 0;  // of requests that went well
  uint64_t p50 = 0;       // nanoseconds from due
  uint64_t p99 = 0;
  double error_share = 0;
  Trial outcome = Trial::holds;
  std::string why;  // it did not hold; empty if it did
};

// knee_text shows the trials, in the order given, with a bar for each p99.
std::string knee_text(std::span<const KneeTrial> trials);
// knee_answer is the sentence below them: the highest rate that holds, 0 if none does, and whether it was the
// generator that ended the search.
std::string knee_answer(std::span<const KneeTrial> trials, double best);
// knee_json has durations in milliseconds.
std::string knee_json(std::span<const KneeTrial> trials, double best);

}  // namespace godwit::load
