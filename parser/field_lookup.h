// SPDX-License-Identifier: MIT
#pragma once

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

using Word = std::array<char, 8>;

// name_is compares `at` with a lower-case name of 7 letters or more and hyphens, in two loads. Setting
// bit 5 lower-cases letters and leaves the hyphen; the only other octet that it would turn into one
// of these is CR for the hyphen, which no token holds.
template <size_t N>
constexpr bool name_is(const char* at, const char (&lower)[N]) {
  constexpr size_t kSize = N - 1;
  static_assert(kSize >= 7 && kSize <= 24);
  constexpr uint64_t kLowerCase = 0x2020202020202020;
  auto word = [](const char* from) {
    Word bytes{};
    for (size_t i = 0; i < 8; ++i) bytes[i] = from[i];
    return std::bit_cast<uint64_t>(bytes);
  };
  auto half = [](const char* from) {
    std::array<char, 4> bytes{};
    for (size_t i = 0; i < 4; ++i) bytes[i] = from[i];
    return std::bit_cast<uint32_t>(bytes);
  };
  if constexpr (kSize < 8) {
    constexpr auto kHalf = static_cast<uint32_t>(kLowerCase);
    return (half(at) | kHalf) == half(lower) && (half(at + kSize - 4) | kHalf) == half(lower + kSize - 4);
  } else if constexpr (kSize <= 16) {
    return (word(at) | kLowerCase) == word(lower) &&
           (word(at + kSize - 8) | kLowerCase) == word(lower + kSize - 8);
  } else {
    return (word(at) | kLowerCase) == word(lower) && (word(at + 8) | kLowerCase) == word(lower + 8) &&
           (word(at + kSize - 8) | kLowerCase) == word(lower + kSize - 8);
  }
}

}  // namespace field_lookup

// known_field tells which known field `name`, a token in any case, is. The length decides first, so
// most names cost one jump.
constexpr KnownField known_field(const char* name, size_t size) {
  using field_lookup::name_is;
  switch (size) {
    case 7:
      if (name_is(name, "trailer")) return KnownField::trailer;
      if (name_is(name, "upgrade")) return KnownField::upgrade;
      break;
    case 8:
      if (name_is(name, "location")) return KnownField::location;
      break;
    case 10:
      if (name_is(name, "connection")) return KnownField::connection;
      if (name_is(name, "set-cookie")) return KnownField::set_cookie;
      if (name_is(name, "keep-alive")) return KnownField::keep_alive;
      break;
    case 11:
      if (name_is(name, "retry-after")) return KnownField::retry_after;
      break;
    case 14:
      if (name_is(name, "content-length")) return KnownField::content_length;
      break;
    case 16:
      if (name_is(name, "content-encoding")) return KnownField::content_encoding;
      if (name_is(name, "www-authenticate")) return KnownField::www_authenticate;
      if (name_is(name, "proxy-connection")) return KnownField::proxy_connection;
      break;
    case 17:
      if (name_is(name, "transfer-encoding")) return KnownField::transfer_encoding;
      break;
    case 18:
      if (name_is(name, "proxy-authenticate")) return KnownField::proxy_authenticate;
      break;
    default:
      break;
  }
  return KnownField::other;
}

constexpr KnownField known_field(std::string_view name) {
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
