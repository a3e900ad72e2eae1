// SPDX-License-Identifier: MIT
#include "godwit/tools/load/measure/recorder.h"

#include <algorithm>
#include <string>
#include <utility>

namespace godwit::load {

namespace {

// since keeps a difference from wrapping: parts of an exchange are taken from clocks read one after the
// other.
uint64_t since(uint64_t later, uint64_t earlier) {
  return later > earlier ? later - earlier : 0;
}

}  // namespace

bool Recorder::count_response(const Finished& finished) {
  if (!counts(finished.due)) return false;
  if (finished.status >= 0 && finished.status < static_cast<int>(statuses_.size())) {
    ++statuses_[static_cast<size_t>(finished.status)];
  }
  values_.body_bytes += finished.body_bytes;
  const Timing& timing = finished.timing;
  if (timing.connect != 0) ++values_.connections;
  return true;
}

void Recorder::good(const Finished& finished) {
  if (!count_response(finished)) return;
  const Timing& timing = finished.timing;
  const uint64_t done = finished.started + timing.total;
  const uint64_t latency = since(done, finished.due);
  values_.from_due.record(latency);
  // A connection whose making began for an earlier request was longer on its way than this one waited; the
  // request was sent when it was there.
  const uint64_t making = timing.resolve + timing.connect + timing.proxy + timing.tls;
  values_.from_sent.record(since(timing.total, std::min(timing.queue + making, timing.send)));
  if (timing.connect != 0) values_.connect.record(timing.resolve + timing.connect);
  if (timing.tls != 0) values_.tls.record(timing.tls);
  values_.first_byte.record(since(timing.first_byte, timing.send));
  values_.transfer.record(since(timing.total, timing.first_byte));
  values_.series.record_good(since(done, begin_), latency, finished.body_bytes);
}

void Recorder::failed(const Finished& finished, const Error& error, std::string_view diagnosis) {
  if (!count_response(finished)) return;
  std::string cause(name(error.code));
  if (error.phase != Phase::none) cause.append(" in ").append(name(error.phase));
  const auto known = values_.causes.find(cause);
  count_failure(finished, cause, known == values_.causes.end() ? describe(error, diagnosis) : std::string());
}

void Recorder::unexpected_status(const Finished& finished) {
  if (count_response(finished)) count_failure(finished, "status " + std::to_string(finished.status), {});
}

void Recorder::unexpected_body(const Finished& finished) {
  if (count_response(finished)) count_failure(finished, "unexpected body", {});
}

void Recorder::count_failure(const Finished& finished, std::string_view name, std::string_view example) {
  const uint64_t done = finished.started + finished.timing.total;
  values_.failed.record(since(done, finished.due));
  values_.series.record_failed(since(done, begin_));
  Cause& cause = values_.causes[std::string(name)];
  if (cause.count++ == 0) cause.example = example;
}

Measurements Recorder::take() {
  for (size_t status = 1; status < statuses_.size(); ++status) {
    if (statuses_[status] != 0) values_.statuses[static_cast<int>(status)] = statuses_[status];
  }
  return std::move(values_);
}

}  // namespace godwit::load
