// SPDX-License-Identifier: MIT

// The head parser, once for all kernels. A kernel includes this file inside its own namespace (and its
// target region), after it has defined there:
//
//   uint64_t control_mask(const char* at);
//     bit i is set if at[i] is a control character other than HTAB (0x00-0x1f, 0x7f), for 64 bytes.
//   size_t token_size(const char* at, size_t readable);
//     the number of tchar from `at` on, of which the line end is none, or any number of at least
//     kNameBlock if there are that many; bytes before at + readable may be read, and the kNameBlock before
//     that end.
//
// and the headers named in kernel/scalar.cc. It has no #pragma once for that reason.
//
// Phase 1 makes one mask per 64 bytes. In a good head every control character belongs to a CR LF, so that
// each run of set bits begins where a line ends, and a run of four is the head's end. Phase 2 takes line by
// line; lines do not depend on each other, so the CPU works on several at once. It checks that each
// run began with CR LF; one that went on after that shows as a line that begins with no name.
// A line that is not as almost all are is looked at once more, carefully; what is wrong with a head that
// is not good either way, the exact parser finds out.
//
// Nothing here branches on what differs between two ordinary heads, but for the ends of the three loops:
// a branch that the CPU guesses wrong costs as much as a line.

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

// with_block calls `parse` with a copy of a buffer that is smaller than a block, so that nothing beyond
// it is read.
template <typename Parse>
inline Scan with_block(const char* data, size_t size, Parse parse) {
  if (size >= kBlock) [[likely]]
    return parse(Bytes{data, size, size});
  char block[kBlock];
  std::memset(block, ' ', kBlock);
  if (size != 0) std::memcpy(block, data, size);
  return parse(Bytes{block, size, kBlock});
}

// block_mask reads the last block from where it still lies inside the buffer.
inline uint64_t block_mask(const Bytes& in, size_t base) {
  if (in.readable - base >= kBlock) return control_mask(in.data + base);
  return control_mask(in.data + in.readable - kBlock) >> (base + kBlock - in.readable);
}

// LineEnds holds where runs of control characters begin. One block may overshoot.
struct LineEnds {
  size_t count = 0;
  uint32_t at[kMostLines + kBlock];
};

// flatten appends the positions of the set bits. Few blocks have more than three, so three are stored
// without asking; what is too much is overwritten by the next block's.
inline void flatten(uint64_t mask, size_t base, LineEnds& ends) {
  constexpr int kUnasked = 3;
  uint32_t* out = ends.at + ends.count;
  const auto count = static_cast<size_t>(std::popcount(mask));
  ends.count += count;
  for (int i = 0; i < kUnasked; ++i, mask &= mask - 1) {
    out[i] = static_cast<uint32_t>(base) + static_cast<uint32_t>(std::countr_zero(mask));
  }
  if (count <= kUnasked) [[likely]]
    return;
  for (out += kUnasked; mask != 0; mask &= mask - 1) {
    *out++ = static_cast<uint32_t>(base) + static_cast<uint32_t>(std::countr_zero(mask));
  }
}

inline bool is_line_end(const Bytes& in, size_t at) {
  return at + 1 < in.size && in.data[at] == '\r' && in.data[at + 1] == '\n';
}

// judge_partial looks at a head whose end is not there: whether all that is there is line ends.
inline Scan judge_partial(const Bytes& in, const LineEnds& ends) {
  for (size_t i = 0; i < ends.count; ++i) {
    const bool cut = ends.at[i] + 1 == in.size && in.data[ends.at[i]] == '\r';
    if (!cut && !is_line_end(in, ends.at[i])) return {Scan::Outcome::unusual};
  }
  return {Scan::Outcome::partial};
}

// judge_long_run looks at the run whose third byte is at `third`: the end of the head is the good one.
inline Scan judge_long_run(const Bytes& in, size_t third, const LineEnds& ends) {
  const size_t run = third - 2;
  if (!is_line_end(in, run) || in.data[third] != '\r') return {Scan::Outcome::unusual};
  if (third + 1 == in.size) return judge_partial(in, ends);
  if (in.data[third + 1] != '\n') return {Scan::Outcome::unusual};
  return {Scan::Outcome::complete, third + 2};
}

