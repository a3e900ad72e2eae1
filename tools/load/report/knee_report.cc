// SPDX-License-Identifier: MIT
#include "godwit/tools/load/report/knee_report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "godwit/tools/load/measure/duration_text.h"

namespace godwit::load {

namespace {

using Json = nlohmann::ordered_json;

constexpr double kBarWidth = 24;

// bar is as long as the logarithm of a latency above the lowest.
std::string bar(uint64_t value, uint64_t lowest, uint64_t highest) {
  if (value == 0 || lowest == 0) return "";
  const double span = std::log(static_cast<double>(highest) / static_cast<double>(lowest));
  const double height = std::log(static_cast<double>(value) / static_cast<double>(lowest));
  return std::string(static_cast<size_t>(1 + (span > 0 ? height / span : 0) * (kBarWidth - 1)), '#');
}

// ended_by_generator tells whether no trial at the next rate above the best showed what the server does
// there.
bool ended_by_generator(std::span<const KneeTrial> trials, double best) {
  double next = HUGE_VAL;
  for (const KneeTrial& trial : trials) {
    if (trial.outcome != Trial::holds && trial.rate > best) next = std::min(next, trial.rate);
  }
  const auto failed = [&](const KneeTrial& trial) {
    return trial.rate == next && trial.outcome == Trial::fails;
  };
  return next != HUGE_VAL && std::none_of(trials.begin(), trials.end(), failed);
}

}  // namespace

std::string knee_text(std::span<const KneeTrial> trials) {
  uint64_t lowest = UINT64_MAX, highest = 0;
  for (const KneeTrial& trial : trials) {
    if (trial.p99 != 0) lowest = std::min(lowest, trial.p99);
    highest = std::max(highest, trial.p99);
  }
  char line[256];
  std::snprintf(line, sizeof line, "%12s %12s %10s %10s %8s\n", "rate", "answered", "p50", "p99", "errors");
  std::string out = line;
  for (const KneeTrial& trial : trials) {
    std::snprintf(line, sizeof line, "%12.6g %12.6g %10s %10s %7.3g%%  %-24s %s\n", trial.rate,
                  trial.throughput, duration_text(trial.p50).c_str(), duration_text(trial.p99).c_str(),
                  trial.error_share * 100, bar(trial.p99, lowest, highest).c_str(),
                  trial.outcome == Trial::holds ? "holds" : trial.why.c_str());
    out += line;
  }
  return out;
}

std::string knee_answer(std::span<const KneeTrial> trials, double best) {
  char line[128] = "\nNo rate holds.\n";
  if (best > 0) {
    std::snprintf(line, sizeof line, "\nThe highest rate that holds: %.6g requests a second\n", best);
  }
  std::string out = line;
  if (ended_by_generator(trials, best)) {
    out +=
        "  mind: above it the generator was the limit; the server may do more (-t, or a machine with less to "
        "do)\n";
  }
  return out;
}

std::string knee_json(std::span<const KneeTrial> trials, double best) {
  Json out;
  out["knee"] = best > 0 ? Json(best) : Json();
  out["ended_by_generator"] = ended_by_generator(trials, best);
  Json& list = out["trials"] = Json::array();
  for (const KneeTrial& trial : trials) {
    list.push_back({{"rate", trial.rate},
                    {"throughput", trial.throughput},
                    {"p50_ms", static_cast<double>(trial.p50) / 1e6},
                    {"p99_ms", static_cast<double>(trial.p99) / 1e6},
                    {"error_percent", trial.error_share * 100},
                    {"holds", trial.outcome == Trial::holds},
                    {"why", trial.why}});
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace godwit::load
