// SPDX-License-Identifier: MIT
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <arm_neon.h>

#include "godwit/parser/byte_class.h"
#include "godwit/parser/field_lookup.h"
#include "godwit/parser/head.h"
#include "godwit/parser/kernel/kernels.h"
#include "godwit/parser/kernel/token_nibbles.h"

// The NEON kernel: 16 bytes at a time. Every aarch64 CPU has it.

namespace godwit::parser {
namespace neon {
namespace {

inline uint8x16_t load(const void* at) {
  return vld1q_u8(static_cast<const uint8_t*>(at));
}

// weights gives each byte that is all ones the bit that is its place among eight.
inline uint8x16_t weights(uint8x16_t all_ones) {
  constexpr uint64_t kPlaces = 0x8040201008040201;
  return vandq_u8(all_ones, vreinterpretq_u8_u64(vdupq_n_u64(kPlaces)));
}

inline uint8x16_t controls(uint8x16_t bytes) {
  return vorrq_u8(vcltq_u8(bytes, vdupq_n_u8(' ')), vceqq_u8(bytes, vdupq_n_u8(0x7f)));
}

// Three rounds of adding neighbours put the 64 places of four vectors into 64 bits.
inline uint64_t gather(uint8x16_t first, uint8x16_t second, uint8x16_t third, uint8x16_t fourth) {
  const uint8x16_t front = vpaddq_u8(weights(first), weights(second));
  const uint8x16_t back = vpaddq_u8(weights(third), weights(fourth));
  const uint8x16_t all = vpaddq_u8(front, back);
  return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(all, all)), 0);
}

inline uint64_t control_mask(const char* at) {
  return gather(controls(load(at)), controls(load(at + 16)), controls(load(at + 32)),
                controls(load(at + 48)));
}

inline uint8x16_t not_tchars(uint8x16_t bytes) {
  const uint8x16_t high = vqtbl1q_u8(load(kTokenNibbles.high.data()), vshrq_n_u8(bytes, 4));
  const uint8x16_t low = vqtbl1q_u8(load(kTokenNibbles.low.data()), vandq_u8(bytes, vdupq_n_u8(0x0f)));
  return vmvnq_u8(vtstq_u8(high, low));
}

inline uint32_t not_tchar_mask(const char* at) {
  const uint8x16_t both = vpaddq_u8(weights(not_tchars(load(at))), weights(not_tchars(load(at + 16))));
  const uint8x16_t once = vpaddq_u8(both, both);
  return vgetq_lane_u32(vreinterpretq_u32_u8(vpaddq_u8(once, once)), 0);
}

inline uint64_t tchar_mask(const char* at) {
  return ~gather(not_tchars(load(at)), not_tchars(load(at + 16)), not_tchars(load(at + 32)),
                 not_tchars(load(at + 48)));
}

inline size_t lowest(uint64_t mask) {
  return static_cast<size_t>(std::countr_zero(mask | uint64_t{1} << 63));
}

inline uint32_t token_size(const char* at, uint32_t skip) {
  return static_cast<uint32_t>(std::countr_zero(not_tchar_mask(at) >> skip | uint64_t{1} << 32));
}

bool supported() {
  return true;
}

}  // namespace

#include "godwit/parser/generic/head_lines.h"
#include "godwit/parser/generic/parse_head.h"
#include "godwit/parser/generic/short_head.h"

}  // namespace neon

const Kernel kNeonKernel = {
    "neon", neon::supported, neon::parse_response, neon::parse_fields, neon::parse_short, neon::search};

}  // namespace godwit::parser
