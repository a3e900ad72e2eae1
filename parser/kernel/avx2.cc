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

// look_up gives the table's byte for each nibble; 0 for a byte whose top bit is set.
inline __m256i look_up(const std::array<uint8_t, 16>& table, __m256i nibbles) {
  const __m128i half = _mm_loadu_si128(reinterpret_cast<const __m128i*>(table.data()));
  return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(half), nibbles);
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

inline uint32_t not_tchar_mask(const char* at) {
  const __m256i bytes = load(at);
  const __m256i high = look_up(kTokenNibbles.high, high_nibbles(bytes));
  const __m256i common = _mm256_and_si256(high, look_up(kTokenNibbles.low, bytes));
  return top_bits(_mm256_cmpeq_epi8(common, _mm256_setzero_si256()));
}

inline uint32_t lowest(uint64_t mask) {
  return static_cast<uint32_t>(_tzcnt_u64(mask));
}

inline uint32_t token_size(const char* at, uint32_t skip) {
  return _tzcnt_u32(not_tchar_mask(at) >> skip);
}

bool supported() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
         __builtin_cpu_supports("popcnt");
}

}  // namespace

#include "godwit/parser/generic/head_lines.h"
#include "godwit/parser/generic/parse_head.h"

}  // namespace avx2

const Kernel kAvx2Kernel = {"avx2", avx2::supported, avx2::parse_response, avx2::parse_fields, avx2::search};

}  // namespace godwit::parser

GODWIT_TARGET_END
