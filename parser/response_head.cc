// SPDX-License-Identifier: MIT
#include "godwit/parser/response_head.h"

#include <algorithm>
#include <cstring>

#include "godwit/parser/byte_class.h"
#include "godwit/parser/exact_head.h"
#include "godwit/parser/kernel/dispatch.h"

namespace godwit::parser {
namespace {

using Outcome = Scan::Outcome;

// kEarlyLook is how much of a partial reply is judged exactly, so that an SSH server or a page without
// a head is told apart at once instead of by a timeout.
constexpr size_t kEarlyLook = 32;

enum class Kind : uint8_t { response_head, field_lines };

// resume gives where a search goes on: a CR that came last has not been judged yet.
size_t resume(size_t scanned) {
  return scanned == 0 ? 0 : scanned - 1;
}

// has_long_line tells whether a line, ended or not, is longer than max_line. None was when `scanned` bytes
// had been looked at: only those are judged whose first byte too many has come since then, so that a head
// which comes byte by byte is not gone through again for each of them.
bool has_long_line(const char* data, size_t scanned, size_t size, size_t max_line) {
  if (size <= max_line) return false;
  const size_t end = size - max_line;  // lines that begin from here on are short enough yet
  size_t line = scanned > max_line ? scanned - max_line : 0;
  const auto behind_next_lf = [&](size_t from, size_t length) {
    const auto* lf = static_cast<const char*>(std::memchr(data + from, '\n', length));
    return lf == nullptr ? size_t{0} : static_cast<size_t>(lf - data) + 1;
  };
  if (line != 0 && line < end) line = behind_next_lf(line - 1, end - line);
  if (line == 0 && scanned > max_line) return false;
  while (line < end) {
    line = behind_next_lf(line, max_line);
    if (line == 0) return true;
  }
  return false;
}

// search_leniently looks for the empty line where relaxations let control characters and bare LF be.
Scan search_leniently(const char* data, size_t scanned, size_t size, Kind kind, const ParseOptions& options) {
  for (size_t at = std::min(scanned, size); at < size;) {
    const auto* lf = static_cast<const char*>(std::memchr(data + at, '\n', size - at));
    if (lf == nullptr) break;
    const auto length = static_cast<size_t>(lf - data);
    const bool has_cr = length != 0 && lf[-1] == '\r';
    if (!has_cr && !options.allow_bare_lf) return {Outcome::unusual};
    const size_t text_end = length - (has_cr ? 1 : 0);
    const bool empty = text_end == 0 || data[text_end - 1] == '\n';
    const bool tolerated = text_end == 0 && kind == Kind::response_head;  // the one before a status line
    if (empty && !tolerated) return {Outcome::complete, length + 1};
    at = length + 1;
  }
  return {Outcome::partial};
}

// within_limits makes a scan that a limit forbids `unusual`. A head that has not ended where it must have,
// or a line that is too long, is not told apart here from a byte out of place: what comes first in
// reading order is the error.
Scan within_limits(Scan scan, std::string_view buffer, size_t scanned, const ParseOptions& options) {
  if (scan.outcome == Outcome::unusual) return scan;
  if (scan.outcome == Outcome::partial && buffer.size() > options.max_head) return {Outcome::unusual};
  const size_t size = scan.outcome == Outcome::complete ? scan.size : buffer.size();
  if (has_long_line(buffer.data(), std::min(scanned, size), size, options.max_line))
    return {Outcome::unusual};
  return scan;
}

const Kernel& kernel() {
  return *kernel_in_use.load(std::memory_order_relaxed);
}

// find_end searches the part of `buffer` that may be a head.
Scan find_end(std::string_view buffer, size_t scanned, Kind kind, const ParseOptions& options) {
  const char* data = buffer.data();
  const size_t size = std::min<size_t>(buffer.size(), options.max_head);
  const Scan scan = options.lenient() ? search_leniently(data, scanned, size, kind, options)
                                      : kernel().search(data, resume(scanned), size);
  return within_limits(scan, buffer, scanned, options);
}

// The two kinds of head, by what they are parsed into.
Kind kind_of(const ResponseHead&) {
  return Kind::response_head;
}
Kind kind_of(const FieldLines&) {
  return Kind::field_lines;
}

HeadResult parse_exactly(std::string_view buffer, const ParseOptions& options, ResponseHead& head) {
  return parse_response_head_exactly(buffer, options, head);
}
HeadResult parse_exactly(std::string_view buffer, const ParseOptions& options, FieldLines& lines) {
  return parse_field_lines_exactly(buffer, options, lines);
}

Scan parse_quickly(std::string_view bytes, size_t max_fields, ResponseHead& head) {
  return kernel().parse_response(bytes.data(), bytes.size(), max_fields, head);
}
Scan parse_quickly(std::string_view bytes, size_t max_fields, FieldLines& lines) {
  return kernel().parse_fields(bytes.data(), bytes.size(), max_fields, lines);
}

// looks_bad judges the first bytes of a reply whose head has not ended.
bool looks_bad(std::string_view buffer, size_t scanned, const ParseOptions& options, ResponseHead& head,
               HeadResult& result) {
  if (scanned >= kEarlyLook) return false;
  result = parse_response_head_exactly(buffer.substr(0, kEarlyLook), options, head);
  return result.status == HeadStatus::bad;
}
bool looks_bad(std::string_view, size_t, const ParseOptions&, FieldLines&, HeadResult&) {
  return false;
}

// conclude makes the result of a scan that the limits allow.
template <typename Head>
HeadResult conclude(Scan scan, std::string_view buffer, size_t scanned, const ParseOptions& options,
                    Head& head) {
  HeadResult result{HeadStatus::complete, ParseError::none, scan.size};
  if (scan.outcome == Outcome::complete) return result;
  if (scan.outcome == Outcome::unusual) return parse_exactly(buffer, options, head);
  if (looks_bad(buffer, scanned, options, head, result)) return result;
  return {HeadStatus::partial, ParseError::none, buffer.size()};
}

// parse_further searches for the end of the head first.
template <typename Head>
[[gnu::noinline]] HeadResult parse_further(std::string_view buffer, size_t scanned,
                                           const ParseOptions& options, Head& head) {
  Scan scan = find_end(buffer, scanned, kind_of(head), options);
  if (scan.outcome == Outcome::complete) {
    scan = options.lenient() ? Scan{Outcome::unusual}
                             : parse_quickly(buffer.substr(0, scan.size), options.max_fields, head);
  }
  return conclude(scan, buffer, scanned, options, head);
}

// judge makes the result of the first look at a head that is not whole and ordinary.
template <typename Head>
[[gnu::noinline]] HeadResult judge(Scan scan, std::string_view buffer, const ParseOptions& options,
                                   Head& head) {
  return conclude(within_limits(scan, buffer, 0, options), buffer, 0, options, head);
}

// parse has all that an ordinary head needs; other heads leave it by a jump, with what they need in
// registers.
template <typename Head>
HeadResult parse(std::string_view buffer, size_t scanned, const ParseOptions& options, Head& head) {
  if (scanned != 0 || options.lenient()) return parse_further(buffer, scanned, options, head);
  const Scan scan = parse_quickly(buffer.substr(0, options.max_head), options.max_fields, head);
  if (scan.outcome == Outcome::complete && scan.size <= options.max_line) [[likely]] {
    return {HeadStatus::complete, ParseError::none, scan.size};
  }
  return judge(scan, buffer, options, head);
}

}  // namespace

HeadResult parse_response_head(std::string_view buffer, size_t scanned, const ParseOptions& options,
                               ResponseHead& head) {
  return kernel().parse_short(buffer, scanned, options, head, parse<ResponseHead>);
}

HeadResult parse_field_lines(std::string_view buffer, size_t scanned, const ParseOptions& options,
                             FieldLines& lines) {
  // No field at all is the usual trailer section, and has no run of four for a kernel to find.
  if (buffer.starts_with("\r\n")) return parse_field_lines_exactly(buffer, options, lines);
  return parse(buffer, scanned, options, lines);
}

void unfold(std::string_view value, std::string& out) {
  out.clear();
  while (!value.empty()) {
    const size_t lf = value.find('\n');
    std::string_view line = trim_blanks(value.substr(0, lf));
    if (line.ends_with('\r')) line = trim_blanks(line.substr(0, line.size() - 1));
    if (!out.empty() && !line.empty()) out.push_back(' ');
    out.append(line);
    if (lf == std::string_view::npos) break;
    value.remove_prefix(lf + 1);
  }
}

}  // namespace godwit::parser
