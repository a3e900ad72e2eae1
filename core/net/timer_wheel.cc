// SPDX-License-Identifier: MIT
#include "godwit/core/net/timer_wheel.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace godwit::net {

namespace {

// Rounded up: a timer never fires before it is due.
uint64_t tick_of(uint64_t due) {
  return due / TimerWheel::kTick + (due % TimerWheel::kTick != 0);
}

}  // namespace

void TimerWheel::arm(ports::Timer& timer, uint64_t due) {
  cancel(timer);
  timer.due = due;
  timer.armed = true;
  insert(timer, std::max(tick_of(due), current_ + 1));
}

void TimerWheel::cancel(ports::Timer& timer) {
  if (!timer.armed) return;
  timer.armed = false;
  unlink(timer);
}

uint64_t TimerWheel::next() const {
  Place place;
  return first_used(place) ? place.tick * kTick : kNever;
}

void TimerWheel::advance(uint64_t now) {
  uint64_t target = now / kTick;
  Place place;
  while (first_used(place) && place.tick <= target) {
    current_ = place.tick;
    auto slot = static_cast<uint16_t>(place.level * kSlots + place.slot);
    for (ports::Timer* timer = take_all(slot); timer;) {
      ports::Timer* following = timer->next;
      if (tick_of(timer->due) > current_) {
        insert(*timer, tick_of(timer->due));
      } else {
        append(*timer, kDue);
      }
      timer = following;
    }
  }
  // No slot begins at or before the target, so each timer's level and slot hold for it as well.
  if (target > current_) current_ = target;

  // What is armed from inside goes to later ticks, so this list only shrinks.
  while (ports::Timer* timer = lists_[kDue]) {
    timer->armed = false;
    unlink(*timer);
    timer->fire(*timer);
  }
}

bool TimerWheel::first_used(Place& out) const {
  for (unsigned level = 0; level < kLevels; ++level) {
    if (used_[level] == 0) continue;
    unsigned shift = level * kBits;
    auto slot = static_cast<unsigned>(std::countr_zero(used_[level]));
    uint64_t above = current_ >> (shift + kBits) << (shift + kBits);
    out = {level, slot, above | uint64_t{slot} << shift};
    return true;
  }
  return false;
}

void TimerWheel::insert(ports::Timer& timer, uint64_t tick) {
  auto digits = static_cast<unsigned>(std::bit_width(tick ^ current_));
  unsigned level = (digits - 1) / kBits;
  unsigned slot = (tick >> (level * kBits)) & (kSlots - 1);
  used_[level] |= uint64_t{1} << slot;
  append(timer, static_cast<uint16_t>(level * kSlots + slot));
}

void TimerWheel::append(ports::Timer& timer, uint16_t slot) {
  ports::Timer*& first = lists_[slot];
  timer.slot = slot;
  timer.next = nullptr;
  if (first) {
    timer.previous = first->previous;
    first->previous->next = &timer;
    first->previous = &timer;
  } else {
    timer.previous = &timer;
    first = &timer;
  }
}

void TimerWheel::unlink(ports::Timer& timer) {
  ports::Timer*& first = lists_[timer.slot];
  if (&timer == first) {
    first = timer.next;
    if (first) first->previous = timer.previous;
  } else {
    timer.previous->next = timer.next;
    (timer.next ? timer.next : first)->previous = timer.previous;
  }
  if (!first && timer.slot != kDue) used_[timer.slot / kSlots] &= ~(uint64_t{1} << (timer.slot % kSlots));
  timer.next = timer.previous = nullptr;
}

ports::Timer* TimerWheel::take_all(uint16_t slot) {
  used_[slot / kSlots] &= ~(uint64_t{1} << (slot % kSlots));
  return std::exchange(lists_[slot], nullptr);
}

}  // namespace godwit::net
