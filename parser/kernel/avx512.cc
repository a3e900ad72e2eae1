// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
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

// The AVX-512 kernel: 64 bytes at a time. With masks this cheap it can afford to tell in phase 1 what each
// byte is, and with VBMI2's compress instruction to write any number of positions at once. So phase 1 finds
// the ends of the names too, and phase 2 has nothing left to search for: it is faster than AVX2 by what that
// saves. A CPU that has AVX-512 without VBMI2 runs the AVX2 kernel.

GODWIT_TARGET_BEGIN("avx512f,avx512bw,avx512vl,avx512vbmi2,avx2,bmi,bmi2,lzcnt,popcnt")

namespace godwit::parser {
namespace avx512 {
namespace {

// kClassNibbles are tables of sixteen bytes like TokenNibbles, for two classes at once: bits 3 to 7 mean a
// tchar, bits 0 to 2 a control character but HTAB. Of the high nibbles of tchars, 6 needs no bit of its own:
// with each low nibble it makes one, and so do 3 or 4.
constexpr uint8_t kControlBits = 0x07;
constexpr TokenNibbles kClassNibbles = [] {
  constexpr unsigned kTokenBits[] = {0, 0, 1 << 3, 1 << 4, 1 << 5, 1 << 6, 1 << 4 | 1 << 5, 1 << 7};
  constexpr uint8_t kAllButTab = 1 << 0, kTab = 1 << 1, kDel = 1 << 2;
  TokenNibbles tables;
  for (unsigned high = 2; high < 8; ++high) {
    tables.high[high] = static_cast<uint8_t>(kTokenBits[high]);
    for (unsigned low = 0; low < 16; ++low) {
      if (high != 6 && is_tchar(static_cast<char>(high << 4 | low))) tables.low[low] |= tables.high[high];
    }
  }
  for (unsigned low = 0; low < 16; ++low) tables.low[low] |= low == ('\t' & 15) ? kTab : kAllButTab;
  tables.low[0x7f & 15] |= kDel;
  tables.high[0] |= kAllButTab;
  tables.high[1] |= kAllButTab | kTab;
  tables.high[7] |= kDel;
  return tables;
}();

// Classes says of 64 bytes which are control characters, HTAB not among them, and which are tchars.
struct Classes {
  uint64_t controls;
  uint64_t tchars;
};

// look_up gives the table's byte for each nibble; 0 for a byte whose top bit is set.
inline __m512i look_up(const std::array<uint8_t, 16>& table, __m512i nibbles) {
  const __m128i quarter = _mm_loadu_si128(reinterpret_cast<const __m128i*>(table.data()));
  return _mm512_shuffle_epi8(_mm512_maskz_broadcast_i32x4(0xffff, quarter), nibbles);
}

inline Classes classify(const char* at) {
  const __m512i bytes = _mm512_loadu_si512(at);
  const __m512i high_nibbles = _mm512_and_si512(_mm512_srli_epi16(bytes, 4), _mm512_set1_epi8(0x0f));
  const __m512i bits =
      _mm512_and_si512(look_up(kClassNibbles.high, high_nibbles), look_up(kClassNibbles.low, bytes));
  return {_mm512_test_epi8_mask(bits, _mm512_set1_epi8(kControlBits)),
          _mm512_test_epi8_mask(bits, _mm512_set1_epi8(static_cast<char>(~kControlBits)))};
}

inline uint64_t control_mask(const char* at) {
  const __m512i bytes = _mm512_loadu_si512(at);
  return _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(' ')) |
         _mm512_cmpeq_epu8_mask(bytes, _mm512_set1_epi8(0x7f));
}

inline size_t lowest(uint64_t mask) {
  return _tzcnt_u64(mask);
}

// kPlaces are the places in a block, of which the compress instruction picks those of the set bits.
alignas(64) constexpr std::array<uint8_t, 64> kPlaces = [] {
  std::array<uint8_t, 64> places{};
  for (size_t i = 0; i < places.size(); ++i) places[i] = static_cast<uint8_t>(i);
  return places;
}();

// flatten writes the positions of the set bits and gives their number. Hardly any block has more than eight,
// so eight are stored without asking; what is too much is overwritten by the next block's.
inline size_t flatten(uint64_t mask, uint32_t base, uint32_t* out) {
  constexpr size_t kUnasked = 8;
  const auto count = static_cast<size_t>(_mm_popcnt_u64(mask));
  const __m512i places = _mm512_maskz_compress_epi8(mask, _mm512_load_si512(kPlaces.data()));
  const __m256i first = _mm256_maskz_cvtepu8_epi32(0xff, _mm512_maskz_extracti32x4_epi32(0xf, places, 0));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out),
                      _mm256_add_epi32(first, _mm256_set1_epi32(static_cast<int>(base))));
  if (count > kUnasked) [[unlikely]] {
    for (; mask != 0; mask &= mask - 1) *out++ = static_cast<uint32_t>(base + lowest(mask));
  }
  return count;
}

bool supported() {
  return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}

}  // namespace

#include "godwit/parser/generic/head_lines.h"
#include "godwit/parser/generic/mark_head.h"

}  // namespace avx512

const Kernel kAvx512Kernel = {"avx512",       avx512::supported, avx512::parse_response, avx512::parse_fields,
                              parse_no_short, avx512::search};

}  // namespace godwit::parser

GODWIT_TARGET_END
