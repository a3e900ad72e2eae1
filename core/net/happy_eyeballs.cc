// SPDX-License-Identifier: MIT
#include "godwit/core/net/happy_eyeballs.h"

namespace godwit::net {

std::vector<ports::Address> interleave(std::span<const ports::Address> addresses,
                                       ports::Address::Family first) {
  std::vector<ports::Address> out;
  out.reserve(addresses.size());

  auto next_of = [&](size_t from, bool of_first) {
    while (from < addresses.size() && (addresses[from].family == first) != of_first) ++from;
    return from;
  };
  size_t same = next_of(0, true);
  size_t other = next_of(0, false);
  while (same < addresses.size() || other < addresses.size()) {
    if (same < addresses.size()) {
      out.push_back(addresses[same]);
      same = next_of(same + 1, true);
    }
    if (other < addresses.size()) {
      out.push_back(addresses[other]);
      other = next_of(other + 1, false);
    }
  }
  return out;
}

std::optional<size_t> HappyEyeballs::next(uint64_t now) {
  if (started_ == count_ || now < due_) return std::nullopt;
  due_ = now + kDelay;
  ++running_;
  return started_++;
}

void HappyEyeballs::failed() {
  --running_;
  due_ = 0;
}

}  // namespace godwit::net
