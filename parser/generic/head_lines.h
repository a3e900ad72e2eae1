// SPDX-License-Identifier: MIT

// What the head parsers of all kernels have in common: finding lines one by one, judging and taking a line
// that was found. A kernel includes this file inside its own namespace (and its target region), after it has
// defined there:
//
//   uint64_t control_mask(const char* at);
//     bit i is set if at[i] is a control character (0x00-0x1f, 0x7f), for 64 bytes.
//   size_t lowest(uint64_t mask);
//     the position of the lowest set bit, or any number if there is none.
//
// and the headers named in kernel/scalar.cc. It has no #pragma once for that reason.

namespace {

constexpr size_t kBlock = 64;
constexpr size_t kNameBlock = 32;

// kMostLines is how many lines a head may have; one with more is unusual.
constexpr size_t kMostLines = 128;

// Bytes is what is parsed. At least kBlock bytes of it are readable: those after `size` are spaces.
struct Bytes {
  const char* data;
  size_t size;
  size_t readable;
};

// in_block copies a buffer that is smaller than a block, so that nothing beyond it is read, and gives what
// `parse` makes of the copy.
template <typename Parse>
[[gnu::noinline]] Scan in_block(const char* data, size_t size, Parse parse) {
  char block[kBlock];
  std::memset(block, ' ', kBlock);
  if (size != 0) std::memcpy(block, data, size);
  return parse(Bytes{block, size, kBlock});
}

// last_mask is the mask of the block at `base`, read from where it still lies inside the buffer.
inline uint64_t last_mask(const Bytes& in, size_t base) {
  return control_mask(in.data + in.readable - kBlock) >> (base + kBlock - in.readable);
}

inline bool is_line_end(const char* at) {
  return std::memcmp(at, "\r\n", 2) == 0;
}

// find_lines goes from control character to control character, HTAB among them, and calls on_line with where
// each line ends. What lies before `from` was seen.
template <typename OnLine>
[[gnu::noinline]] Scan find_lines(const Bytes& in, size_t from, OnLine on_line) {
  for (size_t base = from; base < in.size; base += kBlock) {
    const bool whole = in.readable - base >= kBlock;
    uint64_t mask = whole ? control_mask(in.data + base) : last_mask(in, base);
    for (; mask != 0; mask &= mask - 1) {
      const size_t at = base + lowest(mask);
      if (in.data[at] == '\t') continue;
      if (in.data[at] == '\r') {
        if (at + 1 < in.size && in.data[at + 1] != '\n') return {Scan::Outcome::unusual};
        continue;
      }
      if (in.data[at] != '\n' || at == 0 || in.data[at - 1] != '\r') return {Scan::Outcome::unusual};
      if (at >= 3 && in.data[at - 2] == '\n' && in.data[at - 3] == '\r') {
        return {Scan::Outcome::complete, at + 1};
      }
      if (!on_line(static_cast<uint32_t>(at - 1))) return {Scan::Outcome::unusual};
    }
  }
  return {Scan::Outcome::partial};
}

Scan search(const char* data, size_t from, size_t size) {
  const auto find = [from](const Bytes& in) { return find_lines(in, from, [](uint32_t) { return true; }); };
  return size < kBlock ? in_block(data, size, find) : find({data, size, size});
}

// load gives some bytes as a number whose highest digits are the first of them, or the last.
template <typename Word, std::endian kOrder>
inline Word load(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  if constexpr (std::endian::native == kOrder) return word;
  if constexpr (sizeof word == 4) return __builtin_bswap32(word);
  return static_cast<Word>(__builtin_bswap64(word));
}

// begins_value tells whether at `at` are ':', SP and a byte that is no whitespace.
inline bool begins_value(const char* at) {
  return std::memcmp(at, ": ", 2) == 0 && static_cast<uint8_t>(at[2]) > ' ';
}

// ends_value tells whether at `at` are CR and LF, and before it a byte that is no whitespace.
inline bool ends_value(const char* at) {
  return load<uint32_t, std::endian::little>(at - 2) - 0x0a0d2100 <= 0x0a0dffff - 0x0a0d2100;
}

// careful_span makes the span of the field line that ends at `end` and is not as almost all are: one with a
// long name, an empty value, or other whitespace than one SP before the value. The name is empty if the line
// is bad. Between its colon and `end` is no control character but HTAB.
[[gnu::noinline]] FieldSpan careful_span(const char* data, uint32_t line, uint32_t end) {
  if (!is_line_end(data + end)) return {};
  uint32_t name_end = line;
  while (is_tchar(data[name_end])) ++name_end;
  if (data[name_end] != ':') return {};
  uint32_t begin = name_end + 1;
  while (is_blank(data[begin])) ++begin;
  while (end > begin && is_blank(data[end - 1])) --end;
  return {line, name_end - line, begin, end - begin};
}

// kReason is the offset of the reason, after "HTTP/1.1 200 ".
constexpr uint32_t kReason = 13;

// take_status takes "HTTP/1.d ddd".
inline bool take_status(const char* data, ResponseHead& head) {
  const uint64_t minor_version = load<uint64_t, std::endian::big>(data) - 0x485454502f312e30;  // "HTTP/1.0"
  if (minor_version > 9) return false;
  const uint32_t digits = load<uint32_t, std::endian::little>(data + 8) - 0x30303020;  // " 000"
  // Adding six carries what is more than nine out of its half of a byte.
  if (((digits | (digits + 0x06060600)) & 0xf0f0f0ff) != 0 || digits << 16 == 0) return false;
  head.minor_version = static_cast<uint8_t>(minor_version);
  head.status =
      static_cast<uint16_t>((digits >> 8 & 0xff) * 100 + (digits >> 16 & 0xff) * 10 + (digits >> 24));
  return true;
}

// take_status_line takes "HTTP/1.d ddd" and what follows up to `end`, where the first run of control
// characters begins: in what is taken before it there is none.
inline bool take_status_line(const char* data, uint32_t end, ResponseHead& head) {
  if (!take_status(data, head)) return false;
  const bool has_space = data[kReason - 1] == ' ';
  if (!has_space && end != kReason - 1) return false;
  if (!is_line_end(data + end)) return false;
  head.reason = kReason - 1 + has_space;
  head.reason_size = end - head.reason;
  return true;
}

// may_be_known_carefully is may_be_known for a name of any size.
inline size_t may_be_known_carefully(const char* data, const FieldSpan& span) {
  return span.name_size <= kNameBlock ? may_be_known(data + span.name, span.name_size) : 0;
}

// Candidate points at the span of a line that may be a known field. Those are looked up when all lines are
// taken: a branch at each would be guessed wrong too often.
using Candidate = const FieldSpan*;

inline bool note_known(const char* data, const Candidate* begin, const Candidate* end, FieldLines& into) {
  const FieldSpan* const first = into.storage.data();
  KnownFields::Writer known(into.known);
  for (; begin != end; ++begin) {
    const FieldSpan& span = **begin;
    if (span.name_size == 0) [[unlikely]]
      return false;
    if (span.name_size > field_lookup::kLongestName) [[unlikely]]
      continue;
    const char* const name = data + span.name;
    const KnownField field = field_of_shape(name, span.name_size);
    if (spells(field, name, span.name_size)) [[likely]]
      known.note(field, static_cast<size_t>(&span - first));
  }
  known.finish();
  return true;
}

}  // namespace
