// SPDX-License-Identifier: MIT
#include "godwit/tools/load/measure/time_series.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

namespace godwit::load {

namespace {

// kFloorBits: latencies below 2^10 ns fall into the first bucket.
constexpr int kFloorBits = 10;

size_t bucket_of(uint64_t latency) {
  const int doubling = std::bit_width(latency | (uint64_t{1} << kFloorBits)) - 1;
  const uint64_t step = (latency >> (doubling - Moment::kStepBits)) & ((1u << Moment::kStepBits) - 1);
  const uint64_t bucket = (static_cast<uint64_t>(doubling - kFloorBits) << Moment::kStepBits) + step;
  return latency < (uint64_t{1} << kFloorBits) ? 0 : std::min<size_t>(bucket, Moment::kBuckets - 1);
}

}  // namespace

uint64_t Moment::low_end(size_t bucket) {
  const uint64_t doubling = uint64_t{1} << (kFloorBits + (bucket >> kStepBits));
  return doubling + (doubling >> kStepBits) * (bucket & ((1u << kStepBits) - 1));
}

void Moment::merge(const Moment& other) {
  good += other.good;
  failed += other.failed;
  body_bytes += other.body_bytes;
  slowest = std::max(slowest, other.slowest);
  asked += other.asked;
  for (size_t i = 0; i < kBuckets; ++i) latencies[i] += other.latencies[i];
}

uint64_t Moment::percentile(double percent) const {
  if (good == 0) return 0;
  const double wanted =
      std::ceil(std::clamp(percent, 0.0, 100.0) / 100 * static_cast<double>(good) * (1 - 1e-12));
  uint64_t left = std::clamp<uint64_t>(static_cast<uint64_t>(wanted), 1, good);
  for (size_t i = 0; i < kBuckets; ++i) {
    if (latencies[i] < left) {
      left -= latencies[i];
      continue;
    }
    // Evenly spread within the bucket, for want of knowing better.
    const double low = static_cast<double>(low_end(i)), high = static_cast<double>(low_end(i + 1));
    const double value = low + (high - low) * static_cast<double>(left) / latencies[i];
    return std::min(static_cast<uint64_t>(value), slowest);
  }
  return slowest;
}

void TimeSeries::record_good(uint64_t at, uint64_t latency, uint64_t body_bytes) {
  Moment& slot = slot_at(at);
  ++slot.good;
  slot.body_bytes += body_bytes;
  slot.slowest = std::max(slot.slowest, latency);
  ++slot.latencies[bucket_of(latency)];
}

void TimeSeries::record_failed(uint64_t at) {
  ++slot_at(at).failed;
}

void TimeSeries::set_asked(const std::function<double(double)>& asked_until, double seconds) {
  const uint64_t length = static_cast<uint64_t>(std::max(seconds, 0.0) * 1e9);
  if (length > 0) slot_at(length - 1);
  double before = asked_until(0);
  for (size_t i = 0; i < slots_.size(); ++i) {
    const double end = static_cast<double>((i + 1) * width_) / 1e9;
    const double until = asked_until(std::min(end, seconds));
    slots_[i].asked = until - before;
    before = until;
  }
}

Moment& TimeSeries::slot_at(uint64_t at) {
  while (at / width_ >= kMaxSlots) widen();
  const size_t slot = static_cast<size_t>(at / width_);
  // Once for good: growing slot by slot would copy them in the middle of a run.
  if (slots_.capacity() == 0) slots_.reserve(kMaxSlots);
  if (slot >= slots_.size()) slots_.resize(slot + 1);
  return slots_[slot];
}

void TimeSeries::widen() {
  width_ *= 2;
  for (size_t i = 0; i < slots_.size(); i += 2) {
    if (i != 0) slots_[i / 2] = slots_[i];
    if (i + 1 < slots_.size()) slots_[i / 2].merge(slots_[i + 1]);
  }
  slots_.resize((slots_.size() + 1) / 2);
}

void TimeSeries::merge(const TimeSeries& other) {
  TimeSeries theirs = other;
  while (theirs.width_ < width_) theirs.widen();
  while (width_ < theirs.width_) widen();
  if (slots_.size() < theirs.slots_.size()) slots_.resize(theirs.slots_.size());
  for (size_t i = 0; i < theirs.slots_.size(); ++i) slots_[i].merge(theirs.slots_[i]);
}

bool TimeSeries::assign(uint64_t width, std::vector<Moment> slots) {
  if (width % kFirstWidth != 0 || !std::has_single_bit(width / kFirstWidth) || slots.size() > kMaxSlots) {
    return false;
  }
  width_ = width;
  slots_ = std::move(slots);
  return true;
}

}  // namespace godwit::load
