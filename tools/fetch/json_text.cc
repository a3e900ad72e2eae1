// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/json_text.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>

namespace godwit::fetch {

namespace {

// sequence_size gives the octets of the UTF-8 sequence at the front of text, or 0. (Unicode, table 3-7)
size_t sequence_size(std::string_view text) {
  const auto octet = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const auto continues = [&](size_t i, uint8_t low, uint8_t high) {
    return i < text.size() && octet(i) >= low && octet(i) <= high;
  };
  const uint8_t first = octet(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1, 0x80, 0xBF) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const uint8_t low = first == 0xE0 ? 0xA0 : 0x80;
    const uint8_t high = first == 0xED ? 0x9F : 0xBF;
    return continues(1, low, high) && continues(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const uint8_t low = first == 0xF0 ? 0x90 : 0x80;
    const uint8_t high = first == 0xF4 ? 0x8F : 0xBF;
    return continues(1, low, high) && continues(2, 0x80, 0xBF) && continues(3, 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  char escape[8];
  std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned char>(c));
  out += escape;
}

bool is_control(char c) {
  return static_cast<uint8_t>(c) < 0x20 || c == 0x7F;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t size = sequence_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

void append_json_string(std::string& out, std::string_view octets) {
  const bool utf8 = is_utf8(octets);
  out += '"';
  for (char c : octets) {
    const auto octet = static_cast<uint8_t>(c);
    if (c == '"' || c == '\\' || is_control(c)) {
      append_escaped(out, c);
    } else if (octet < 0x80 || utf8) {
      out += c;
    } else {
      out += static_cast<char>(0xC0 | octet >> 6);
      out += static_cast<char>(0x80 | (octet & 0x3F));
    }
  }
  out += '"';
}

std::string printable(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (is_control(c)) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\x%02X", static_cast<unsigned char>(c));
      out += escape;
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace godwit::fetch
