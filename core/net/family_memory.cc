// SPDX-License-Identifier: MIT
#include "godwit/core/net/family_memory.h"

namespace godwit::net {

FamilyMemory::Family FamilyMemory::first(Family given, uint64_t now) {
  State& state = of(given);
  if (state.silences < kStrikes) return given;
  if (now < state.rests_until) {
    const Family other = given == Family::v4 ? Family::v6 : Family::v4;
    // Where neither works, the order is the resolver's.
    return of(other).silences < kStrikes ? other : given;
  }
  // This race finds out. Those beside it do not wait with it.
  state.rests_until = now + kRest;
  return given;
}

void FamilyMemory::silent(Family family, uint64_t now) {
  State& state = of(family);
  if (state.silences < kStrikes) ++state.silences;
  state.rests_until = now + kRest;
}

}  // namespace godwit::net
