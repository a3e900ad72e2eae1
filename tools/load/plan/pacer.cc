// SPDX-License-Identifier: MIT
#include "godwit/tools/load/plan/pacer.h"

namespace godwit::load {

uint64_t Pacer::moment_of(uint64_t index) {
  if (index >= requests_) return kNever;
  const double seconds = profile_.moment_of(static_cast<double>(index));
  // Thirty years: beyond them, nanoseconds since `begin` would not fit.
  constexpr double kFarAway = 1e9;
  if (!(seconds < kFarAway)) return kNever;
  const uint64_t due = begin_ + static_cast<uint64_t>(seconds * 1e9 + 0.5);
  return due < end_ ? due : kNever;
}

uint64_t Pacer::skip_until(uint64_t moment) {
  // Steps double until they go too far, and halve until they fit: a rate may be far above what can be counted
  // one by one.
  const auto early = [&](uint64_t steps) {
    const uint64_t due = moment_of(index_ + steps * step_);
    return due != kNever && due < moment;
  };
  uint64_t skipped = 0;
  while (due_ != kNever && due_ < moment) {
    uint64_t steps = 1;
    while (early(2 * steps)) steps *= 2;
    skipped += steps;
    index_ += steps * step_;
    find();
  }
  return skipped;
}

}  // namespace godwit::load
