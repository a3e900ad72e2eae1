// SPDX-License-Identifier: MIT
#include "godwit/tools/load/compare_command.h"

#include <optional>
#include <string>
#include <utility>

#include <unistd.h>

#include "godwit/tools/load/console.h"
#include "godwit/tools/load/measure/comparison.h"
#include "godwit/tools/load/measure/result.h"
#include "godwit/tools/load/measure/verdict.h"
#include "godwit/tools/load/merge_command.h"
#include "godwit/tools/load/report/comparison_report.h"
#include "godwit/tools/load/target.h"
#include "godwit/tools/load/watched_run.h"

namespace godwit::load {

namespace {

// kRoundLength of --compare without -d.
constexpr uint64_t kRoundLength = 2'000'000'000;
// kFewestRounds: an interval of fewer means nothing.
constexpr size_t kFewestRounds = 3;

int tell(const Comparison& comparison, const LoadOptions& options) {
  const std::string text = options.json.wanted ? comparison_json(comparison) : comparison_text(comparison);
  if (!write_text(options.json.file, text)) return kStatusFailed;
  return comparison.faults.empty() && !comparison.slower() ? kStatusOk : kStatusFailed;
}

int compare_saved(const LoadOptions& options) {
  Comparison comparison;
  for (size_t side = 0; side < 2; ++side) {
    std::string text, fault;
    if (fault = read_text(options.urls[side], kMaxSaved, text); !fault.empty())
      return complain(fault, kStatusUsage);
    const std::optional<Result> result = load_result(text, fault);
    if (!result) return complain("can't compare " + options.urls[side] + ": " + fault, kStatusUsage);
    Side& out = comparison.sides[side];
    out.name = options.urls[side];
    if (const Verdict verdict = judge(*result); !verdict.valid()) {
      comparison.faults.push_back(out.name + " is " + verdict.text());
    }
    const TimeSeries& series = result->measured.series;
    // The last slot was cut short.
    for (size_t i = 0; i + 1 < series.slots().size(); ++i) {
      const Moment& slot = series.slots()[i];
      if (slot.good == 0) continue;
      out.add(static_cast<double>(slot.percentile(50)), static_cast<double>(slot.percentile(99)),
              static_cast<double>(slot.good) * 1e9 / static_cast<double>(series.width()));
    }
    if (out.rounds() < kFewestRounds) {
      return complain("can't compare " + out.name + ": it is too short", kStatusUsage);
    }
  }
  compute(comparison, options.seed);
  return tell(comparison, options);
}

int compare_urls(LoadOptions options) {
  if (options.rounds < kFewestRounds) {
    return complain("--rounds: an interval needs " + std::to_string(kFewestRounds) + " at least",
                    kStatusUsage);
  }
  if (options.duration == 0 && options.requests == 0 && options.stages.empty())
    options.duration = kRoundLength;
  RequestSet sets[2];
  Comparison comparison;
  for (size_t side = 0; side < 2; ++side) {
    comparison.sides[side].name = options.urls[side];
    const std::string fault = fill_requests(options, std::span(options.urls).subspan(side, 1), sets[side]);
    if (!fault.empty()) return complain(fault, kStatusUsage);
  }
  bool interrupted = false;
  for (uint32_t round = 0; round < options.rounds && !interrupted; ++round) {
    // A begins one round and B the next, so that what drifts meets both alike.
    for (size_t turn = 0; turn < 2 && !interrupted; ++turn) {
      const size_t side = (turn + round) % 2;
      std::string fault;
      const std::optional<Result> result = watched_run(options, sets[side], fault);
      if (!result) return complain(fault, kStatusUsage);
      interrupted = result->interrupted;
      if (interrupted) break;
      Side& out = comparison.sides[side];
      if (const Verdict verdict = judge(*result); !verdict.valid()) {
        comparison.faults.push_back("round " + std::to_string(round + 1) + " of " + out.name + " is " +
                                    verdict.text());
      }
      if (result->measured.good() == 0) continue;
      out.add(static_cast<double>(result->measured.from_due.percentile(50)),
              static_cast<double>(result->measured.from_due.percentile(99)), result->throughput());
    }
  }
  if (interrupted) comparison.faults.push_back("it was interrupted");
  for (const Side& side : comparison.sides) {
    if (side.rounds() >= kFewestRounds) continue;
    for (const std::string& fault : comparison.faults) complain(fault, kStatusFailed);
    return complain(side.name + " has too few rounds to compare", kStatusFailed);
  }
  compute(comparison, options.seed);
  return tell(comparison, options);
}

}  // namespace

int compare_command(const LoadOptions& options) {
  const auto is_file = [](const std::string& name) { return access(name.c_str(), R_OK) == 0; };
  if (options.embedded) return compare_urls(options);
  const bool files[2] = {is_file(options.urls[0]), is_file(options.urls[1])};
  if (files[0] && files[1]) return compare_saved(options);
  if (files[0] || files[1]) {
    return complain(options.urls[files[0] ? 0 : 1] + " is a file, and " + options.urls[files[0] ? 1 : 0] +
                        " is none: --compare needs two URLs, or two files",
                    kStatusUsage);
  }
  return compare_urls(options);
}

}  // namespace godwit::load
