// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace godwit::parser {

// UrlByte names the sets of octets that the URL Standard is made of. The percent-encode sets hold
// what is written as %XX in that component; each contains the one before it, except that the query's
// has # and ' where the fragment's has `.
enum UrlByte : uint16_t {
  kUrlTabOrNewline = 1 << 0,       // HT, LF, CR: dropped wherever they stand
  kUrlSlash = 1 << 1,              // / and \, which mean the same in http URLs
  kUrlPathEnd = 1 << 2,            // ? and #
  kUrlEncodeInFragment = 1 << 3,   // "fragment percent-encode set"
  kUrlEncodeInQuery = 1 << 4,      // "special-query percent-encode set"
  kUrlEncodeInPath = 1 << 5,       // "path percent-encode set"
  kUrlEncodeInUserinfo = 1 << 6,   // "userinfo percent-encode set"
  kUrlForbiddenInDomain = 1 << 7,  // "forbidden domain code point"
  kUrlNeedsHostDecoding = 1 << 8,  // % and everything that is not ASCII
  kUrlScheme = 1 << 9,             // letters, digits, + - .
};

// kUrlByte holds the sets of each octet.
inline constexpr std::array<uint16_t, 256> kUrlByte = [] {
  constexpr std::string_view kQuery = " \"#<>'";
  constexpr std::string_view kFragment = " \"<>`";
  constexpr std::string_view kPath = " \"#<>?^`{}";
  constexpr std::string_view kUserinfo = " \"#<>?^`{}/:;=@[\\]|";
  constexpr std::string_view kDomain = " #/:<>?@[\\]^|%\x7f";
  std::array<uint16_t, 256> table{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool control = byte < 0x20;
    const bool always = control || byte > 0x7e;
    const unsigned lower = byte | 0x20;
    const bool alnum = (byte >= '0' && byte <= '9') || (lower >= 'a' && lower <= 'z');
    const auto in = [c](std::string_view set) { return set.find(c) != set.npos; };
    unsigned sets = 0;
    if (c == '\t' || c == '\n' || c == '\r') sets |= kUrlTabOrNewline;
    if (c == '/' || c == '\\') sets |= kUrlSlash;
    if (c == '?' || c == '#') sets |= kUrlPathEnd;
    if (always || in(kFragment)) sets |= kUrlEncodeInFragment;
    if (always || in(kQuery)) sets |= kUrlEncodeInQuery;
    if (always || in(kPath)) sets |= kUrlEncodeInPath;
    if (always || in(kUserinfo)) sets |= kUrlEncodeInUserinfo;
    if (control || in(kDomain)) sets |= kUrlForbiddenInDomain;
    if (c == '%' || byte >= 0x80) sets |= kUrlNeedsHostDecoding;
    if (alnum || in("+-.")) sets |= kUrlScheme;
    table[byte] = static_cast<uint16_t>(sets);
  }
  return table;
}();

// is_url tells whether `byte` belongs to any set of `sets`.
constexpr bool is_url(char byte, unsigned sets) {
  return (kUrlByte[static_cast<uint8_t>(byte)] & sets) != 0;
}

// find_url gives the index of the first byte of `text`, at `from` (up to text.size()) or later, that belongs
// to any set of `sets`, or text.size().
constexpr size_t find_url(std::string_view text, unsigned sets, size_t from = 0) {
  const auto sets_at = [text](size_t at) { return unsigned{kUrlByte[static_cast<uint8_t>(text[at])]}; };
  while (text.size() - from >= 4) {
    if ((sets_at(from) | sets_at(from + 1) | sets_at(from + 2) | sets_at(from + 3)) & sets) break;
    from += 4;
  }
  while (from < text.size() && (sets_at(from) & sets) == 0) ++from;
  return from;
}

}  // namespace godwit::parser