// find_lines is phase 1. When it says `complete`, the last position is where a run of four begins.
inline Scan find_lines(const Bytes& in, LineEnds& ends) {
  uint64_t control_before = 0;  // 1 if the byte before this block is a control character
  uint64_t second_before = 0;   // 1 if that one follows another
  for (size_t base = 0; base < in.size; base += kBlock) {
    if (ends.count > kMostLines) return {Scan::Outcome::unusual};
    const uint64_t mask = block_mask(in, base);
    const uint64_t second = mask & (mask + mask + control_before);
    const uint64_t third = second & (second + second + second_before);
    const uint64_t first = mask ^ second;
    if (third != 0) {
      const uint64_t last = third & (~third + 1);
      flatten(first & (last - 1), base, ends);
      return judge_long_run(in, base + static_cast<size_t>(std::countr_zero(last)), ends);
    }
    flatten(first, base, ends);
    control_before = mask >> 63;
    second_before = second >> 63;
  }
  return judge_partial(in, ends);
}

// load gives four bytes as a number whose highest digits are the byte that matters most to the caller.
template <std::endian kOrder>
inline uint32_t load(const char* at) {
  uint32_t word;
  std::memcpy(&word, at, sizeof word);
  return std::endian::native == kOrder ? word : __builtin_bswap32(word);
}

// begins_value tells whether at `at` are ':', SP and a byte that is no whitespace: one comparison for all,
// in which the fourth byte does not matter.
inline bool begins_value(const char* at) {
  return load<std::endian::big>(at) - 0x3a202100 <= 0x3a20ffff - 0x3a202100;
}

// ends_value tells whether at `at` are CR and LF, and before it a byte that is no whitespace.
inline bool ends_value(const char* at) {
  return load<std::endian::little>(at - 2) - 0x0a0d2100 <= 0x0a0dffff - 0x0a0d2100;
}

// take_line_carefully takes a field line that ends at `end` and is not as almost all are: one with a long
// name, an empty value, or other whitespace than one SP before the value.
[[gnu::noinline]] bool take_line_carefully(const Bytes& in, size_t line, size_t end, FieldSpan& out) {
  if (!is_line_end(in, end)) return false;
  size_t name_end = line;
  while (is_tchar(in.data[name_end])) ++name_end;
  if (name_end == line || in.data[name_end] != ':') return false;
  size_t begin = name_end + 1;
  while (is_blank(in.data[begin])) ++begin;
  while (end > begin && is_blank(in.data[end - 1])) --end;
  out = {static_cast<uint32_t>(line), static_cast<uint32_t>(name_end - line), static_cast<uint32_t>(begin),
         static_cast<uint32_t>(end - begin)};
  return true;
}

// note_known looks closer at the lines that may be known fields.
inline void note_known(const Bytes& in, const uint8_t* candidates, size_t count, FieldLines& lines) {
  for (size_t i = 0; i < count; ++i) {
    const FieldSpan& span = lines.storage[candidates[i]];
    lines.known.note(known_field(in.data + span.name, span.name_size), candidates[i]);
  }
}

