// SPDX-License-Identifier: MIT
#include "godwit/parser/url_percent.h"

#include "godwit/parser/byte_class.h"
#include "godwit/parser/url_byte.h"

namespace godwit::parser {
namespace {

// escape_at gives the octet that a %XX at `at` stands for, or -1 when none begins there.
int escape_at(std::string_view text, size_t at) {
  if (text[at] != '%' || text.size() - at < 3) return -1;
  if (!is_hex_digit(text[at + 1]) || !is_hex_digit(text[at + 2])) return -1;
  return static_cast<int>(hex_value(text[at + 1]) << 4 | hex_value(text[at + 2]));
}

}  // namespace

void append_percent_encoded(std::string_view text, unsigned sets, std::string& out) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (size_t at = 0; at < text.size();) {
    const size_t end = find_url(text, sets, at);
    out.append(text.substr(at, end - at));
    if (end == text.size()) return;
    const auto byte = static_cast<unsigned char>(text[end]);
    const char escape[] = {'%', kHex[byte >> 4], kHex[byte & 15]};
    out.append(escape, sizeof escape);
    at = end + 1;
  }
}

std::string percent_decode(std::string_view text) {
  std::string octets;
  octets.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const int octet = escape_at(text, at);
    octets += octet < 0 ? text[at] : static_cast<char>(octet);
    at += octet < 0 ? 1 : 3;
  }
  return octets;
}

size_t percent_decoded_origin(std::string_view text, size_t index) {
  size_t at = 0;
  for (; index > 0 && at < text.size(); --index) at += escape_at(text, at) < 0 ? 1 : 3;
  return at;
}

}  // namespace godwit::parser
