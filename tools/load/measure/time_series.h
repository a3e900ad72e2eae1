// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace godwit::load {

// Moment is what ended in one slot of a TimeSeries, or began to fail there.
struct Moment {
  // kBuckets of latency: 16 to a doubling, from a microsecond (all below count as one) to above an hour.
  static constexpr int kStepBits = 4;
  static constexpr size_t kBuckets = 33u << kStepBits;

  uint64_t good = 0;
  uint64_t failed = 0;
  uint64_t body_bytes = 0;
  uint64_t slowest = 0;
  // asked: how many requests the plan of an open loop had due in it, a fraction perhaps; 0 in a closed loop.
  double asked = 0;
  std::array<uint32_t, kBuckets> latencies = {};

  void merge(const Moment& other);

  // percentile of the good ones, in nanoseconds, to about 4 % of the value.
  uint64_t percentile(double percent) const;

  // low_end gives where a bucket begins, in nanoseconds.
  static uint64_t low_end(size_t bucket);

  bool operator==(const Moment&) const = default;
};

// TimeSeries keeps how a run went over time, in constant memory: it begins with slots of a tenth of a second,
// and doubles their width whenever the run has become longer than kMaxSlots of them.
class TimeSeries {
 public:
  static constexpr size_t kMaxSlots = 300;
  static constexpr uint64_t kFirstWidth = 100'000'000;

  // `at` is nanoseconds since the measuring began.
  void record_good(uint64_t at, uint64_t latency, uint64_t body_bytes);
  void record_failed(uint64_t at);

  // set_asked fills what was asked for in each slot of a run of so many seconds: asked_until(t) is how many
  // requests were due by second t. There are slots up to the end of the run then, whatever happened in them.
  void set_asked(const std::function<double(double)>& asked_until, double seconds);

  // merge adds another one slot by slot, at the wider of the two widths.
  void merge(const TimeSeries& other);

  // width of a slot in nanoseconds.
  uint64_t width() const { return width_; }
  const std::vector<Moment>& slots() const { return slots_; }

  // assign is the way back from what was saved; false if no series can be so.
  bool assign(uint64_t width, std::vector<Moment> slots);

  bool operator==(const TimeSeries&) const = default;

 private:
  Moment& slot_at(uint64_t at);
  void widen();

  uint64_t width_ = kFirstWidth;
  std::vector<Moment> slots_;
};

}  // namespace godwit::load
