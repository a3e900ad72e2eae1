// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

// LLVMFuzzerTestOneInput is what each target of this folder defines: libFuzzer calls it, and so does
// driver.cc where there is no libFuzzer.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace godwit::fuzz {

// check ends the program, and so the run of the fuzzer, if a promise of the code under test does not hold.
inline void check(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", promise);
  std::abort();
}

// as_text views an input.
inline std::string_view as_text(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Random is what a target may decide by chance: where reads end, which callback pauses. It is seeded with the
// input, so that the same input always runs in the same way, and no byte of it has to stand for a choice.
class Random {
 public:
  explicit Random(std::string_view input) {
    for (char byte : input) state_ = (state_ ^ static_cast<uint8_t>(byte)) * 0x100000001b3u;  // FNV-1a
  }

  // below gives a number less than `limit`, which is not 0.
  size_t below(size_t limit) {
    state_ += 0x9e3779b97f4a7c15u;  // splitmix64
    uint64_t mixed = state_;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
    return static_cast<size_t>((mixed ^ mixed >> 31) % limit);
  }

  // piece gives the size of the next read of `left` bytes, at least 1: mostly small, sometimes all.
  size_t piece(size_t left) {
    switch (below(8)) {
      case 0:
        return left;
      case 1:
      case 2:
        return std::min<size_t>(left, 1);
      case 3:
      case 4:
        return std::min<size_t>(left, 1 + below(64));
      default:
        return 1 + below(left);
    }
  }

 private:
  uint64_t state_ = 0xcbf29ce484222325u;
};

// Arrival is how bytes are made to arrive.
enum class Arrival : uint8_t { whole, byte_by_byte, in_pieces };

inline constexpr Arrival kArrivals[] = {Arrival::whole, Arrival::byte_by_byte, Arrival::in_pieces};

// next_read gives the size of the next read of `left` bytes, which are not none.
inline size_t next_read(Arrival arrival, size_t left, Random& random) {
  if (arrival == Arrival::whole) return left;
  return arrival == Arrival::byte_by_byte ? 1 : random.piece(left);
}

}  // namespace godwit::fuzz
