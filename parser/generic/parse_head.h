// SPDX-License-Identifier: MIT

// The head parser, once for all kernels. A kernel includes this file inside its own namespace (and its
// target region), after it has defined there:
//
//   uint64_t control_mask(const char* at);
//     bit i is set if at[i] is a control character (0x00-0x1f, 0x7f), for 64 bytes.
//   uint32_t token_size(const char* at, uint32_t skip);
//     the number of tchar from at[skip] on among the kNameBlock bytes at `at`; kNameBlock if none of the
//     bytes is anything else.
//   uint32_t lowest(uint64_t mask);
//     the position of the lowest set bit, or any number if there is none.
//
// and the headers named in kernel/scalar.cc. It has no #pragma once for that reason.
//
// Phase 1 makes one mask per 64 bytes. In a good head every control character belongs to a CR LF (or is HTAB,
// which is so rare that a head with one is gone through again), so that each run of set bits begins where a
// line ends, and a run of four is the head's end. Phase 2 takes line by line; lines do not depend on each
// other, so the CPU works on several at once. It checks that each run began with CR LF; one that went on
// after that shows as a line that begins with no name. A line that is not as almost all are is looked at once
// more, carefully; what is wrong with a head that is not good either way, the exact parser finds out.
//
// Little here branches on what differs between two ordinary heads: a branch that the CPU guesses wrong costs
// as much as a line.

namespace {

constexpr size_t kBlock = 64;
constexpr size_t kNameBlock = 32;

// kMostRuns is how many runs a head may have, which is its lines; one with more is unusual.
constexpr size_t kMostRuns = 128;

// Bytes is what is parsed. At least kBlock bytes of it are readable: those after `size` are spaces.
struct Bytes {
  const char* data;
  size_t size;
  size_t readable;
};

// in_block copies a buffer that is smaller than a block, so that nothing beyond it is read.
inline Bytes in_block(const char* data, size_t size, char (&block)[kBlock]) {
  std::memset(block, ' ', kBlock);
  if (size != 0) std::memcpy(block, data, size);
  return {block, size, kBlock};
}

// last_mask is the mask of the block at `base`, read from where it still lies inside the buffer.
inline uint64_t last_mask(const Bytes& in, size_t base) {
  return control_mask(in.data + in.readable - kBlock) >> (base + kBlock - in.readable);
}

// Runs holds where runs of control characters begin, after where the line before the first would have
// ended. One block may overshoot.
struct Runs {
  size_t count = 1;
  uint32_t at[kMostRuns + kBlock + 1];

  Runs() { at[0] = static_cast<uint32_t>(-2); }
};

// flatten writes the positions of the set bits and gives their number. Few blocks have more than three, so
// three are stored without asking; what is too much is overwritten by the next block's.
inline size_t flatten(uint64_t mask, uint32_t base, uint32_t* out) {
  constexpr size_t kUnasked = 3;
  const auto count = static_cast<size_t>(std::popcount(mask));
#pragma GCC unroll 3
  for (size_t i = 0; i < kUnasked; ++i, mask &= mask - 1) out[i] = base + lowest(mask);
  if (count > kUnasked) [[unlikely]] {
    for (out += kUnasked; mask != 0; mask &= mask - 1) *out++ = base + lowest(mask);
  }
  return count;
}

inline bool is_line_end(const char* at) {
  return std::memcmp(at, "\r\n", 2) == 0;
}

// judge_partial looks at a head whose end is not there: whether all that is there is as it should be.
inline Scan judge_partial(const Bytes& in, const Runs& runs) {
  for (size_t i = 1; i < runs.count; ++i) {
    const char* const run = in.data + runs.at[i];
    const bool cut = runs.at[i] + 1 == in.size;
    if (cut ? *run != '\r' : !is_line_end(run)) return {Scan::Outcome::unusual};
  }
  return {Scan::Outcome::partial};
}

// judge_long_run looks at the run whose third byte is at `third`: the end of the head is the good one.
inline Scan judge_long_run(const Bytes& in, size_t third, const Runs& runs) {
  const size_t run = third - 2;
  if (third + 1 < in.size) [[likely]] {
    const bool good = std::memcmp(in.data + run, "\r\n\r\n", 4) == 0;
    return {good ? Scan::Outcome::complete : Scan::Outcome::unusual, third + 2};
  }
  if (std::memcmp(in.data + run, "\r\n\r", 3) != 0) return {Scan::Outcome::unusual};
  return judge_partial(in, runs);
}

// RunFinder is phase 1. take takes the mask of the next block, and says whether a run of three ended it.
class RunFinder {
 public:
  explicit RunFinder(Runs& runs) : out_(runs.at + 1), most_(runs.at + kMostRuns) {}

  bool full() const { return out_ > most_; }
  size_t third() const { return third_; }
  size_t count(const Runs& runs) const { return static_cast<size_t>(out_ - runs.at); }

