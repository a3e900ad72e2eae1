// SPDX-License-Identifier: MIT

// A way of their own for responses whose head ends within 128 bytes after its status code, as that of many an
// API's answer does: half of what such a head costs otherwise does not depend on its size. A kernel includes
// this file after parse_head.h, inside its own namespace (and its target region), and after it has defined
// there, besides what parse_head.h asks for:
//
//   uint64_t tchar_mask(const char* at);
//     bit i is set if at[i] is a tchar, for 64 bytes.
//
// It has no #pragma once for that reason.
//
// The masks of two blocks stay in registers: nothing is written down between finding the lines and taking
// them. They are marked where each line ends and where each name does. The names are found by adding: a bit
// at the first byte of a line, added to the mask of tchars, is carried through the tchars after it and comes
// out where the name ends. Lines are then taken from mark to mark. One without a colon leaves a mark out, so
// that where a colon should be is none. Whatever is not as almost all heads are is left to the parser of any
// head.

namespace {

// The two blocks begin where the reason does: what is before it, take_status judges byte by byte.
constexpr size_t kShortMost = kReason + 2 * kBlock;

// kLongestShort is the size of the longest head that is taken here: of its four last bytes, three are enough.
constexpr size_t kLongestShort = kShortMost + 1;

// kMostTried is the size of the largest buffer that is looked at: in a larger one lies a longer head, or a
// body beside which it does not matter what the head costs.
constexpr size_t kMostTried = 4 * kBlock;

// kMostShortLines is how many lines of six bytes, the shortest that are taken here, fit.
constexpr size_t kMostShortLines = 2 * kBlock / 6;

// Bits has a bit for each byte of two blocks.
struct Bits {
  uint64_t front;
  uint64_t back;

  Bits operator<<(int count) const { return {front << count, back << count | front >> (64 - count)}; }
  Bits operator+(const Bits& other) const {
    const uint64_t sum = front + other.front;
    return {sum, back + other.back + (sum < front ? 1 : 0)};
  }
  Bits operator~() const { return {~front, ~back}; }
  Bits operator&(const Bits& other) const { return {front & other.front, back & other.back}; }
  Bits operator|(const Bits& other) const { return {front | other.front, back | other.back}; }
  Bits operator^(const Bits& other) const { return {front ^ other.front, back ^ other.back}; }
};

// Marks gives the offsets of bits, from the lowest to the highest. There must be one more at each call.
class Marks {
 public:
  explicit Marks(const Bits& bits) : bits_(bits.front), then_(bits.back) {}

  [[gnu::always_inline]] size_t take() {
    if (bits_ == 0) {
      bits_ = then_;
      base_ = kReason + kBlock;
    }
    const size_t at = base_ + lowest(bits_);
    bits_ &= bits_ - 1;
    return at;
  }

 private:
  uint64_t bits_;
  uint64_t then_;
  size_t base_ = kReason;
};

// note_short looks up the lines that may be known fields. Bit i of `candidates` is the line i + 1 before
// `end`.
[[gnu::always_inline]] inline bool note_short(const char* data, uint64_t candidates, const FieldSpan* end,
                                              FieldLines& into) {
  const FieldSpan* const first = into.storage.data();
  KnownFields::Writer known(into.known);
  for (; candidates != 0; candidates &= candidates - 1) {
    const FieldSpan* const span = end - 1 - lowest(candidates);
    const size_t name_size = span->name_size;
    // Empty, or longer than may_be_known can tell.
    if (name_size - 1 >= field_lookup::kLongestName) [[unlikely]]
      return false;
    const char* const name = data + span->name;
    const KnownField field = field_of_shape(name, name_size);
    if (spells(field, name, name_size)) [[likely]]
      known.note_before(field, static_cast<size_t>(span - first));
  }
  known.finish();
  return true;
}

// parse_short takes a short head if no limit can matter, and leaves all others to `otherwise`.
HeadResult parse_short(std::string_view buffer, size_t scanned, const ParseOptions& options,
                       ResponseHead& head, ParseHead& otherwise) {
  const char* const data = buffer.data();
  const size_t size = buffer.size();
  if (size > kMostTried) return otherwise(buffer, scanned, options, head);
  if (scanned != 0 || options.lenient() || size <= kReason + kBlock ||
      head.storage.size() < kMostShortLines || options.max_fields < kMostShortLines ||
      options.max_line < kLongestShort || options.max_head < kLongestShort) [[unlikely]]
    return otherwise(buffer, scanned, options, head);

  // The second block is read from where it still lies inside the buffer.
  const size_t back_at = std::min(size, kShortMost) - kBlock;
  const size_t before = kReason + kBlock - back_at;
  const Bits controls{control_mask(data + kReason), control_mask(data + back_at) >> before};

  // A run of two ends a line, and a run of four the head.
  const Bits second = controls & controls << 1;
  const Bits third = second & second << 1;
  const Bits runs = controls ^ second;
  Bits before_third{~uint64_t{0}, (third.back - 1) & ~third.back};
  size_t last = kReason + kBlock + lowest(third.back) - 2;
  if (third.front != 0) {
    before_third = {(third.front - 1) & ~third.front, 0};
    last = kReason + lowest(third.front) - 2;
  } else if (third.back == 0) {
    return otherwise(buffer, scanned, options, head);
  }
  if (runs.front == 0 || last + 4 > size || std::memcmp(data + last, "\r\n\r\n", 4) != 0)
    return otherwise(buffer, scanned, options, head);

  const Bits tchars{tchar_mask(data + kReason), tchar_mask(data + back_at) >> before};
  const Bits bits = (runs | ((tchars + (runs << 2)) & ~tchars)) & before_third;
  Marks marks(bits);
  size_t end = marks.take();
  if (end == last || data[kReason - 1] != ' ' || !is_line_end(data + end) || !take_status(data, head))
    return otherwise(buffer, scanned, options, head);
  head.reason = kReason;
  head.reason_size = static_cast<uint32_t>(end) - kReason;

  FieldSpan* out = head.storage.data();
  uint64_t candidates = 0;
  do {
    const size_t line = end + 2;
    const size_t colon = marks.take();
    end = marks.take();
    // A value begins before it ends, so that what ends_value reads lies in the buffer.
    if (!begins_value(data + colon) || !ends_value(data + end)) [[unlikely]]
      return otherwise(buffer, scanned, options, head);
    const size_t value = colon + 2;
    *out++ = {static_cast<uint32_t>(line), static_cast<uint32_t>(colon - line), static_cast<uint32_t>(value),
              static_cast<uint32_t>(end - value)};
    candidates += candidates + may_be_known(data + line, colon - line);
  } while (end != last);
  if (!note_short(data, candidates, out, head)) [[unlikely]]
    return otherwise(buffer, scanned, options, head);

  head.field_count = static_cast<uint32_t>(out - head.storage.data());
  head.skipped_lines = 0;
  head.folded = false;
  return {HeadStatus::complete, ParseError::none, last + 4};
}

}  // namespace
