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

// The SSE4.2 kernel: 16 bytes at a time.

GODWIT_TARGET_BEGIN("sse4.2,popcnt")

namespace godwit::parser {
namespace sse42 {
namespace {

inline __m128i load(const void* at) {
  return _mm_loadu_si128(static_cast<const __m128i*>(at));
}

// look_up gives the table's byte for each nibble; 0 for a byte whose top bit is set.
inline __m128i look_up(const std::array<uint8_t, 16>& table, __m128i nibbles) {
  return _mm_shuffle_epi8(load(table.data()), nibbles);
}

inline __m128i high_nibbles(__m128i bytes) {
  return _mm_and_si128(_mm_srli_epi16(bytes, 4), _mm_set1_epi8(0x0f));
}

inline uint32_t top_bits(__m128i bytes) {
  return static_cast<uint32_t>(_mm_movemask_epi8(bytes));
}

// A byte below 0x20, taken from 0x9f, leaves the top bit; one above 0x9f leaves nothing.
inline uint64_t controls(__m128i bytes) {
  const __m128i low = _mm_subs_epu8(_mm_set1_epi8(static_cast<char>(0x9f)), bytes);
  return top_bits(_mm_or_si128(low, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f))));
}

inline uint64_t control_mask(const char* at) {
  return controls(load(at)) | controls(load(at + 16)) << 16 | controls(load(at + 32)) << 32 |
         controls(load(at + 48)) << 48;
}

inline uint32_t not_tchars(__m128i bytes) {
  const __m128i high = look_up(kTokenNibbles.high, high_nibbles(bytes));
  const __m128i common = _mm_and_si128(high, look_up(kTokenNibbles.low, bytes));
  return top_bits(_mm_cmpeq_epi8(common, _mm_setzero_si128()));
}

inline uint32_t not_tchar_mask(const char* at) {
  return not_tchars(load(at)) | not_tchars(load(at + 16)) << 16;
}

inline uint64_t tchar_mask(const char* at) {
  return ~(not_tchar_mask(at) | uint64_t{not_tchar_mask(at + 32)} << 32);
}

inline size_t lowest(uint64_t mask) {
  return static_cast<size_t>(std::countr_zero(mask | uint64_t{1} << 63));
}

inline uint32_t token_size(const char* at, uint32_t skip) {
  return static_cast<uint32_t>(std::countr_zero(not_tchar_mask(at) >> skip | uint64_t{1} << 32));
}

bool supported() {
  return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
}

}  // namespace

#include "godwit/parser/generic/head_lines.h"
#include "godwit/parser/generic/parse_head.h"
#include "godwit/parser/generic/short_head.h"

}  // namespace sse42

const Kernel kSse42Kernel = {
    "sse42", sse42::supported, sse42::parse_response, sse42::parse_fields, sse42::parse_short, sse42::search};

}  // namespace godwit::parser

GODWIT_TARGET_END
