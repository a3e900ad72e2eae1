// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace godwit::load {

// Histogram counts durations in nanoseconds, each to three significant digits, in constant memory: below 2048
// ns exactly, above that in steps of at most 1/1024 of the value. Durations above an hour count as an hour;
// clamped() tells how many did. Recording is a few instructions and never allocates.
class Histogram {
 public:
  static constexpr uint64_t kHighest = 3'600'000'000'000;

  Histogram() : counts_(kBuckets) {}

  void record(uint64_t nanoseconds) {
    if (nanoseconds > kHighest) {
      nanoseconds = kHighest;
      ++clamped_;
    }
    ++counts_[index_of(nanoseconds)];
    ++count_;
    sum_ += nanoseconds;
    if (nanoseconds < min_) min_ = nanoseconds;
    if (nanoseconds > max_) max_ = nanoseconds;
  }

  // merge adds what another one counted; nothing is lost by it.
  void merge(const Histogram& other);

  uint64_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  uint64_t clamped() const { return clamped_; }

  // min and max are exact; 0 if nothing was recorded.
  uint64_t min() const { return empty() ? 0 : min_; }
  uint64_t max() const { return max_; }

  double mean() const { return empty() ? 0 : static_cast<double>(sum_) / static_cast<double>(count_); }
  double deviation() const;

  // percentile gives the duration that `percent` (0 to 100) of the records do not exceed: the upper end of
  // the bucket, and never more than max(). 0 if nothing was recorded.
  uint64_t percentile(double percent) const;

  // count_above counts records above a duration, to the histogram's precision.
  uint64_t count_above(uint64_t nanoseconds) const;

  // Bucket is a run of durations, both ends included, that are counted as one.
  struct Bucket {
    uint64_t low;
    uint64_t high;
    uint64_t count;
  };
  // for_each_bucket calls f(Bucket) for every bucket that is not empty, the shortest durations first.
  template <class F>
  void for_each_bucket(F&& f) const {
    for (size_t i = 0; i < kBuckets; ++i) {
      if (counts_[i] != 0) f(Bucket{low_of(i), high_of(i), counts_[i]});
    }
  }

  // encode writes everything that was counted: clamped, sum, min, max, then pairs of bucket number and count.
  // decode gives nothing for what encode can't have written.
  std::vector<uint64_t> encode() const;
  static std::optional<Histogram> decode(std::span<const uint64_t> words);

  bool operator==(const Histogram&) const = default;

 private:
  // kUnits: buckets below 2 * kUnits are one nanosecond wide; each doubling above has kUnits buckets.
  static constexpr int kUnitBits = 10;
  static constexpr uint64_t kUnits = 1u << kUnitBits;

  static constexpr size_t index_of(uint64_t value) {
    const int shift = std::bit_width(value | (2 * kUnits - 1)) - (kUnitBits + 1);
    return static_cast<size_t>(shift) * kUnits + static_cast<size_t>(value >> shift);
  }
  static constexpr uint64_t low_of(size_t index) {
    if (index < 2 * kUnits) return index;
    const size_t shift = index / kUnits - 1;
    return (index - shift * kUnits) << shift;
  }
  static constexpr uint64_t high_of(size_t index) {
    const size_t shift = index < 2 * kUnits ? 0 : index / kUnits - 1;
    return low_of(index) + (uint64_t{1} << shift) - 1;
  }
  // 31 doublings lie between 2048 ns and an hour.
  static constexpr size_t kBuckets = 33 * kUnits;

  std::vector<uint64_t> counts_;
  uint64_t count_ = 0;
  uint64_t clamped_ = 0;
  uint64_t sum_ = 0;
  uint64_t min_ = UINT64_MAX;
  uint64_t max_ = 0;
};

}  // namespace godwit::load