  bool take(uint64_t mask, uint32_t base) {
    const uint64_t second = mask & (mask + mask + control_before_);
    const uint64_t third = second & (second + second + second_before_);
    const uint64_t first = mask ^ second;
    if (third != 0) {
      const uint64_t last = third & (~third + 1);
      out_ += flatten(first & (last - 1), base, out_);
      third_ = base + lowest(last);
      return true;
    }
    out_ += flatten(first, base, out_);
    control_before_ = mask >> 63;
    second_before_ = second >> 63;
    return false;
  }

 private:
  uint32_t* out_;
  const uint32_t* most_;
  uint64_t control_before_ = 0;  // 1 if the byte before this block is a control character
  uint64_t second_before_ = 0;   // 1 if that one follows another
  size_t third_ = 0;
};

// find_runs runs phase 1. When it says `complete`, the last position is where a run of four begins.
inline Scan find_runs(const Bytes& in, Runs& runs) {
  RunFinder finder(runs);
  const char* const data = in.data;
  const auto whole = static_cast<uint32_t>(in.readable / kBlock * kBlock);
  uint32_t base = 0;
  bool found = false;
  do {
    if (finder.full()) [[unlikely]]
      return {Scan::Outcome::unusual};
    found = finder.take(control_mask(data + base), base);
    base += kBlock;
  } while (!found && base != whole);
  if (!found && base < in.size) {
    if (finder.full()) return {Scan::Outcome::unusual};
    found = finder.take(last_mask(in, base), base);
  }
  runs.count = finder.count(runs);
  return found ? judge_long_run(in, finder.third(), runs) : judge_partial(in, runs);
}

// find_lines goes from control character to control character, and knows HTAB, which phase 1 does not. It
// gives the ends of the lines to `runs`, if there is one, in the same way; what lies before `from` was seen.
[[gnu::noinline]] Scan find_lines(const Bytes& in, size_t from, Runs* runs) {
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
      if (runs == nullptr) continue;
      if (runs->count > kMostRuns) return {Scan::Outcome::unusual};
      runs->at[runs->count++] = static_cast<uint32_t>(at - 1);
    }
  }
  return {Scan::Outcome::partial};
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

// begins_value tells whether at `at` are ':', SP and a byte that is no whitespace: one comparison for all,
// in which the fourth byte does not matter.
inline bool begins_value(const char* at) {
  return load<uint32_t, std::endian::big>(at) - 0x3a202100 <= 0x3a20ffff - 0x3a202100;
}

// ends_value tells whether at `at` are CR and LF, and before it a byte that is no whitespace.
inline bool ends_value(const char* at) {
  return load<uint32_t, std::endian::little>(at - 2) - 0x0a0d2100 <= 0x0a0dffff - 0x0a0d2100;
}

// Lines is phase 2's state: the run where the next line ends, where it goes, and the lines that may be known
// fields, which are looked at when all are taken.
struct Lines {
  const uint32_t* run;
  FieldSpan* out;
  const FieldSpan** candidate = candidates;
  const FieldSpan* candidates[kMostRuns + 1];
};

// take_line_carefully takes a field line that is not as almost all are: one with a long name, an empty value,
// or other whitespace than one SP before the value. There is a CR LF after it.
[[gnu::noinline]] bool take_line_carefully(const Bytes& in, Lines& lines) {
  const uint32_t line = lines.run[-1] + 2;
  uint32_t end = *lines.run;
  if (!is_line_end(in.data + end)) return false;
  uint32_t name_end = line;
  while (is_tchar(in.data[name_end])) ++name_end;
  if (name_end == line || in.data[name_end] != ':') return false;
  uint32_t begin = name_end + 1;
  while (is_blank(in.data[begin])) ++begin;
  while (end > begin && is_blank(in.data[end - 1])) --end;
  *lines.out = {line, name_end - line, begin, end - begin};
  *lines.candidate = lines.out;
  lines.candidate += name_end - line <= kNameBlock ? may_be_known(in.data + line, name_end - line) : 0;
  ++lines.out;
  ++lines.run;
  return true;
}

// token_size_near looks at the last bytes of the buffer.
inline uint32_t token_size_near(const Bytes& in, const char* name) {
  const char* const from = std::min(name, in.data + in.readable - kNameBlock);
  return token_size(from, static_cast<uint32_t>(name - from));
}

// take_lines takes the lines up to the one that ends at `stop`, or the first that is not as almost all are.
// kNear tells whether less than kNameBlock bytes may be readable where one begins.
template <bool kNear>
inline void take_lines(const Bytes& in, const uint32_t* stop, Lines& lines) {
  const char* const data = in.data;
  const uint32_t* run = lines.run;
  FieldSpan* out = lines.out;
  const FieldSpan** candidate = lines.candidate;
  for (; run < stop; ++run, ++out) {
    const uint32_t line = run[-1] + 2;
    const uint32_t end = run[0];
    const char* const name = data + line;
    const uint32_t size = kNear ? token_size_near(in, name) : token_size(name, 0);
    // A value begins before it ends, so that what ends_value reads lies in the buffer.
    if (size == 0 || !begins_value(name + size) || !ends_value(data + end)) [[unlikely]]
      break;
    const uint32_t value = line + size + 2;
    *out = {line, size, value, end - value};
    *candidate = out;
    candidate += may_be_known(name, size);
  }
  lines.run = run;
  lines.out = out;
  lines.candidate = candidate;
}

