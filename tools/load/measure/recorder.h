// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "godwit/core/error.h"
#include "godwit/tools/load/measure/measurements.h"

namespace godwit::load {

// Recorder counts what one thread of the generator sees, in constant memory. Only what was due within the
// measured stretch of the run counts; what was due during the warm-up leaves no trace.
class Recorder {
 public:
  // Times are nanoseconds of one clock; `begin` is the end of the warm-up.
  explicit Recorder(uint64_t begin) : begin_(begin) {}

  bool counts(uint64_t due) const { return due >= begin_; }

  // noticed records that a request's moment had come, `now`, whether or not it could be sent then.
  void noticed(uint64_t due, uint64_t now) {
    if (counts(due)) values_.lag.record(now - due);
  }
  // sent records that the client was given a request.
  void sent(uint64_t due) {
    if (counts(due)) ++values_.sent;
  }

  // good records a request that went as expected.
  void good(const Finished& finished);

  // failed records one that ended with an error; diagnosis is the failing layer's sentence.
  void failed(const Finished& finished, const Error& error, std::string_view diagnosis);
  // unexpected_status and unexpected_body record one that ended well, but with an answer that is not the one
  // asked for.
  void unexpected_status(const Finished& finished);
  void unexpected_body(const Finished& finished);

  // still_open records a request that had no answer when the run ended.
  void still_open(uint64_t due, uint64_t now) {
    if (counts(due)) values_.open_age.record(now - due);
  }
  // unsent records requests that were due and never sent, and for how long the oldest had been due.
  void unsent(uint64_t count, uint64_t oldest) {
    values_.unsent += count;
    values_.oldest_unsent = std::max(values_.oldest_unsent, oldest);
  }

  void loop_delay(uint64_t due, uint64_t now) {
    if (counts(due)) values_.loop_delay.record(now - due);
  }

  // values are complete once nothing more is recorded.
  Measurements take();
  // series is for looking on while the run goes on.
  const TimeSeries& series() const { return values_.series; }

 private:
  bool count_response(const Finished& finished);
  void count_failure(const Finished& finished, std::string_view name, std::string_view example);

  const uint64_t begin_;
  Measurements values_;
  std::array<uint64_t, 1000> statuses_ = {};  // by code: a map would be searched with each response
};

}  // namespace godwit::load
