// SPDX-License-Identifier: MIT
#include "godwit/tools/load/measure/verdict.h"

#include <algorithm>
#include <cstdio>

#include "godwit/tools/load/measure/duration_text.h"

namespace godwit::load {

namespace {

std::string percent_text(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g %%", share * 100);
  return text;
}

// too_late tells whether a lateness of the generator's own is a visible part of what was measured.
bool too_late(double own, double measured) {
  return own > static_cast<double>(kOwnFloor) && own > kOwnShare * measured;
}

bool lags_at(double percent, const Measurements& measured) {
  return too_late(static_cast<double>(measured.lag.percentile(percent)),
                  static_cast<double>(measured.from_due.percentile(percent)));
}

std::string lag_text(double percent, const Measurements& measured) {
  return "requests were noticed " + duration_text(measured.lag.percentile(percent)) +
         " after they were due, at p" + std::to_string(static_cast<int>(percent));
}

// outage_share gives the share of the time in which more failed than went well. A server that dies is soon
// asked less often than the one that answered was, so that the share of the requests alone would hide it.
double outage_share(const TimeSeries& series) {
  size_t out = 0;
  for (const Moment& slot : series.slots()) out += slot.failed > slot.good ? 1 : 0;
  return series.slots().empty() ? 0 : static_cast<double>(out) / static_cast<double>(series.slots().size());
}

uint64_t nanoseconds(double seconds) {
  return static_cast<uint64_t>(std::max(seconds, 0.0) * 1e9);
}

// silence_at_end gives the time from the last answer (to the width of a slot) to the end of the run.
uint64_t silence_at_end(const Result& result) {
  const TimeSeries& series = result.measured.series;
  const uint64_t told = series.slots().size() * series.width();
  return nanoseconds(result.seconds) - std::min(told, nanoseconds(result.seconds));
}

// longest_silence gives the longest stretch of whole slots in which nothing came to an end.
uint64_t longest_silence(const TimeSeries& series) {
  uint64_t longest = 0, now = 0;
  for (const Moment& slot : series.slots()) {
    now = slot.good + slot.failed == 0 ? now + series.width() : 0;
    longest = std::max(longest, now);
  }
  return longest;
}

// too_long tells whether a length of time is too much of the run to be passed over.
bool too_long(uint64_t length, const Result& result) {
  return static_cast<double>(length) > kErrorShare * result.seconds * 1e9;
}

// stuck_text tells of requests that were open at the end and whose latencies, had one waited for them, would
// have changed the percentiles: those of the others alone would flatter. Empty if there were none.
std::string stuck_text(const Result& result) {
  const Measurements& measured = result.measured;
  const uint64_t old = std::max(kStuck * measured.from_due.percentile(99), kOwnFloor);
  const double stuck = static_cast<double>(measured.open_age.count_above(old));
  const double all = static_cast<double>(measured.good() + measured.bad()) + stuck;
  if (stuck > kErrorShare * all) {
    return percent_text(stuck / all) + " of the requests were still open at the end, for more than " +
           duration_text(old) + ": p99 is not known";
  }
  const uint64_t silent = std::min(silence_at_end(result), measured.open_age.max());
  if (silent > kStuck * std::max(measured.from_due.max(), kOwnFloor) && too_long(silent, result)) {
    return "no answer came in the last " + duration_text(silent);
  }
  return {};
}

// judge_answers looks at what failed, or has not come.
void judge_answers(const Result& result, Verdict& verdict) {
  const Measurements& measured = result.measured;
  if (measured.good() == 0) {
    verdict.reasons.push_back(measured.bad() > 0 ? "no request went well"
                              : result.interrupted && result.seconds == 0
                                  ? "it was interrupted before it measured"
                              : measured.open() + measured.unsent > 0 ? "no request had an answer by the end"
                                                                      : "no request was due");
  } else if (result.error_share() > kErrorShare) {
    verdict.reasons.push_back(percent_text(result.error_share()) + " of the requests failed");
  } else if (outage_share(measured.series) > kErrorShare) {
    verdict.reasons.push_back("more failed than went well for " +
                              percent_text(outage_share(measured.series)) + " of the time");
  } else if (std::string stuck = stuck_text(result); !stuck.empty()) {
    verdict.reasons.push_back(std::move(stuck));
  }
  if (!verdict.reasons.empty()) verdict.kind = Verdict::Kind::errors;
}

// judge_generator looks at what the generator itself needed and was late by.
void judge_generator(const Result& result, Verdict& verdict) {
  const Measurements& measured = result.measured;
  for (size_t i = 0; i < result.threads.size(); ++i) {
    const double share = result.threads[i].share();
    if (share < kBusyShare) continue;
    std::string used = "thread " + std::to_string(i + 1) + " used " + percent_text(std::min(share, 1.0)) +
                       " of its processor";
    if (result.seconds < kShortRun) {
      verdict.notes.push_back(std::move(used) + ", but the run is too short to tell by that");
    } else {
      verdict.reasons.push_back(std::move(used));
    }
  }
  if (lags_at(90, measured)) {
    verdict.reasons.push_back(lag_text(90, measured));
  } else if (lags_at(99, measured)) {
    verdict.notes.push_back(lag_text(99, measured));
  }
  if (measured.loop_delay.count() >= kFewestProbes &&
      too_late(measured.loop_delay.mean(), measured.from_due.mean())) {
    verdict.reasons.push_back("its event loop ran " +
                              duration_text(static_cast<uint64_t>(measured.loop_delay.mean())) +
                              " late on average");
  }
  if (!verdict.reasons.empty()) verdict.kind = Verdict::Kind::generator;
}

// judge_load looks at whether what was asked for was sent.
void judge_load(const Result& result, Verdict& verdict) {
  const Measurements& measured = result.measured;
  if (result.open_loop && !sent_enough(measured)) {
    const double due = static_cast<double>(measured.sent + measured.unsent);
    verdict.reasons.push_back(percent_text(static_cast<double>(measured.unsent) / due) +
                              " of the requests that were due were never sent" +
                              (verdict.valid() ? ": too many were open" : ""));
    if (verdict.valid()) verdict.kind = Verdict::Kind::server;
  }
  if (result.open_loop) return;
  const uint64_t silence = longest_silence(measured.series);
  if (silence > kSilence * measured.from_due.percentile(99) && silence > measured.series.width() &&
      too_long(silence, result)) {
    verdict.notes.push_back(
        "no answer came for " + duration_text(silence) +
        "; a closed loop asks for nothing meanwhile, and its percentiles hide it (-R shows it)");
  }
}

}  // namespace

std::string Verdict::text() const {
  switch (kind) {
    case Kind::valid:
      return "VALID";
    case Kind::generator:
      return "INVALID: the generator was the limit";
    case Kind::server:
      return "INVALID: the server was the limit";
    case Kind::errors:
      return "INVALID: errors";
  }
  return {};
}

bool sent_enough(const Measurements& measured) {
  return static_cast<double>(measured.sent) >=
         kSentShare * static_cast<double>(measured.sent + measured.unsent);
}

Verdict judge(const Result& result) {
  Verdict verdict;
  // With nothing under way no server holds anything up.
  if (result.measured.sent == 0 && result.measured.unsent > 0) {
    verdict.kind = Verdict::Kind::generator;
    verdict.reasons.push_back(std::to_string(result.measured.unsent) +
                              " requests were due, and the generator did not get to send any");
    return verdict;
  }
  judge_answers(result, verdict);
  if (!verdict.valid()) return verdict;
  judge_generator(result, verdict);
  judge_load(result, verdict);
  return verdict;
}

}  // namespace godwit::load
