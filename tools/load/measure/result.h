// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/tools/load/measure/measurements.h"

namespace godwit::load {

// ThreadUse is what one thread of the generator needed while it measured.
struct ThreadUse {
  double seconds = 0;      // of the wall clock
  double cpu_seconds = 0;  // of a processor

  double share() const { return seconds > 0 ? cpu_seconds / seconds : 0; }
  bool operator==(const ThreadUse&) const = default;
};

// Result is a whole run, or several that were merged: all that a report needs. A value.
struct Result {
  // What was asked for.
  std::vector<std::string> urls;  // the first few
  bool open_loop = false;         // by rate, and not by connections
  double rate = 0;                // mean of the rate asked for, requests a second; 0 in a closed loop
  uint32_t connections = 0;       // at most; 0: as many as are needed
  uint32_t pipeline = 1;          // requests on their way on each of them
  double warmup = 0;              // seconds

  // What was done.
  std::string started;  // of the measuring, UTC: "2026-01-31T12:00:00Z"
  double seconds = 0;   // for how long it measured
  bool interrupted = false;
  uint32_t generators = 1;  // runs merged into this one
  std::vector<ThreadUse> threads;
  Measurements measured;

  // throughput of requests that went well, a second.
  double throughput() const { return seconds > 0 ? static_cast<double>(measured.good()) / seconds : 0; }
  // under_way: requests at once, at most.
  uint64_t under_way() const { return uint64_t{connections} * pipeline; }
  double body_rate() const { return seconds > 0 ? static_cast<double>(measured.body_bytes) / seconds : 0; }
  // error_share of what came to an end.
  double error_share() const {
    const double ended = static_cast<double>(measured.good() + measured.bad());
    return ended > 0 ? static_cast<double>(measured.bad()) / ended : 0;
  }

  // merge combines runs of the same load from several machines, which ran at the same time: counts and rates
  // add up, the length is that of the longest.
  void merge(const Result& other);

  bool operator==(const Result&) const = default;
};

// save_result writes a result as JSON without losing anything; load_result reads it. On failure it gives
// nothing, and says what is wrong in `fault`.
std::string save_result(const Result& result);
std::optional<Result> load_result(std::string_view text, std::string& fault);

}  // namespace godwit::load
