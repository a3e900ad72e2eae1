// SPDX-License-Identifier: MIT

// The head parser, once for all kernels. A kernel includes this file inside its own namespace (and its
// target region), after it has defined there:
//
//   uint64_t control_mask(const char* at);
//     bit i is set if at[i] is a control character other than HTAB (0x00-0x1f, 0x7f), for 64 bytes.
//   size_t token_size(const char* at, size_t readable);
//     the number of tchar from `at` on, of which the line end is none; bytes before at + readable may
//     be read.
//
// and the headers named in kernel/scalar.cc. It has no #pragma once for that reason.
//
// Phase 1 makes one mask per 64 bytes. In a good head every control character belongs to a CR LF, so the
// positions of set bits are the ends of its lines, and a run of four is its end. Phase 2 takes line by line;
// lines do not depend on each other, so the CPU works on several at once. Whatever is not as expected
// is `unusual`: the exact parser finds out what it is.

namespace {

constexpr size_t kBlock = 64;

// kMostControls is room for the ends of 128 lines; a head with more is unusual.
constexpr size_t kMostControls = 256;

// LineEnds is where phase 1 puts the positions of control characters; one block may overshoot.
struct LineEnds {
  size_t count = 0;
  uint32_t at[kMostControls + kBlock];
};

// The last block of a buffer is copied, so that nothing beyond the buffer is read.
inline uint64_t tail_mask(const char* at, size_t size) {
  char block[kBlock];
  std::memset(block, ' ', kBlock);
  std::memcpy(block, at, size);
  return control_mask(block);
}

inline uint64_t block_mask(const char* data, size_t base, size_t size) {
  return size - base >= kBlock ? control_mask(data + base) : tail_mask(data + base, size - base);
}

// flatten appends the positions of the set bits. Most blocks have two to four, so four are stored
// without asking; what is too much is overwritten by the next block's.
inline void flatten(uint64_t mask, size_t base, LineEnds& ends) {
  uint32_t* out = ends.at + ends.count;
  ends.count += static_cast<size_t>(std::popcount(mask));
  for (int i = 0; i < 4; ++i, mask &= mask - 1) {
    out[i] = static_cast<uint32_t>(base) + static_cast<uint32_t>(std::countr_zero(mask));
  }
  for (out += 4; mask != 0; mask &= mask - 1) {
    *out++ = static_cast<uint32_t>(base) + static_cast<uint32_t>(std::countr_zero(mask));
  }
}

inline bool is_line_end(const char* data, const LineEnds& ends, size_t index) {
  const uint32_t cr = ends.at[index];
  return ends.at[index + 1] == cr + 1 && data[cr] == '\r' && data[cr + 1] == '\n';
}

inline bool only_line_ends(const char* data, size_t size, const LineEnds& ends) {
  const size_t whole = ends.count & ~size_t{1};
  for (size_t i = 0; i < whole; i += 2) {
    if (!is_line_end(data, ends, i)) return false;
  }
  return whole == ends.count || (ends.at[whole] == size - 1 && data[size - 1] == '\r');
}

// find_lines is phase 1. When it says `complete`, the last four positions are adjacent.
inline Scan find_lines(const char* data, size_t size, LineEnds& ends) {
  uint64_t before = 0;
  for (size_t base = 0; base < size; base += kBlock) {
    if (ends.count > kMostControls) return {Scan::Outcome::unusual};
    uint64_t mask = block_mask(data, base, size);
    const uint64_t run_end =
        mask & (mask << 1 | before >> 63) & (mask << 2 | before >> 62) & (mask << 3 | before >> 61);
    if (run_end != 0) {
      const uint64_t last = run_end & (~run_end + 1);
      flatten(mask & (last | (last - 1)), base, ends);
      return {Scan::Outcome::complete, base + static_cast<size_t>(std::countr_zero(last)) + 1};
    }
    flatten(mask, base, ends);
    before = mask;
  }
  return {only_line_ends(data, size, ends) ? Scan::Outcome::partial : Scan::Outcome::unusual};
}

// take_fields is phase 2: the lines whose ends are ends.at[first..], the empty one last.
inline bool take_fields(const char* data, size_t size, const LineEnds& ends, size_t first, size_t max_fields,
                        FieldLines& lines) {
  const size_t last = ends.count - 2;  // the empty line's
  const size_t count = (last - first) / 2;
  if ((last - first) % 2 != 0 || count > max_fields) return false;
  if (!is_line_end(data, ends, last) || ends.at[last] != ends.at[last - 1] + 1) return false;

  lines.known.clear();
  FieldSpan* out = lines.storage.data();
  size_t line = first == 0 ? 0 : ends.at[first - 1] + 1;
  for (size_t i = 0; i < count; ++i) {
    const size_t end_index = first + 2 * i;
    if (!is_line_end(data, ends, end_index)) return false;
    const size_t name_size = token_size(data + line, size - line);
    if (name_size == 0 || data[line + name_size] != ':') return false;

    size_t end = ends.at[end_index];
    size_t begin = line + name_size + 1;
    // Almost every value is preceded by one SP and followed by nothing.
    begin += data[begin] == ' ' ? 1 : 0;
    while (is_blank(data[begin])) ++begin;
    while (end > begin && is_blank(data[end - 1])) --end;
    out[i] = {static_cast<uint32_t>(line), static_cast<uint32_t>(name_size), static_cast<uint32_t>(begin),
              static_cast<uint32_t>(end - begin)};
    lines.known.note(known_field(data + line, name_size), i);
    line = ends.at[end_index + 1] + 1;
  }
  lines.field_count = static_cast<uint32_t>(count);
  lines.skipped_lines = 0;
  lines.folded = false;
  return true;
}

// take_status_line takes "HTTP/1.d ddd" and what follows up to the first line end.
inline bool take_status_line(const char* data, const LineEnds& ends, ResponseHead& head) {
  constexpr uint32_t kReason = 13;  // its offset, after "HTTP/1.1 200 "
  const uint32_t end = ends.at[0];
  if (end < kReason - 1 || !is_line_end(data, ends, 0)) return false;
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
  LineEnds ends;
  Scan scan = find_lines(data, size, ends);
  if (scan.outcome != Scan::Outcome::complete) return scan;
  // A head that begins with an empty line has no status line before its first run of four.
  if (!take_status_line(data, ends, head) || !take_fields(data, size, ends, 2, max_fields, head)) {
    scan.outcome = Scan::Outcome::unusual;
  }
  return scan;
}

Scan parse_fields(const char* data, size_t size, size_t max_fields, FieldLines& lines) {
  LineEnds ends;
  Scan scan = find_lines(data, size, ends);
  if (scan.outcome == Scan::Outcome::complete && !take_fields(data, size, ends, 0, max_fields, lines)) {
    scan.outcome = Scan::Outcome::unusual;
  }
  return scan;
}

Scan search(const char* data, size_t from, size_t size) {
  for (size_t base = from; base < size; base += kBlock) {
    for (uint64_t mask = block_mask(data, base, size); mask != 0; mask &= mask - 1) {
      const size_t at = base + static_cast<size_t>(std::countr_zero(mask));
      if (data[at] == '\r') {
        if (at + 1 < size && data[at + 1] != '\n') return {Scan::Outcome::unusual};
        continue;
      }
      if (data[at] != '\n' || at == 0 || data[at - 1] != '\r') return {Scan::Outcome::unusual};
      if (at >= 3 && data[at - 2] == '\n' && data[at - 3] == '\r') return {Scan::Outcome::complete, at + 1};
    }
  }
  return {Scan::Outcome::partial};
}

}  // namespace
