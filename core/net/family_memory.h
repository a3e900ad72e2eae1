// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "godwit/core/ports/resolver.h"

namespace godwit::net {

// FamilyMemory knows which address family leads nowhere, so that not each connection finds that out by
// waiting. A family that was silent in several races on end, and won none, goes last for a while; then one
// race tries it first again. It is never left out: a host without addresses of the other is reached as ever.
// It reads no clock; times are nanoseconds.
class FamilyMemory final {
 public:
  using Family = ports::Address::Family;

  // kStrikes: silences on end. One host, or two, may have an address that is dead.
  static constexpr uint8_t kStrikes = 3;
  // kRest: how long a silent family goes last.
  static constexpr uint64_t kRest = 60'000'000'000;

  // first gives the family that a race at `now` begins with, whose addresses, of both families, begin with
  // `given`.
  Family first(Family given, uint64_t now);

  // answered tells that a connection was made.
  void answered(Family family) { of(family) = {}; }

  // silent tells that the other family won while this one had had its head start and said nothing.
  void silent(Family family, uint64_t now);

 private:
  struct State {
    uint8_t silences = 0;  // at most kStrikes
    uint64_t rests_until = 0;
  };
  State& of(Family family) { return family == Family::v4 ? v4_ : v6_; }

  State v4_;
  State v6_;
};

}  // namespace godwit::net
