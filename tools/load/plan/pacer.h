// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <utility>

#include "godwit/tools/load/plan/profile.h"

namespace godwit::load {

// Pacer says when the requests of one of several threads are due. Together the threads send request 0, 1, 2
// and so on of one profile, each taking every n-th, so that their number changes nothing for the server. It
// is a function of the numbers alone: no clock, no drift, and what comes late changes nothing that follows.
class Pacer {
 public:
  // kNever is the moment of what is not due any more.
  static constexpr uint64_t kNever = UINT64_MAX;

  // Pacer for thread `first` of `step`. Moments are nanoseconds, `begin` that of request 0; `requests` is how
  // many there are in all threads together, `end` the moment from which on none is due.
  Pacer(Profile profile, uint64_t begin, uint64_t first, uint64_t step, uint64_t requests, uint64_t end)
      : profile_(std::move(profile)),
        begin_(begin),
        end_(end),
        step_(step),
        requests_(requests),
        index_(first) {
    find();
  }

  // due is the moment of the next request, kNever if there is none.
  uint64_t due() const { return due_; }
  // advance goes on to the one behind it.
  void advance() {
    index_ += step_;
    find();
  }
  // skip_until goes on to the first that is due at `moment` or later, and says how many were due before.
  uint64_t skip_until(uint64_t moment);

 private:
  void find() { due_ = moment_of(index_); }
  uint64_t moment_of(uint64_t index);

  Profile profile_;
  const uint64_t begin_;
  const uint64_t end_;
  const uint64_t step_;
  const uint64_t requests_;
  uint64_t index_;
  uint64_t due_ = kNever;
};

}  // namespace godwit::load
