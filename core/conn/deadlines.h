// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "godwit/core/error.h"
#include "godwit/core/options.h"

namespace godwit::conn {

// nanoseconds turns a timeout into the scheduler's unit; a negative one is none. The longest is a century:
// milliseconds::max() means for ever, and added to the time of day it would be over at once.
constexpr uint64_t nanoseconds(Timeouts::Duration duration) {
  constexpr Timeouts::Duration kLongest = std::chrono::hours(100 * 365 * 24);
  const Timeouts::Duration sane = std::clamp(duration, Timeouts::Duration{0}, kLongest);
  return static_cast<uint64_t>(sane.count()) * 1'000'000u;
}

// Wait is what an exchange is waiting for, as far as its deadlines are concerned.
enum class Wait : uint8_t { nothing, connection, send, go_ahead, head, body };

// timeout_of gives how long such a wait may last; 0 for ever. Making a connection has deadlines of its
// own in the connector: here it is the wait for a place in the queue.
constexpr Timeouts::Duration timeout_of(Wait wait, const Timeouts& timeouts) {
  switch (wait) {
    case Wait::nothing:
      break;
    case Wait::connection:
      return timeouts.queue;
    case Wait::send:
      return timeouts.send;
    case Wait::go_ahead:
      return timeouts.expect_continue;
    case Wait::head:
      return timeouts.head;
    case Wait::body:
      return timeouts.body_idle;
  }
  return Timeouts::Duration{0};
}

// WaitLimits is timeout_of in the scheduler's unit, worked out once: every request asks for several.
class WaitLimits {
 public:
  explicit constexpr WaitLimits(const Timeouts& timeouts) {
    for (size_t wait = 0; wait < std::size(limits_); ++wait) {
      limits_[wait] = nanoseconds(timeout_of(static_cast<Wait>(wait), timeouts));
    }
    total_ = nanoseconds(timeouts.total);
  }

  // of gives how many nanoseconds such a wait may last; 0 for ever.
  constexpr uint64_t of(Wait wait) const { return limits_[static_cast<size_t>(wait)]; }
  // total is that of the whole exchange.
  constexpr uint64_t total() const { return total_; }

 private:
  uint64_t limits_[static_cast<size_t>(Wait::body) + 1] = {};
  uint64_t total_ = 0;
};

// timeout_error names a wait that lasted too long. A wait for 100 (Continue) never fails.
constexpr Error timeout_error(Wait wait) {
  switch (wait) {
    case Wait::nothing:
    case Wait::go_ahead:
      break;
    case Wait::connection:
      return {.code = Errc::queue_timeout, .phase = Phase::queue};
    case Wait::send:
      return {.code = Errc::send_timeout, .phase = Phase::send};
    case Wait::head:
      return {.code = Errc::head_timeout, .phase = Phase::head};
    case Wait::body:
      return {.code = Errc::body_timeout, .phase = Phase::body};
  }
  return {};
}

// too_slow judges the bytes of one whole kRateWindow.
constexpr bool too_slow(uint64_t bytes, uint32_t min_rate) {
  return bytes < uint64_t{min_rate} * static_cast<uint64_t>(kRateWindow.count());
}

}  // namespace godwit::conn
