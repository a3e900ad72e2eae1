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

// The AVX-512 kernel needs BW and VL alone. It looks for control characters in 64 bytes at a time, and for
// the end of a name in 32.

GODWIT_TARGET_BEGIN("avx512f,avx512bw,avx512vl,avx2,bmi,bmi2,lzcnt,popcnt")

namespace godwit::parser {
namespace avx512 {
namespace {

inline __m256i load(const void* at) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(at));
}

// look_up gives the table's byte for each nibble; 0 for a byte whose top bit is set.
inline __m256i look_up(const std::array<uint8_t, 16>& table, __m256i nibbles) {
  const __m128i half = _mm_loadu_si128(reinterpret_cast<const __m128i*>(table.data()));
  return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(half), nibbles);
}

inline uint64_t control_mask(const char* at) {
  const __m512i bytes = _mm512_loadu_si512(at);
  return _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(' ')) |
         _mm512_cmpeq_epu8_mask(bytes, _mm512_set1_epi8(0x7f));
}

inline uint32_t not_tchar_mask(const char* at) {
  const __m256i bytes = load(at);
  const __m256i high_nibbles = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(0x0f));
  return _mm256_testn_epi8_mask(look_up(kTokenNibbles.high, high_nibbles), look_up(kTokenNibbles.low, bytes));
}

inline uint32_t lowest(uint64_t mask) {
  return static_cast<uint32_t>(_tzcnt_u64(mask));
}

inline uint32_t token_size(const char* at, uint32_t skip) {
  return _tzcnt_u32(not_tchar_mask(at) >> skip);
}

bool supported() {
  return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}

}  // namespace

#include "godwit/parser/generic/parse_head.h"

}  // namespace avx512

const Kernel kAvx512Kernel = {"avx512", avx512::supported, avx512::parse_response, avx512::parse_fields,
                              avx512::search};

}  // namespace godwit::parser

GODWIT_TARGET_END
