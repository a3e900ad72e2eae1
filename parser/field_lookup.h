// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

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

// The names in the order of KnownField: lower-case letters and hyphens, of 7 to 23 bytes.
inline constexpr std::array<std::string_view, kKnownFieldCount> kNames = {
    "connection",         "content-encoding", "content-length",   "keep-alive", "location",
    "proxy-authenticate", "proxy-connection", "retry-after",      "set-cookie", "trailer",
    "transfer-encoding",  "upgrade",          "www-authenticate",
};

// kLongestName bounds the sizes that are looked up.
inline constexpr size_t kLongestName = 31;

// kByShape tells the one known field of a name's first letter (its low five bits: either case) and size.
inline constexpr auto kByShape = [] {
  std::array<std::array<KnownField, kLongestName + 1>, 32> table{};
  for (auto& row : table) row.fill(KnownField::other);
  for (size_t i = 0; i < kNames.size(); ++i) {
    table[kNames[i][0] & 31][kNames[i].size()] = static_cast<KnownField>(i);
  }
  return table;
}();

static_assert(
    [] {
      for (size_t i = 0; i < kNames.size(); ++i) {
        if (kByShape[kNames[i][0] & 31][kNames[i].size()] != static_cast<KnownField>(i)) return false;
      }
      return true;
    }(),
    "two known names have the same first letter and size");

// kSizes has a bit for each size that the known fields of a first byte have. A colon has the size 0: so an
// empty name comes up where known fields are looked up, and is asked for nowhere else.
inline constexpr auto kSizes = [] {
  std::array<uint32_t, 256> sizes{};
  for (std::string_view name : kNames) {
    const auto lower = static_cast<uint8_t>(name[0]);
    sizes[lower] |= uint32_t{1} << name.size();
    sizes[lower - 'a' + 'A'] = sizes[lower];
  }
  sizes[':'] = 1;
  return sizes;
}();

// Words is a name, and the byte after it, as numbers that cover all of it, which overlap.
struct Words {
  uint64_t first;
  uint64_t middle;
  uint64_t last;

  bool operator==(const Words&) const = default;
};

template <typename Word>
constexpr Word load(const char* at) {
  std::array<char, sizeof(Word)> bytes{};
  if (std::is_constant_evaluated()) {
    std::copy_n(at, sizeof(Word), bytes.begin());
  } else {
    std::memcpy(bytes.data(), at, sizeof(Word));
  }
  return std::bit_cast<Word>(bytes);
}

// words_of reads a name of 7 to 23 bytes and its colon.
constexpr Words words_of(const char* name, size_t size) {
  return {load<uint64_t>(name), load<uint64_t>(name + std::min<size_t>(8, size - 7)),
          load<uint64_t>(name + size - 7)};
}

inline constexpr auto kWords = [] {
  std::array<Words, kKnownFieldCount> words{};
  for (size_t i = 0; i < kNames.size(); ++i) {
    std::array<char, kLongestName + 1> line{};
    std::copy(kNames[i].begin(), kNames[i].end(), line.begin());
    line[kNames[i].size()] = ':';
    words[i] = words_of(line.data(), kNames[i].size());
  }
  return words;
}();

}  // namespace field_lookup

// may_be_known tells, by its first byte and its size alone, whether a token of up to 32 bytes with a colon
// after it may be a known field: 1 or 0. Few others have the letter and the size of one. An empty name may
// be.
inline size_t may_be_known(const char* name, size_t size) {
  return field_lookup::kSizes[static_cast<uint8_t>(*name)] >> (size & 31) & 1;
}

// spells tells whether `name`, a token in any case with a colon after it, is that of `field` and of its size.
inline bool spells(KnownField field, const char* name, size_t size) {
  // Bit 5 is the case of a letter, and set in a hyphen and a colon; the only octets that would pass for these
  // without it are CR and SUB, which no token holds.
  constexpr uint64_t kCase = 0x2020202020202020;
  const field_lookup::Words& known = field_lookup::kWords[static_cast<size_t>(field)];
  const field_lookup::Words words = field_lookup::words_of(name, size);
  const uint64_t differing =
      (words.first ^ known.first) | (words.middle ^ known.middle) | (words.last ^ known.last);
  return (differing & ~kCase) == 0;
}

// field_of_shape tells which known field alone a name of up to 31 bytes may be, by its first byte and its
// size.
inline KnownField field_of_shape(const char* name, size_t size) {
  return field_lookup::kByShape[static_cast<uint8_t>(*name) & 31][size];
}

// known_field tells which known field `name` is: a token in any case, with a colon after it.
inline KnownField known_field(const char* name, size_t size) {
  if (size > field_lookup::kLongestName) return KnownField::other;
  const KnownField field = field_of_shape(name, size);
  if (field == KnownField::other) return field;
  return spells(field, name, size) ? field : KnownField::other;
}

// KnownFields remembers, of one head, which known fields are there, where the first of each is, and
// whether there are more.
class KnownFields {
 public:
  // npos is what first gives for a field that is not there.
  static constexpr size_t npos = static_cast<size_t>(-1);

  bool has(KnownField field) const { return place(field) >= 0; }

  // repeated tells whether the field came in two lines or more; find the others with Fields::find
  // from first() + 1.
  bool repeated(KnownField field) const { return (repeated_ & bit(field)) != 0; }

  // first gives the index of the first line of `field`, npos if there is none. Nothing branches on whether
  // there is one: no two heads in a row need be alike in that.
  size_t first(KnownField field) const { return static_cast<size_t>(ptrdiff_t{place(field)}); }

  // Writer makes the KnownFields of a head: lines are noted, then comes `finish`. What it gathers stays in
  // registers.
  class Writer {
   public:
    explicit Writer(KnownFields& known) : known_(known) { known_.places_ = kNowhere; }

    // note records that line `index` is `field`, one that is known. Lines are noted from the first to the
    // last.
    void note(KnownField field, size_t index) {
      const uint32_t before = present_ & bit(field);
      // A line that is not the first is written where nobody looks: no branch could guess which is.
      put(before != 0 ? KnownField::other : field, index);
      repeated_ |= before;
      present_ |= bit(field);
    }

    // note_before does the same for lines from the last to the first.
    void note_before(KnownField field, size_t index) {
      put(field, index);
      repeated_ |= present_ & bit(field);
      present_ |= bit(field);
    }

    void finish() { known_.repeated_ = repeated_; }

   private:
    void put(KnownField field, size_t index) {
      known_.places_[static_cast<size_t>(field)] = static_cast<int32_t>(index);
    }

    KnownFields& known_;
    uint32_t present_ = 0;
    uint32_t repeated_ = 0;
  };

 private:
  using Places = std::array<int32_t, kKnownFieldCount + 1>;

  static constexpr Places kNowhere = [] {
    Places places{};
    places.fill(-1);
    return places;
  }();

  static uint32_t bit(KnownField field) { return uint32_t{1} << static_cast<unsigned>(field); }

  int32_t place(KnownField field) const { return places_[static_cast<size_t>(field)]; }

  uint32_t repeated_ = 0;
  Places places_ = kNowhere;  // -1 for a field that is not there; of no meaning for `other`
};

}  // namespace godwit::parser