// note_known goes from the last to the first, as KnownFields wants it.
inline void note_known(const char* data, const Lines& lines, FieldLines& into) {
  const FieldSpan* const first = into.storage.data();
  for (const FieldSpan* const* at = lines.candidate; at != lines.candidates;) {
    const FieldSpan& span = **--at;
    into.known.note(known_field(data + span.name, span.name_size), static_cast<size_t>(&span - first));
  }
}

// take_fields is phase 2: the lines that end at runs.at[first..].
inline bool take_fields(const Bytes& in, const Runs& runs, size_t first, size_t max_fields,
                        FieldLines& into) {
  if (runs.count - first > std::min(max_fields, kMostRuns)) return false;
  const uint32_t* const begin = runs.at + first;
  const uint32_t* const end = runs.at + runs.count;
  const uint32_t* near = end;
  while (near != begin && near[-2] + 2 + kNameBlock > in.readable) --near;

  Lines lines;
  lines.run = begin;
  lines.out = into.storage.data();
  for (;;) {
    take_lines<false>(in, near, lines);
    take_lines<true>(in, end, lines);
    if (lines.run == end) break;
    if (!take_line_carefully(in, lines)) return false;
  }
  into.field_count = static_cast<uint32_t>(lines.out - into.storage.data());
  into.skipped_lines = 0;
  into.folded = false;
  into.known.clear();
  note_known(in.data, lines, into);
  return true;
}

// take_status_line takes "HTTP/1.d ddd" and what follows up to the first line end.
inline bool take_status_line(const Bytes& in, const Runs& runs, ResponseHead& head) {
  constexpr uint32_t kReason = 13;  // its offset, after "HTTP/1.1 200 "
  const uint32_t end = runs.count == 1 ? 0 : runs.at[1];
  if (end < kReason - 1 || !is_line_end(in.data + end)) return false;
  if (end >= kReason && in.data[kReason - 1] != ' ') return false;

  const uint64_t minor_version =
      load<uint64_t, std::endian::big>(in.data) - 0x485454502f312e30;  // "HTTP/1.0"
  if (minor_version > 9) return false;
  const uint32_t digits = load<uint32_t, std::endian::big>(in.data + 8) - 0x20303030;  // " 000"
  // Adding six carries what is more than nine out of its half of a byte.
  if (((digits | (digits + 0x060606)) & 0xfff0f0f0) != 0 || digits < 0x010000) return false;

  head.minor_version = static_cast<uint8_t>(minor_version);
  head.status = static_cast<uint16_t>((digits >> 16) * 100 + (digits >> 8 & 0xff) * 10 + (digits & 0xff));
  head.reason = end < kReason ? end : kReason;
  head.reason_size = end - head.reason;
  return true;
}

// take_head is phase 2 for a whole head if there is `head`, or else for field lines alone.
inline bool take_head(const Bytes& in, const Runs& runs, size_t max_fields, FieldLines& lines,
                      ResponseHead* head) {
  // A head that begins with an empty line has no status line before its first long run.
  if (head != nullptr && !take_status_line(in, runs, *head)) return false;
  return take_fields(in, runs, head != nullptr ? 2 : 1, max_fields, lines);
}

// parse_any is the one copy of the parser.
[[gnu::noinline]] Scan parse_any(const char* data, size_t size, size_t max_fields, FieldLines& lines,
                                 ResponseHead* head) {
  char block[kBlock];
  Bytes in{data, size, size};
  if (size < kBlock) [[unlikely]]
    in = in_block(data, size, block);
  Runs runs;
  Scan scan = find_runs(in, runs);
  for (bool again = false;; again = true) {
    if (scan.outcome == Scan::Outcome::partial) return scan;
    if (scan.outcome == Scan::Outcome::complete && take_head(in, runs, max_fields, lines, head)) return scan;
    if (again) return {Scan::Outcome::unusual};
    runs.count = 1;
    scan = find_lines(in, 0, &runs);
  }
}

Scan parse_response(const char* data, size_t size, size_t max_fields, ResponseHead& head) {
  return parse_any(data, size, max_fields, head, &head);
}

Scan parse_fields(const char* data, size_t size, size_t max_fields, FieldLines& lines) {
  return parse_any(data, size, max_fields, lines, nullptr);
}

Scan search(const char* data, size_t from, size_t size) {
  char block[kBlock];
  Bytes in{data, size, size};
  if (size < kBlock) in = in_block(data, size, block);
  return find_lines(in, from, nullptr);
}

}  // namespace
