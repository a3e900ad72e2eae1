// SPDX-License-Identifier: MIT
#include "godwit/parser/ext_value.h"

#include <cstddef>
#include <cstdint>

#include "godwit/parser/byte_class.h"
#include "godwit/parser/utf8.h"

namespace godwit::parser {
namespace {

// is_attr_char: what stands for itself (RFC 8187 3.2.1).
bool is_attr_char(char byte) {
  return is_tchar(byte) && byte != '*' && byte != '\'' && byte != '%';
}

bool is_language_tag(std::string_view text) {
  for (char byte : text) {
    const bool alphanumeric = is_digit(byte) || (to_lower(byte) >= 'a' && to_lower(byte) <= 'z');
    if (!alphanumeric && byte != '-') return false;
  }
  return true;
}

bool is_printable(std::string_view text) {
  for (char byte : text) {
    if (!is_field_byte(byte) || byte == '\t') return false;
  }
  return true;
}

// decode_chars undoes the percent-encoding.
bool decode_chars(std::string_view text, std::string& out) {
  out.clear();
  for (size_t i = 0; i < text.size(); ++i) {
    if (is_attr_char(text[i])) {
      out.push_back(text[i]);
      continue;
    }
    if (text[i] != '%' || text.size() - i < 3) return false;
    if (!is_hex_digit(text[i + 1]) || !is_hex_digit(text[i + 2])) return false;
    out.push_back(static_cast<char>(hex_value(text[i + 1]) << 4 | hex_value(text[i + 2])));
    i += 2;
  }
  return true;
}

// latin1_to_utf8 refuses 0x80 to 0x9F, which are control characters in ISO-8859-1.
bool latin1_to_utf8(std::string& text) {
  std::string utf8;
  for (char byte : text) {
    const auto code = static_cast<uint8_t>(byte);
    if (code < 0x80) {
      utf8.push_back(byte);
      continue;
    }
    if (code < 0xA0) return false;
    utf8.push_back(static_cast<char>(0xC0 | code >> 6));
    utf8.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  }
  text.swap(utf8);
  return true;
}

}  // namespace

bool decode_ext_value(std::string_view text, std::string& out) {
  const size_t language = text.find('\'');
  if (language == text.npos) return false;
  const size_t chars = text.find('\'', language + 1);
  if (chars == text.npos || !is_language_tag(text.substr(language + 1, chars - language - 1))) return false;
  if (!decode_chars(text.substr(chars + 1), out) || !is_printable(out)) return false;
  const std::string_view charset = text.substr(0, language);
  if (ascii_iequals(charset, "UTF-8")) return is_utf8(out);
  return ascii_iequals(charset, "ISO-8859-1") && latin1_to_utf8(out);
}

}  // namespace godwit::parser
