// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/json_text.h"

#include <cstdint>
#include <cstdio>

#include "godwit/parser/utf8.h"

namespace godwit::fetch {

namespace {

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

void append_json_string(std::string& out, std::string_view octets) {
  const bool utf8 = parser::is_utf8(octets);
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
