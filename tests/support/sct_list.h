// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace godwit::test {

// length_prefixed puts the length before `text`, in two octets.
inline std::string length_prefixed(const std::string& text) {
  return std::string{static_cast<char>(text.size() >> 8), static_cast<char>(text.size())} + text;
}

// sct makes a signed certificate timestamp of version 1 by the log whose id is 32 times `log` (RFC 6962 3.2);
// its signature is none.
inline std::string sct(char log, uint64_t timestamp) {
  std::string made = std::string(1, '\0') + std::string(32, log);
  for (int shift = 56; shift >= 0; shift -= 8) made += static_cast<char>(timestamp >> shift);
  return made + length_prefixed("") + "\4\3" + length_prefixed("signature");
}

// sct_list makes a SignedCertificateTimestampList of them.
inline std::string sct_list(const std::vector<std::string>& scts) {
  std::string list;
  for (const std::string& made : scts) list += length_prefixed(made);
  return length_prefixed(list);
}

}  // namespace godwit::test
