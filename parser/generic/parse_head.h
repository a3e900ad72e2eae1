// SPDX-License-Identifier: MIT

// The head parser of all kernels but AVX-512's. A kernel includes this file after head_lines.h, inside its
// own namespace (and its target region), and after it has defined there, besides what head_lines.h asks for:
//
//   uint32_t token_size(const char* at, uint32_t skip);
//     the number of tchar from at[skip] on among the kNameBlock bytes at `at`; kNameBlock if none of the
//     bytes is anything else.
//
// It has no #pragma once for that reason.
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

// Runs holds where runs of control characters begin, after where the line before the first would have
// ended. One block may overshoot.
struct Runs {
  uint32_t* end = at + 1;
  uint32_t at[kMostLines + kBlock + 1];

  Runs() { at[0] = static_cast<uint32_t>(-2); }
};

// flatten writes the positions of the set bits and gives where the next go. Few blocks have more than three,
// so three are stored without asking; what is too much is overwritten by the next block's.
inline uint32_t* flatten(uint64_t mask, size_t base, uint32_t* out) {
  constexpr int kUnasked = 3;
  const int count = std::popcount(mask);
  uint32_t* const end = out + count;
#pragma GCC unroll 3
  for (int i = 0; i < kUnasked; ++i) {
    const uint64_t rest = mask & (mask - 1);
    out[i] = static_cast<uint32_t>(base + lowest(mask));
    mask = rest;
  }
  if (count > kUnasked) [[unlikely]] {
    for (out += kUnasked; mask != 0; mask &= mask - 1) *out++ = static_cast<uint32_t>(base + lowest(mask));
  }
  return end;
}

