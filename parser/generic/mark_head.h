// SPDX-License-Identifier: MIT

// The head parser for a kernel that marks names too. It is included after head_lines.h, inside the kernel's
// own namespace and target region, and after the kernel has defined there, besides what head_lines.h asks
// for:
//
//   Classes classify(const char* at);
//     two masks of 64 bytes: `controls`, the control characters but HTAB, and `tchars`.
//   size_t flatten(uint64_t mask, uint32_t base, uint32_t* out);
//     writes `base` and the position of each set bit to `out`, and gives their number. It may write as far as
//     out[kBlock - 1].
//
// It has no #pragma once for that reason.
//
// Phase 1 marks where the status line ends and then, of each line, the first byte after its name and its end.
// In a good head every control character belongs to a CR LF, so that a run of two ends a line and a run of
// four the head. The names are found by adding: a bit at the first byte of a line, added to the mask of
// tchars, is carried through the tchars after it and comes out where the name ends. Phase 2 checks that a
// colon is there, and CR LF at the line's end; what is between was judged by phase 1. A line without a name
// or without a colon leaves a mark out, so that phase 2 finds, where a colon should be, a byte that is none.

namespace {

// Marks holds the positions that phase 1 found. One block may overshoot.
struct Marks {
  uint32_t at[2 * kMostLines + kBlock];
  size_t count = 0;
};

// Marker takes the masks of block after block. It remembers of the bytes before the block what its first bits
// depend on.
class Marker {
 public:
  // A head that begins with a field line `starts_with_name`, which ends where a status line would have.
  Marker(Marks& marks, bool starts_with_name) : out_(marks.at), name_before_(starts_with_name) {
    if (starts_with_name) *out_++ = static_cast<uint32_t>(-2);
  }

  // third gives the bits of the control characters that follow two others.
  uint64_t third() const { return third_; }
  const uint32_t* end() const { return out_; }

  // take says whether a run of three ended the block. No mark after that is written.
  [[gnu::always_inline]] bool take(const Classes& block, uint32_t base) {
    const uint64_t after_control = block.controls * 2 + control_before_;
    const uint64_t second = block.controls & after_control;
    const uint64_t carried = block.tchars + ((block.tchars & after_control) + name_before_);
    uint64_t marks = (block.controls & ~after_control) | (carried & ~block.tchars);
    third_ = second & (second * 2 + second_before_);
    if (third_ != 0) marks &= (third_ - 1) & ~third_;
    out_ += flatten(marks, base, out_);
    control_before_ = block.controls >> 63;
    second_before_ = second >> 63;
    name_before_ = carried < block.tchars;
    return third_ != 0;
  }

 private:
  uint32_t* out_;
  uint64_t control_before_ = 0;  // 1 if the byte before this block is a control character
  uint64_t second_before_ = 0;   // 1 if that one follows another
  uint64_t name_before_;         // 1 if a name goes on in this block
  uint64_t third_ = 0;
};

// last_classes classifies the block at `base`, read from where it still lies inside the buffer.
inline Classes last_classes(const Bytes& in, size_t base) {
  const Classes classes = classify(in.data + in.readable - kBlock);
  const size_t before = base + kBlock - in.readable;
  return {classes.controls >> before, classes.tchars >> before};
}

// mark is phase 1. When it says `complete`, the last mark is where a run of four begins.
inline Scan mark(const Bytes& in, bool starts_with_name, Marks& marks) {
  Marker marker(marks, starts_with_name);
  const size_t whole = in.readable / kBlock * kBlock;
  size_t base = 0;
  bool found = false;
  for (; base != whole; base += kBlock) {
    found = marker.take(classify(in.data + base), static_cast<uint32_t>(base));
    if (found) break;
    if (marker.end() > marks.at + 2 * kMostLines) [[unlikely]]
      return {Scan::Outcome::unusual};
  }
  if (!found && base < in.size) found = marker.take(last_classes(in, base), static_cast<uint32_t>(base));
  if (!found) return {Scan::Outcome::partial};
  marks.count = static_cast<size_t>(marker.end() - marks.at);
  const size_t third = base + lowest(marker.third());
  if (third + 1 >= in.size) return {Scan::Outcome::partial};
  const bool good = std::memcmp(in.data + third - 2, "\r\n\r\n", 4) == 0;
  return {good ? Scan::Outcome::complete : Scan::Outcome::unusual, third + 2};
}

// take_fields is phase 2.
inline bool take_fields(const char* data, const Marks& marks, size_t max_fields, FieldLines& into) {
  const size_t count = marks.count / 2;
  if (marks.count % 2 == 0 || count > std::min({max_fields, into.storage.size(), kMostLines})) return false;
  Candidate candidates[kMostLines + 1];
  Candidate* candidate = candidates;
  FieldSpan* out = into.storage.data();
  const uint32_t* const last = marks.at + marks.count - 1;
  for (const uint32_t* at = marks.at; at != last; at += 2, ++out) {
    const uint32_t line = at[0] + 2;
    const uint32_t colon = at[1];
    const uint32_t end = at[2];
    // A value begins before it ends, so that what ends_value reads lies in the buffer.
    if (!begins_value(data + colon) || !ends_value(data + end)) [[unlikely]] {
      *out = careful_span(data, line, end);
      if (out->name_size == 0) return false;
      *candidate = out;
      candidate += may_be_known_carefully(data, *out);
      continue;
    }
    *out = {line, colon - line, colon + 2, end - (colon + 2)};
    *candidate = out;
    candidate += may_be_known(data + line, colon - line);
  }
  into.field_count = static_cast<uint32_t>(count);
  into.skipped_lines = 0;
  into.folded = false;
  return note_known(data, candidates, candidate, into);
}

// parse_any is the one copy of the parser.
[[gnu::noinline]] Scan parse_any(const Bytes& in, size_t max_fields, FieldLines& lines, ResponseHead* head) {
  // Phase 1 would take a colon for the end of an empty name.
  if (head == nullptr && !is_tchar(*in.data)) return {Scan::Outcome::unusual};
  Marks marks;
  const Scan scan = mark(in, head == nullptr, marks);
  // Whether a head that goes on is good so far, phase 1 does not know.
  if (scan.outcome == Scan::Outcome::partial) return search(in.data, 0, in.size);
  if (scan.outcome == Scan::Outcome::complete &&
      (head == nullptr || take_status_line(in.data, marks.at[0], *head)) &&
      take_fields(in.data, marks, max_fields, lines)) {
    return scan;
  }
  return {Scan::Outcome::unusual};
}

Scan parse_bytes(const char* data, size_t size, size_t max_fields, FieldLines& lines, ResponseHead* head) {
  const auto parse = [&](const Bytes& in) { return parse_any(in, max_fields, lines, head); };
  return size < kBlock ? in_block(data, size, parse) : parse({data, size, size});
}

Scan parse_response(const char* data, size_t size, size_t max_fields, ResponseHead& head) {
  return parse_bytes(data, size, max_fields, head, &head);
}

Scan parse_fields(const char* data, size_t size, size_t max_fields, FieldLines& lines) {
  return parse_bytes(data, size, max_fields, lines, nullptr);
}

}  // namespace
