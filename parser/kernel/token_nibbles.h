// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include "godwit/parser/byte_class.h"

namespace godwit::parser {

// The sets of byte_class.h as tables of sixteen bytes, for the shuffle that looks sixteen nibbles up at once.
//
// A tchar is one whose two nibbles have a bit in common: each of the high nibbles 2 to 7 has a bit of its
// own, and a low nibble has those of the high ones with which it makes a tchar.
struct TokenNibbles {
  std::array<uint8_t, 16> high{};
  std::array<uint8_t, 16> low{};
};

inline constexpr TokenNibbles kTokenNibbles = [] {
  TokenNibbles tables;
  for (unsigned high = 2; high < 8; ++high) {
    const auto bit = static_cast<uint8_t>(1u << high);
    tables.high[high] = bit;
    for (unsigned low = 0; low < 16; ++low) {
      if (is_tchar(static_cast<char>(high << 4 | low))) tables.low[low] |= bit;
    }
  }
  return tables;
}();

// A control character is one whose two nibbles add up to kControl or more. There are fewer than four kinds of
// nibble either way, and each set holds the one before: a byte below 0x10 is a control character but
// for HTAB (low nibble 9), one from 0x10 to 0x1f is always one, one from 0x70 to 0x7f is one with
// low nibble 15. Only the top bit of the sum needs to be looked at.
inline constexpr uint8_t kControl = 0x80;

struct ControlNibbles {
  std::array<uint8_t, 16> high{};
  std::array<uint8_t, 16> low{};
};

inline constexpr ControlNibbles kControlNibbles = [] {
  ControlNibbles tables;
  tables.high[1] = 3;
  tables.high[0] = 2;
  tables.high[7] = 1;
  tables.low.fill(kControl - 2);
  tables.low[9] = kControl - 3;
  tables.low[15] = kControl - 1;
  return tables;
}();

}  // namespace godwit::parser
