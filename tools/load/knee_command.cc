// SPDX-License-Identifier: MIT
#include "godwit/tools/load/knee_command.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "godwit/tools/load/console.h"
#include "godwit/tools/load/measure/result.h"
#include "godwit/tools/load/measure/verdict.h"
#include "godwit/tools/load/plan/knee_search.h"
#include "godwit/tools/load/report/knee_report.h"
#include "godwit/tools/load/watched_run.h"

namespace godwit::load {

namespace {

// kTrialLength of a trial without -d, and the rate of the first without -R.
constexpr uint64_t kTrialLength = 5'000'000'000;
constexpr double kFirstRate = 100;
// kLongestRest after a trial that did not hold.
constexpr uint64_t kLongestRest = 10'000'000'000;

// rest_after gives how long the server is left alone: the next trial is not to wait behind what this one left
// in its queues, which is worked off as fast as it answered.
uint64_t rest_after(const Result& result) {
  const double open = static_cast<double>(result.measured.open());
  const double seconds = result.throughput() > 0 ? open / result.throughput() : result.seconds;
  return static_cast<uint64_t>(std::min(seconds * 1e9, static_cast<double>(kLongestRest)));
}

uint64_t wall_clock() {
  return static_cast<uint64_t>(
      std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count());
}

// outcome_of tells whether a rate holds. A generator that was late makes latencies longer and never shorter:
// what holds with its help holds, as long as all was sent; what does not hold says nothing then.
Trial outcome_of(const Result& result, const Verdict& verdict, bool slo_holds) {
  const bool generator = verdict.kind == Verdict::Kind::generator;
  if (slo_holds && (verdict.valid() || (generator && sent_enough(result.measured)))) return Trial::holds;
  return generator ? Trial::unsure : Trial::fails;
}

// describe gives what a trial showed. At a rate that was not really sent nothing can hold.
KneeTrial describe(const Result& result, const LoadOptions& options, double rate) {
  const Histogram& latency = result.measured.from_due;
  KneeTrial trial{
      rate, result.throughput(), latency.percentile(50), latency.percentile(99), result.error_share(), {},
      {}};
  for (const Threshold& slo : options.slo) {
    if (!slo.holds(result))
      trial.why += (trial.why.empty() ? "" : ", ") + slo.text + ": " + slo.value_text(result);
  }
  const Verdict verdict = judge(result);
  trial.outcome = outcome_of(result, verdict, trial.why.empty());
  if (trial.outcome == Trial::unsure || (trial.outcome == Trial::fails && trial.why.empty())) {
    trial.why += (trial.why.empty() ? "" : "; ") + verdict.text();
  }
  return trial;
}

}  // namespace

int knee_command(LoadOptions options, const RequestSet& requests) {
  if (options.duration == 0 && options.requests == 0) options.duration = kTrialLength;
  KneeSearch search(options.rate > 0 ? options.rate : kFirstRate);
  std::vector<KneeTrial> trials;
  bool interrupted = false, answered = false;
  while (const std::optional<double> rate = search.next()) {
    options.rate = *rate;
    std::string fault;
    const std::optional<Result> result = watched_run(options, requests, fault);
    if (!result) return complain(fault, kStatusUsage);
    interrupted = result->interrupted;
    if (interrupted) break;
    trials.push_back(describe(*result, options, *rate));
    search.tell(trials.back().outcome);
    answered = answered || result->measured.good() > 0;
    if (!answered && result->measured.bad() > 0) break;  // nobody is there: slower will not help
    options.start_at = trials.back().outcome == Trial::holds ? 0 : wall_clock() + rest_after(*result);
  }
  std::stable_sort(trials.begin(), trials.end(),
                   [](const KneeTrial& a, const KneeTrial& b) { return a.rate < b.rate; });
  std::string text = options.json.wanted ? knee_json(trials, search.best()) : knee_text(trials);
  // Where it was cut short before a rate held, none may be said to hold.
  if (!options.json.wanted && !(interrupted && search.best() == 0))
    text += knee_answer(trials, search.best());
  if (!write_text(options.json.file, text)) return kStatusFailed;
  if (interrupted) return complain("interrupted: the search is not at its end", kStatusFailed);
  return search.best() > 0 ? kStatusOk : kStatusFailed;
}

}  // namespace godwit::load
