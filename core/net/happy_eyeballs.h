// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "godwit/core/ports/resolver.h"

namespace godwit::net {

// interleave orders addresses for a race (RFC 8305, 4): one of the family `first` first if there is one, then
// the families in turn, each in the order given.
std::vector<ports::Address> interleave(std::span<const ports::Address> addresses,
                                       ports::Address::Family first);

// HappyEyeballs decides when a race of connection attempts starts the next one (RFC 8305, 5): when the
// last one has had its head start, or at once when one has failed. It reads no clock and connects
// nothing:
//
//   while (auto index = race.next(now)) try_address(*index) or race.failed();
//   race.lost() -> give up;  else come back at race.due(), or after race.failed()
class HappyEyeballs final {
 public:
  // kDelay is the head start of each attempt in nanoseconds (RFC 8305, 8).
  static constexpr uint64_t kDelay = 250'000'000;
  static constexpr uint64_t kNever = UINT64_MAX;

  explicit HappyEyeballs(size_t addresses) : count_(addresses) {}

  // next gives the index of the address to start at `now`, and counts it as started; nullopt when it is
  // not yet time or none is left.
  std::optional<size_t> next(uint64_t now);

  // failed tells that one of those started is out.
  void failed();

  // due is when next() will start another even if none fails; kNever when none is left.
  uint64_t due() const { return started_ == count_ ? kNever : due_; }

  // lost says that all have failed.
  bool lost() const { return started_ == count_ && running_ == 0; }

 private:
  size_t count_;
  size_t started_ = 0;
  size_t running_ = 0;
  uint64_t due_ = 0;
};

}  // namespace godwit::net
