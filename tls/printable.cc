// SPDX-License-Identifier: MIT
#include "godwit/tls/printable.h"

namespace godwit::tls {

std::string printable(std::string_view text, size_t limit) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const char c : text.substr(0, limit)) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet >= 0x20 && octet < 0x7f) {
      out += c;
    } else {
      out += {'\\', 'x', kDigits[octet >> 4], kDigits[octet & 15]};
    }
  }
  if (text.size() > limit) out += "...";
  return out;
}

}  // namespace godwit::tls
