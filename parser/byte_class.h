// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace godwit::parser {

// ByteClass names the sets of octets that the grammar of RFC 9110 and RFC 9112 is made of. This
// file is the only place that says which byte belongs to which set; a kernel that classifies with
// vector tables is tested against it.
enum ByteClass : uint8_t {
  kTchar = 1 << 0,      // RFC 9110 5.6.2: what a token is made of
  kFieldByte = 1 << 1,  // RFC 9110 5.5: HTAB, SP, VCHAR, obs-text: a field value, a reason, an extension
  kDigit = 1 << 2,      // 0-9
  kHexDigit = 1 << 3,   // 0-9 a-f A-F
  kBlank = 1 << 4,      // SP, HTAB: the members of OWS, BWS and RWS
};

// kByteClass holds the sets of each octet.
inline constexpr std::array<uint8_t, 256> kByteClass = [] {
  std::array<uint8_t, 256> table{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    const bool digit = byte >= '0' && byte <= '9';
    const unsigned lower = byte | 0x20;
    const bool alpha = lower >= 'a' && lower <= 'z';
    const bool blank = byte == ' ' || byte == '\t';
    uint8_t sets = 0;
    if (digit || alpha) sets |= kTchar;
    if (blank || (byte > ' ' && byte != 0x7f)) sets |= kFieldByte;
    if (digit) sets |= kDigit;
    if (digit || (lower >= 'a' && lower <= 'f')) sets |= kHexDigit;
    if (blank) sets |= kBlank;
    table[byte] = sets;
  }
  for (unsigned char byte : std::string_view("!#$%&'*+-.^_`|~")) table[byte] |= kTchar;
  return table;
}();

// is tells whether `byte` belongs to any set of `sets`.
constexpr bool is(char byte, uint8_t sets) {
  return (kByteClass[static_cast<uint8_t>(byte)] & sets) != 0;
}

constexpr bool is_tchar(char byte) {
  return is(byte, kTchar);
}
constexpr bool is_field_byte(char byte) {
  return is(byte, kFieldByte);
}
constexpr bool is_digit(char byte) {
  return is(byte, kDigit);
}
constexpr bool is_hex_digit(char byte) {
  return is(byte, kHexDigit);
}
constexpr bool is_blank(char byte) {
  return is(byte, kBlank);
}

// hex_value gives the value of a hexadecimal digit, which `byte` must be.
constexpr unsigned hex_value(char byte) {
  return byte <= '9' ? static_cast<unsigned>(byte - '0') : static_cast<unsigned>((byte | 0x20) - 'a' + 10);
}

// to_lower maps A-Z to a-z and leaves every other octet alone; no locale has a say.
constexpr char to_lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte | 0x20) : byte;
}

// is_token tells whether `text` is a token: one or more tchar (RFC 9110 5.6.2).
constexpr bool is_token(std::string_view text) {
  for (char byte : text) {
    if (!is_tchar(byte)) return false;
  }
  return !text.empty();
}

// ascii_iequals compares without regard to ASCII case, which is how field names, codings and
// connection options compare.
constexpr bool ascii_iequals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (to_lower(a[i]) != to_lower(b[i])) return false;
  }
  return true;
}

// trim_blanks drops SP and HTAB at both ends (OWS, RFC 9110 5.6.3).
constexpr std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace godwit::parser
