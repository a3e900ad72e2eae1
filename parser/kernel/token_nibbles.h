// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include "godwit/parser/byte_class.h"

namespace godwit::parser {

// TokenNibbles is the tchar of byte_class.h as tables of sixteen bytes, for the shuffle that looks nibbles
// up. A tchar is a byte whose two nibbles have a bit in common: each of the high nibbles 2 to 7 has a bit of
// its own, and a low nibble has those of the high ones with which it makes a tchar.
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

}  // namespace godwit::parser
