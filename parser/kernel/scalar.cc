// SPDX-License-Identifier: MIT
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "godwit/parser/byte_class.h"
#include "godwit/parser/field_lookup.h"
#include "godwit/parser/head.h"
#include "godwit/parser/kernel/kernels.h"

// The scalar kernel runs on every CPU: eight bytes at a time in a general register.

namespace godwit::parser {
namespace scalar {
namespace {

constexpr uint64_t each(uint8_t byte) {
  return 0x0101010101010101u * byte;
}

// load puts at[0] into the lowest byte, whatever the CPU's own order is.
inline uint64_t load(const char* at) {
  uint64_t word;
  std::memcpy(&word, at, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

// controls sets the top bit of each byte that is a control character. The sums can't carry into the next
// byte, because the top bits are taken out before: every byte is judged exactly.
inline uint64_t controls(uint64_t word) {
  const uint64_t low = word & each(0x7f);
  const uint64_t from_space = low + each(0x60);  // top bit: low >= 0x20
  const uint64_t is_del = low + each(0x01);      // top bit: low == 0x7f
  return (~from_space | is_del) & ~word & each(0x80);
}

// gather moves the top bits of eight bytes next to each other: each of the eight products puts one of
// them into the highest byte, and no two meet.
inline uint64_t gather(uint64_t tops) {
  return (tops >> 7) * 0x0102040810204080u >> 56;
}

inline uint64_t control_mask(const char* at) {
  uint64_t mask = 0;
#pragma GCC unroll 8
  for (unsigned i = 0; i < 8; ++i) mask |= gather(controls(load(at + 8 * i))) << (8 * i);
  return mask;
}

inline size_t lowest(uint64_t mask) {
  return static_cast<size_t>(std::countr_zero(mask | uint64_t{1} << 63));
}

inline uint32_t token_size(const char* at, uint32_t skip) {
  uint32_t end = skip;
  while (end < 32 && is_tchar(at[end])) ++end;
  return end < 32 ? end - skip : 32;
}

bool supported() {
  return true;
}

}  // namespace

#include "godwit/parser/generic/head_lines.h"
#include "godwit/parser/generic/parse_head.h"

}  // namespace scalar

const Kernel kScalarKernel = {"scalar",       scalar::supported, scalar::parse_response, scalar::parse_fields,
                              parse_no_short, scalar::search};

}  // namespace godwit::parser
