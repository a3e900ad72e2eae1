// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "godwit/tools/load/measure/result.h"

namespace godwit::load {

// Verdict says whether a run measured what it was to measure.
struct Verdict {
  enum class Kind : uint8_t { valid, generator, server, errors };
  Kind kind = Kind::valid;
  // reasons are clauses with their figures: "thread 1 used 99 % of its processor". notes are the same, of
  // what does not spoil the run but its highest percentiles.
  std::vector<std::string> reasons;
  std::vector<std::string> notes;

  bool valid() const { return kind == Kind::valid; }
  // text is "VALID", "INVALID: the generator was the limit", "INVALID: the server was the limit" or "INVALID:
  // errors".
  std::string text() const;
};

// kBusyShare: a thread of the generator that needed so much of a processor had no time left to wait for the
// server.
inline constexpr double kBusyShare = 0.95;
// kShortRun, in seconds: in a shorter run a thread is mostly busy with beginning and ending, which says
// nothing about the server's part; it is noted alone.
inline constexpr double kShortRun = 0.1;
// kOwnShare, kOwnFloor: the generator's lateness (lag, delay of the event loop), at the 99th percentile, may
// be so much of the latency that was measured there; below the floor, in nanoseconds, it does not matter.
inline constexpr double kOwnShare = 0.1;
inline constexpr uint64_t kOwnFloor = 1'000'000;
// kErrorShare: with more failures among what ended, or for more of the time, the latencies of the rest say
// little.
inline constexpr double kErrorShare = 0.01;

// kSentShare of the requests that were due must have been sent, or the load was not the one asked for: the
// server's fault, if it answered too slowly for the requests under way at once, and the generator was at
// hand.
inline constexpr double kSentShare = 0.99;
// kFewestProbes of the delay of the event loop: fewer say nothing about the run.
inline constexpr uint64_t kFewestProbes = 20;
// kStuck: requests open at the end for more than so many times the 99th percentile (or the highest latency,
// if nothing else ended meanwhile) belong to latencies that were not seen to their end. kSilence is how many
// times the 99th percentile a stretch of a closed loop without an answer must be long to be told.
inline constexpr uint64_t kStuck = 2;
inline constexpr uint64_t kSilence = 10;

// sent_enough tells whether so many of those that were due were sent.
bool sent_enough(const Measurements& measured);

// judge is pure. Errors outweigh the generator's faults, for they change what it does.
Verdict judge(const Result& result);

}  // namespace godwit::load