// take_fields is phase 2: the lines that end at ends.at[first..], the first of which begins at `line`.
inline bool take_fields(const Bytes& in, const LineEnds& ends, size_t first, size_t line, size_t max_fields,
                        FieldLines& lines) {
  const size_t count = ends.count - first;
  if (count > std::min(max_fields, kMostLines)) return false;
  uint8_t candidates[kMostLines];
  size_t candidate_count = 0;
  FieldSpan* out = lines.storage.data();
  for (size_t i = 0; i < count; ++i, ++out) {
    const size_t end = ends.at[first + i];
    const char* name = in.data + line;
    const size_t size = token_size(name, in.readable - line);
    candidates[candidate_count] = static_cast<uint8_t>(i);
    // A value begins before it ends, so that what ends_value reads lies in the buffer.
    if (size - 1 < kNameBlock - 1 && begins_value(name + size) && ends_value(in.data + end)) [[likely]] {
      *out = {static_cast<uint32_t>(line), static_cast<uint32_t>(size),
              static_cast<uint32_t>(line + size + 2), static_cast<uint32_t>(end - line - size - 2)};
      candidate_count += known_field_of_shape(name, size) != KnownField::other ? 1 : 0;
    } else {
      if (!take_line_carefully(in, line, end, *out)) return false;
      ++candidate_count;
    }
    line = end + 2;
  }
  lines.field_count = static_cast<uint32_t>(count);
  lines.skipped_lines = 0;
  lines.folded = false;
  lines.known.clear();
  note_known(in, candidates, candidate_count, lines);
  return true;
}

// take_status_line takes "HTTP/1.d ddd" and what follows up to the first line end.
inline bool take_status_line(const Bytes& in, const LineEnds& ends, ResponseHead& head) {
  constexpr uint32_t kReason = 13;  // its offset, after "HTTP/1.1 200 "
  const char* data = in.data;
  const uint32_t end = ends.count == 0 ? 0 : ends.at[0];
  if (end < kReason - 1 || !is_line_end(in, end)) return false;
  if (std::memcmp(data, "HTTP/1.", 7) != 0 || data[8] != ' ') return false;
  if (end >= kReason && data[kReason - 1] != ' ') return false;
  if (!is_digit(data[7]) || !is_digit(data[9]) || !is_digit(data[10]) || !is_digit(data[11])) return false;
  if (data[9] == '0') return false;
  head.minor_version = static_cast<uint8_t>(data[7] - '0');
  head.status = static_cast<uint16_t>((data[9] - '0') * 100 + (data[10] - '0') * 10 + (data[11] - '0'));
  head.reason = end < kReason ? end : kReason;
  head.reason_size = end - head.reason;
  return true;
}

Scan parse_response(const char* data, size_t size, size_t max_fields, ResponseHead& head) {
  return with_block(data, size, [&](const Bytes& in) {
    LineEnds ends;
    Scan scan = find_lines(in, ends);
    if (scan.outcome != Scan::Outcome::complete) return scan;
    // A head that begins with an empty line has no status line before its first long run.
    if (!take_status_line(in, ends, head) || !take_fields(in, ends, 1, ends.at[0] + 2, max_fields, head)) {
      scan.outcome = Scan::Outcome::unusual;
    }
    return scan;
  });
}

Scan parse_fields(const char* data, size_t size, size_t max_fields, FieldLines& lines) {
  return with_block(data, size, [&](const Bytes& in) {
    LineEnds ends;
    Scan scan = find_lines(in, ends);
    if (scan.outcome == Scan::Outcome::complete && !take_fields(in, ends, 0, 0, max_fields, lines)) {
      scan.outcome = Scan::Outcome::unusual;
    }
    return scan;
  });
}

Scan search(const char* data, size_t from, size_t size) {
  return with_block(data, size, [&](const Bytes& in) -> Scan {
    for (size_t base = from; base < in.size; base += kBlock) {
      for (uint64_t mask = block_mask(in, base); mask != 0; mask &= mask - 1) {
        const size_t at = base + static_cast<size_t>(std::countr_zero(mask));
        if (in.data[at] == '\r') {
          if (at + 1 < in.size && in.data[at + 1] != '\n') return {Scan::Outcome::unusual};
          continue;
        }
        if (in.data[at] != '\n' || at == 0 || in.data[at - 1] != '\r') return {Scan::Outcome::unusual};
        if (at >= 3 && in.data[at - 2] == '\n' && in.data[at - 3] == '\r') {
          return {Scan::Outcome::complete, at + 1};
        }
      }
    }
    return {Scan::Outcome::partial};
  });
}

}  // namespace
