// SPDX-License-Identifier: MIT
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <immintrin.h>

#include "godwit/parser/byte_class.h"
#include "godwit/parser/field_lookup.h"
#include "godwit/parser/head.h"
#include "godwit/parser/kernel/kernels.h"
#include "godwit/parser/kernel/target.h"
#include "godwit/parser/kernel/token_nibbles.h"

// The AVX2 kernel: 32 bytes at a time.

GODWIT_TARGET_BEGIN("avx2,bmi,bmi2,lzcnt,popcnt")

namespace godwit::parser {
namespace avx2 {
namespace {

inline __m256i load(const void* at) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(at));
}

// Twice puts a table into both halves of a vector.
struct alignas(32) Twice {
  std::array<uint8_t, 32> bytes;

  explicit constexpr Twice(const std::array<uint8_t, 16>& table) : bytes() {
    std::copy(table.begin(), table.end(), bytes.begin());
    std::copy(table.begin(), table.end(), bytes.begin() + 16);
  }
};

constexpr Twice kHighNibbles(kTokenNibbles.high);
constexpr Twice kLowNibbles(kTokenNibbles.low);

// look_up gives the table's byte for each nibble; 0 for a byte whose top bit is set.
inline __m256i look_up(const Twice& table, __m256i nibbles) {
  return _mm256_shuffle_epi8(load(table.bytes.data()), nibbles);
}

inline __m256i high_nibbles(__m256i bytes) {
  return _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(0x0f));
}

inline uint32_t top_bits(__m256i bytes) {
  return static_cast<uint32_t>(_mm256_movemask_epi8(bytes));
}

// A byte below 0x20, taken from 0x9f, leaves the top bit; one above 0x9f leaves nothing.
inline uint64_t controls(__m256i bytes) {
  const __m256i low = _mm256_subs_epu8(_mm256_set1_epi8(static_cast<char>(0x9f)), bytes);
  return top_bits(_mm256_or_si256(low, _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(0x7f))));
}

inline uint64_t control_mask(const char* at) {
  return controls(load(at)) | controls(load(at + 32)) << 32;
}

inline uint32_t not_tchars(__m256i bytes) {
  const __m256i high = look_up(kHighNibbles, high_nibbles(bytes));
  const __m256i common = _mm256_and_si256(high, look_up(kLowNibbles, bytes));
  return top_bits(_mm256_cmpeq_epi8(common, _mm256_setzero_si256()));
}

inline uint64_t tchar_mask(const char* at) {
  return ~(not_tchars(load(at)) | uint64_t{not_tchars(load(at + 32))} << 32);
}

inline size_t lowest(uint64_t mask) {
  return _tzcnt_u64(mask);
}

inline uint32_t token_size(const char* at, uint32_t skip) {
  return _tzcnt_u32(not_tchars(load(at)) >> skip);
}

bool supported() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
         __builtin_cpu_supports("popcnt");
}

}  // namespace

#include "godwit/parser/generic/head_lines.h"
#include "godwit/parser/generic/parse_head.h"
#include "godwit/parser/generic/short_head.h"

}  // namespace avx2

const Kernel kAvx2Kernel = {
    "avx2", avx2::supported, avx2::parse_response, avx2::parse_fields, avx2::parse_short, avx2::search};

}  // namespace godwit::parser

GODWIT_TARGET_END
