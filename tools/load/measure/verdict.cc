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

}  // namespace

std::string Verdict::text() const {
  switch (kind) {
    case Kind::valid:
      return "VALID";
    case Kind::generator:
      return "INVALID: the generator was the limit";
    case Kind::errors:
      return "INVALID: errors";
  }
  return {};
}

Verdict judge(const Result& result) {
  const Measurements& measured = result.measured;
  Verdict verdict;
  if (measured.good() == 0) {
    verdict.kind = Verdict::Kind::errors;
    verdict.reasons.push_back("no request went well");
  } else if (result.error_share() > kErrorShare) {
    verdict.kind = Verdict::Kind::errors;
    verdict.reasons.push_back(percent_text(result.error_share()) + " of the requests failed");
  } else if (outage_share(measured.series) > kErrorShare) {
    verdict.kind = Verdict::Kind::errors;
    verdict.reasons.push_back("more failed than went well for " +
                              percent_text(outage_share(measured.series)) + " of the time");
  }
  if (!verdict.valid()) return verdict;

  for (size_t i = 0; i < result.threads.size(); ++i) {
    const double share = result.threads[i].share();
    if (share < kBusyShare) continue;
    verdict.reasons.push_back("thread " + std::to_string(i + 1) + " used " +
                              percent_text(std::min(share, 1.0)) + " of its processor");
  }
  const double due = static_cast<double>(measured.sent + measured.unsent);
  if (result.open_loop && static_cast<double>(measured.sent) < kSentShare * due) {
    verdict.reasons.push_back(percent_text(static_cast<double>(measured.unsent) / due) +
                              " of the requests that were due were never sent");
  }
  if (lags_at(90, measured)) {
    verdict.reasons.push_back(lag_text(90, measured));
  } else if (lags_at(99, measured)) {
    verdict.notes.push_back(lag_text(99, measured));
  }
  if (too_late(measured.loop_delay.mean(), measured.from_due.mean())) {
    verdict.reasons.push_back("its event loop ran " +
                              duration_text(static_cast<uint64_t>(measured.loop_delay.mean())) +
                              " late on average");
  }
  if (!verdict.reasons.empty()) verdict.kind = Verdict::Kind::generator;
  return verdict;
}

}  // namespace godwit::load
