// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "godwit/core/ports/scheduler.h"

namespace godwit::net {

// TimerWheel keeps deadlines in hierarchical slots of 64 with ticks of one millisecond: arm and cancel
// cost the same however many there are. It reads no clock.
//
// A deadline stands at the level of the highest base-64 digit in which its tick differs from the current
// one, in the slot of that digit. So all of a level comes before all of the next, no slot wraps around,
// and the first used slot of the lowest used level comes first. Eight levels hold every 64-bit
// nanosecond: there is no deadline too far away.
class TimerWheel final {
 public:
  static constexpr uint64_t kTick = 1'000'000;  // nanoseconds
  static constexpr uint64_t kNever = UINT64_MAX;

  explicit TimerWheel(uint64_t now) : current_(now / kTick) {}
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  // arm has the timer fire in the first advance() at or after `due`, in nanoseconds; armed again, it
  // moves. A `due` that advance() has already passed counts as the next tick.
  void arm(ports::Timer& timer, uint64_t due);

  // cancel is for any timer, armed or not.
  void cancel(ports::Timer& timer);

  // next is when advance() has work again: never later than the earliest deadline, though it may be
  // earlier, by which deadlines come closer. kNever when nothing is armed.
  uint64_t next() const;

  // advance fires what is due, tick by tick, equal ticks in the order of arming. A timer may arm and
  // cancel any from inside; what it arms fires in a later call.
  void advance(uint64_t now);

 private:
  static constexpr unsigned kBits = 6;
  static constexpr unsigned kSlots = 1u << kBits;
  static constexpr unsigned kLevels = 8;
  static constexpr uint16_t kDue = kLevels * kSlots;  // the list of those about to fire

  struct Place {
    unsigned level;
    unsigned slot;
    uint64_t tick;  // its first
  };
  bool first_used(Place& out) const;
  void insert(ports::Timer& timer, uint64_t tick);
  void append(ports::Timer& timer, uint16_t slot);
  void unlink(ports::Timer& timer);
  ports::Timer* take_all(uint16_t slot);

  uint64_t current_;                    // in ticks: every armed tick is later
  uint64_t used_[kLevels] = {};         // a bit for each slot that is not empty
  ports::Timer* lists_[kDue + 1] = {};  // first of each; its `previous` is the last
};

}  // namespace godwit::net
