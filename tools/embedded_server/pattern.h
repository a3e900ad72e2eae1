// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace godwit::embedded {

// kPatternPeriod is prime, so that a block lost, doubled or misplaced shows at any power of two.
inline constexpr uint64_t kPatternPeriod = 65521;

// pattern_byte is the content byte at `offset` of every generated body: printable (the base64url
// alphabet), and the same on every run, so that a client can check what it received by itself.
constexpr char pattern_byte(uint64_t offset) {
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return kAlphabet[(static_cast<uint32_t>(offset % kPatternPeriod) * 2654435761u) >> 26];
}

// fill_pattern writes the content bytes [offset, offset + size) to `out`.
void fill_pattern(uint64_t offset, char* out, size_t size);

// pattern_sum is the sum of the first `size` content bytes, modulo 2^64: the X-Checksum trailer.
uint64_t pattern_sum(uint64_t size);

}  // namespace godwit::embedded
