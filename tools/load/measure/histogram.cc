// SPDX-License-Identifier: MIT
#include "godwit/tools/load/measure/histogram.h"

#include <algorithm>
#include <cmath>

namespace godwit::load {

namespace {

// kFixedWords: what encode() writes before the buckets.
constexpr size_t kFixedWords = 4;

}  // namespace

void Histogram::merge(const Histogram& other) {
  for (size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  clamped_ += other.clamped_;
  sum_ += other.sum_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

double Histogram::deviation() const {
  if (empty()) return 0;
  const auto middle = [](const Bucket& bucket) {
    return (static_cast<double>(bucket.low) + static_cast<double>(bucket.high)) / 2;
  };
  // Around the mean of the same middles: around the exact one, equal values would seem to differ.
  double sum = 0, squares = 0;
  for_each_bucket([&](const Bucket& bucket) { sum += middle(bucket) * static_cast<double>(bucket.count); });
  const double centre = sum / static_cast<double>(count_);
  for_each_bucket([&](const Bucket& bucket) {
    const double away = middle(bucket) - centre;
    squares += away * away * static_cast<double>(bucket.count);
  });
  return std::sqrt(squares / static_cast<double>(count_));
}

uint64_t Histogram::percentile(double percent) const {
  if (empty()) return 0;
  const double share = std::clamp(percent, 0.0, 100.0) / 100;
  // 99.9 % of 1000 is 999, though the product of the doubles is a little above it.
  const double wanted = std::ceil(share * static_cast<double>(count_) * (1 - 1e-12));
  const uint64_t rank = std::clamp<uint64_t>(static_cast<uint64_t>(wanted), 1, count_);
  uint64_t seen = 0;
  for (size_t i = 0; i < kBuckets; ++i) {
    seen += counts_[i];
    if (seen >= rank) return std::min(high_of(i), max_);
  }
  return max_;
}

uint64_t Histogram::count_above(uint64_t nanoseconds) const {
  if (nanoseconds >= kHighest) return 0;
  uint64_t above = 0;
  for (size_t i = index_of(nanoseconds) + 1; i < kBuckets; ++i) above += counts_[i];
  return above;
}

std::vector<uint64_t> Histogram::encode() const {
  std::vector<uint64_t> words = {clamped_, sum_, min(), max_};
  for (size_t i = 0; i < kBuckets; ++i) {
    if (counts_[i] == 0) continue;
    words.push_back(i);
    words.push_back(counts_[i]);
  }
  return words;
}

std::optional<Histogram> Histogram::decode(std::span<const uint64_t> words) {
  if (words.size() < kFixedWords || words.size() % 2 != 0) return std::nullopt;
  Histogram out;
  size_t after = 0;
  for (size_t i = kFixedWords; i < words.size(); i += 2) {
    const uint64_t index = words[i], count = words[i + 1];
    if (index < after || index >= kBuckets || count == 0 || out.count_ + count < count) return std::nullopt;
    after = index + 1;
    out.counts_[index] = count;
    out.count_ += count;
  }
  if (out.empty()) {
    if (words[0] != 0 || words[1] != 0 || words[2] != 0 || words[3] != 0) return std::nullopt;
    return out;
  }
  out.clamped_ = words[0];
  out.sum_ = words[1];
  out.min_ = words[2];
  out.max_ = words[3];
  // The ends must lie in the first and the last bucket.
  if (out.max_ > kHighest || out.clamped_ > out.count_ || index_of(out.max_) != after - 1 ||
      index_of(std::min(out.min_, kHighest)) != words[kFixedWords]) {
    return std::nullopt;
  }
  return out;
}

}  // namespace godwit::load