// judge_partial looks at a head whose end is not there: whether all that is there is as it should be.
inline Scan judge_partial(const Bytes& in, const Runs& runs) {
  for (const uint32_t* at = runs.at + 1; at != runs.end; ++at) {
    const char* const run = in.data + *at;
    const bool cut = *at + 1 == in.size;
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
  explicit RunFinder(Runs& runs) : out_(runs.at + 1), most_(runs.at + kMostLines) {}

  bool full() const { return out_ > most_; }
  size_t third() const { return third_; }
  uint32_t* end() const { return out_; }

  bool take(uint64_t mask, size_t base) {
    const uint64_t second = mask & (mask + mask + control_before_);
    const uint64_t third = second & (second + second + second_before_);
    const uint64_t first = mask ^ second;
    if (third != 0) {
      const uint64_t last = third & (~third + 1);
      out_ = flatten(first & (last - 1), base, out_);
      third_ = base + lowest(last);
      return true;
    }
    out_ = flatten(first, base, out_);
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
  const size_t whole = in.readable / kBlock * kBlock;
  size_t base = 0;
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
  runs.end = finder.end();
  return found ? judge_long_run(in, finder.third(), runs) : judge_partial(in, runs);
}

// Lines is phase 2's state: the run where the next line ends, where its span goes, and the candidates so far.
struct Lines {
  const uint32_t* run;
  FieldSpan* out;
  Candidate* candidate;
};

// take_line_carefully takes one that is not as almost all are.
inline bool take_line_carefully(const char* data, Lines& lines) {
  *lines.out = careful_span(data, lines.run[-1] + 2, *lines.run);
  if (lines.out->name_size == 0) return false;
  *lines.candidate = lines.out;
  lines.candidate += may_be_known_carefully(data, *lines.out);
  ++lines.out;
  ++lines.run;
  return true;
}

// token_size_near looks at the last bytes of the buffer.
inline uint32_t token_size_near(const Bytes& in, const char* name) {
  const char* const from = std::min(name, in.data + in.readable - kNameBlock);
  return token_size(from, static_cast<uint32_t>(name - from));
}

// take_lines takes lines up to the first that begins at `stop` or after it, or is not as almost all are.
// kNear tells whether less than kNameBlock bytes may be readable where one begins.
template <bool kNear>
inline void take_lines(const Bytes& in, size_t stop, Lines& lines) {
  const char* const data = in.data;
  const uint32_t* run = lines.run;
  FieldSpan* out = lines.out;
  Candidate* candidate = lines.candidate;
  size_t line = run[-1] + 2;
  if (line >= stop) return;
  do {
    const size_t end = *run;
    const char* const name = data + line;
    const size_t size = kNear ? token_size_near(in, name) : token_size(name, 0);
    // A value begins before it ends, so that what ends_value reads lies in the buffer.
    if (!begins_value(name + size) || !ends_value(data + end)) [[unlikely]]
      break;
    const size_t value = line + size + 2;
    *out = {static_cast<uint32_t>(line), static_cast<uint32_t>(size), static_cast<uint32_t>(value),
            static_cast<uint32_t>(end - value)};
    *candidate = out;
    candidate += may_be_known(name, size);
    ++run;
    ++out;
    line = end + 2;
  } while (line < stop);
  lines.run = run;
  lines.out = out;
  lines.candidate = candidate;
}

// take_fields is phase 2: the lines from the one that ends at begin[0] to the one that ends at end[-1].
inline bool take_fields(const Bytes& in, const uint32_t* begin, const uint32_t* end, FieldLines& into) {
  Candidate candidates[kMostLines + 1];
  Lines lines{begin, into.storage.data(), candidates};
  const uint32_t empty_line = end[-1] + 2;
  const size_t near = std::min<size_t>(in.readable - kNameBlock + 1, empty_line);
  for (;;) {
    take_lines<false>(in, near, lines);
    take_lines<true>(in, empty_line, lines);
    if (lines.run == end) break;
    if (!take_line_carefully(in.data, lines)) return false;
  }
  into.field_count = static_cast<uint32_t>(lines.out - into.storage.data());
  into.skipped_lines = 0;
  into.folded = false;
  return note_known(in.data, candidates, lines.candidate, into);
}

// take_head is phase 2 for a whole head if there is `head`, or else for field lines alone.
inline bool take_head(const Bytes& in, const Runs& runs, size_t max_fields, FieldLines& lines,
                      ResponseHead* head) {
  // A head that begins with an empty line has no status line before its first long run.
  const uint32_t* begin = runs.at + 1;
  if (head != nullptr) {
    if (begin == runs.end || !take_status_line(in.data, *begin, *head)) return false;
    ++begin;
  }
  if (static_cast<size_t>(runs.end - begin) > std::min({max_fields, lines.storage.size(), kMostLines}))
    return false;
  return take_fields(in, begin, runs.end, lines);
}

// parse_any is the one copy of the parser.
[[gnu::noinline]] Scan parse_any(const char* data, size_t size, size_t readable, size_t max_fields,
                                 FieldLines& lines, ResponseHead* head) {
  const Bytes in{data, size, readable};
  Runs runs;
  Scan scan = find_runs(in, runs);
  for (bool again = false;; again = true) {
    if (scan.outcome == Scan::Outcome::partial) return scan;
    if (scan.outcome == Scan::Outcome::complete && take_head(in, runs, max_fields, lines, head))
      return {Scan::Outcome::complete, scan.size};
    if (again) return {Scan::Outcome::unusual};
    runs.end = runs.at + 1;
    scan = find_lines(in, 0, [&runs](uint32_t end) {
      if (runs.end > runs.at + kMostLines) return false;
      *runs.end++ = end;
      return true;
    });
  }
}

Scan parse_bytes(const char* data, size_t size, size_t max_fields, FieldLines& lines, ResponseHead* head) {
  if (size >= kBlock) [[likely]]
    return parse_any(data, size, size, max_fields, lines, head);
  return in_block(data, size, [&](const Bytes& in) {
    return parse_any(in.data, in.size, in.readable, max_fields, lines, head);
  });
}

[[gnu::noinline]] Scan parse_response(const char* data, size_t size, size_t max_fields, ResponseHead& head) {
  return parse_bytes(data, size, max_fields, head, &head);
}

Scan parse_fields(const char* data, size_t size, size_t max_fields, FieldLines& lines) {
  return parse_bytes(data, size, max_fields, lines, nullptr);
}

}  // namespace
