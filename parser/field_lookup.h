// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace godwit::parser {

// KnownField names the fields that framing and the exchange ask every response for, so that nobody
// searches for them by name.
enum class KnownField : uint8_t {
  connection,
  content_encoding,
  content_length,
  keep_alive,
  location,
  proxy_authenticate,
  proxy_connection,
  retry_after,
  set_cookie,
  trailer,
  transfer_encoding,
  upgrade,
  www_authenticate,
  other,  // every other name; always the last
};

inline constexpr size_t kKnownFieldCount = static_cast<size_t>(KnownField::other);

namespace field_lookup {

// Name is a lower-case name of letters and hyphens as a template argument, so that its words are constants.
template <size_t N>
struct Name {
  char text[N];

  constexpr Name(const char (&literal)[N]) { std::copy_n(literal, N, text); }  // NOLINT: implicit on purpose

  static constexpr size_t size() { return N - 1; }

  // word gives the number that load gives for the bytes from `at` on.
  template <typename Word>
  constexpr Word word(size_t at) const {
    std::array<char, sizeof(Word)> bytes{};
    std::copy_n(text + at, sizeof(Word), bytes.begin());
    return std::bit_cast<Word>(bytes);
  }
};

// word_is compares one word of a token with the same word of kName. Setting bit 5 lower-cases letters and
// leaves the hyphen; the only other octet that it would turn into one of these is CR, for the hyphen,
// which no token holds.
template <Name kName, typename Word, size_t kAt>
inline bool word_is(const char* token) {
  constexpr Word kExpected = kName.template word<Word>(kAt);
  constexpr Word kLowerCase = static_cast<Word>(0x2020202020202020);
  Word word;
  std::memcpy(&word, token + kAt, sizeof word);
  return (word | kLowerCase) == kExpected;
}

// is compares a token of the size of kName with it, in two or three words, which overlap.
template <Name kName>
inline bool is(const char* token) {
  constexpr size_t kSize = kName.size();
  static_assert(kSize >= 4 && kSize <= 24);
  if constexpr (kSize < 8) {
    return word_is<kName, uint32_t, 0>(token) && word_is<kName, uint32_t, kSize - 4>(token);
  } else if constexpr (kSize <= 16) {
    return word_is<kName, uint64_t, 0>(token) && word_is<kName, uint64_t, kSize - 8>(token);
  } else {
    return word_is<kName, uint64_t, 0>(token) && word_is<kName, uint64_t, 8>(token) &&
           word_is<kName, uint64_t, kSize - 8>(token);
  }
}

}  // namespace field_lookup

// known_field tells which known field `name`, a token in any case, is. The length decides first, so
// most names cost one jump.
inline KnownField known_field(const char* name, size_t size) {
  using field_lookup::is;
  switch (size) {
    case 7:
      if (is<"trailer">(name)) return KnownField::trailer;
      if (is<"upgrade">(name)) return KnownField::upgrade;
      break;
    case 8:
      if (is<"location">(name)) return KnownField::location;
      break;
    case 10:
      if (is<"connection">(name)) return KnownField::connection;
      if (is<"set-cookie">(name)) return KnownField::set_cookie;
      if (is<"keep-alive">(name)) return KnownField::keep_alive;
      break;
    case 11:
      if (is<"retry-after">(name)) return KnownField::retry_after;
      break;
    case 14:
      if (is<"content-length">(name)) return KnownField::content_length;
      break;
    case 16:
      if (is<"content-encoding">(name)) return KnownField::content_encoding;
      if (is<"www-authenticate">(name)) return KnownField::www_authenticate;
      if (is<"proxy-connection">(name)) return KnownField::proxy_connection;
      break;
    case 17:
      if (is<"transfer-encoding">(name)) return KnownField::transfer_encoding;
      break;
    case 18:
      if (is<"proxy-authenticate">(name)) return KnownField::proxy_authenticate;
      break;
    default:
      break;
  }
  return KnownField::other;
}

inline KnownField known_field(std::string_view name) {
  return known_field(name.data(), name.size());
}

// KnownFields remembers, of one head, which known fields are there, where the first of each is, and
// whether there are more.
class KnownFields {
 public:
  // npos is what first gives for a field that is not there.
  static constexpr size_t npos = static_cast<size_t>(-1);

  bool has(KnownField field) const { return (present_ & bit(field)) != 0; }

  // repeated tells whether the field came in two lines or more; find the others with Fields::find
  // from first() + 1.
  bool repeated(KnownField field) const { return (repeated_ & bit(field)) != 0; }

  // first gives the index of the first line of `field`, npos if there is none.
  size_t first(KnownField field) const { return has(field) ? first_[static_cast<size_t>(field)] : npos; }

  void clear() { present_ = repeated_ = 0; }

  // note records that line `index` is `field`; lines are noted in order.
  void note(KnownField field, size_t index) {
    if (field == KnownField::other) return;
    if (has(field)) {
      repeated_ |= bit(field);
      return;
    }
    present_ |= bit(field);
    first_[static_cast<size_t>(field)] = static_cast<uint32_t>(index);
  }

 private:
  static uint32_t bit(KnownField field) { return uint32_t{1} << static_cast<unsigned>(field); }

  uint32_t present_ = 0;
  uint32_t repeated_ = 0;
  std::array<uint32_t, kKnownFieldCount> first_{};  // of the present ones only
};

}  // namespace godwit::parser
