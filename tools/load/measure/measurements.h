// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "godwit/core/error.h"
#include "godwit/core/timing.h"
#include "godwit/tools/load/measure/histogram.h"
#include "godwit/tools/load/measure/time_series.h"

namespace godwit::load {

// Cause is one way in which requests failed: "connect-failed in connect", "status 503", "unexpected body".
struct Cause {
  uint64_t count = 0;
  std::string example;  // what the first one said, in a sentence; may be empty
  bool operator==(const Cause&) const = default;
};

// Finished is one request that came to its end, as the recorder wants it. Times are nanoseconds.
struct Finished {
  uint64_t due;      // when it was to be sent
  uint64_t started;  // when it was given to the client
  Timing timing;     // from `started` on
  uint64_t body_bytes;
  int status;
};

// Measurements are everything that was counted: mergeable, and complete as they are. Latencies in the first
// two histograms are those of requests that went well; what failed is kept apart, so that a fast refusal does
// not look like a fast server.
struct Measurements {
  // from_due: from the moment a request was due to its end. What its user would have waited.
  Histogram from_due;
  // from_sent: from the moment a connection was there for it to its end. What the server took.
  Histogram from_sent;
  // lag: how late the generator itself noticed that a request was due.
  Histogram lag;

  // Parts of those that went well. connect is resolve and TCP; connect and tls are there only for requests
  // that had a connection made for them. first_byte counts from the last byte of the request.
  Histogram connect;
  Histogram tls;
  Histogram first_byte;
  Histogram transfer;

  // failed: from due to the failure.
  Histogram failed;
  // open_age: since when those had been due that were still open at the end; they have no latency yet, and
  // leaving them out would hide the slowest.
  Histogram open_age;
  // loop_delay: how late the generator's event loop ran what was to run at a certain moment.
  Histogram loop_delay;

  uint64_t sent = 0;           // given to the client
  uint64_t unsent = 0;         // due, and never sent: no place in flight was free
  uint64_t oldest_unsent = 0;  // for how long the oldest of them had been due
  uint64_t connections = 0;    // made
  uint64_t body_bytes = 0;
  std::map<int, uint64_t> statuses;
  std::map<std::string, Cause> causes;
  TimeSeries series;

  uint64_t good() const { return from_due.count(); }
  uint64_t bad() const { return failed.count(); }
  uint64_t open() const { return open_age.count(); }

  void merge(const Measurements& other);
  bool operator==(const Measurements&) const = default;
};

}  // namespace godwit::load
