// SPDX-License-Identifier: MIT
#include "godwit/tools/load/plan/knee_search.h"

#include <algorithm>
#include <cmath>

namespace godwit::load {

std::optional<double> KneeSearch::next() const {
  if (held_ > 0 && failed_ > 0 && failed_ <= held_ * kPrecision) return std::nullopt;
  if (rate_ < kLowest || rate_ > kHighest) return std::nullopt;
  return rate_;
}

void KneeSearch::tell(Trial trial) {
  if (trial == Trial::fails && ++failures_ < kFailures) return;
  if (trial == Trial::unsure && ++unsure_ < kUnsure) return;
  failures_ = unsure_ = 0;
  if (trial == Trial::holds) {
    held_ = std::max(held_, rate_);
  } else {
    failed_ = failed_ > 0 ? std::min(failed_, rate_) : rate_;
  }
  rate_ = failed_ == 0 ? held_ * 2 : held_ == 0 ? failed_ / 2 : std::sqrt(held_ * failed_);
}

}  // namespace godwit::load
