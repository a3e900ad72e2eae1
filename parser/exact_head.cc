// SPDX-License-Identifier: MIT
#include "godwit/parser/exact_head.h"

#include <algorithm>

#include "godwit/parser/byte_class.h"

namespace godwit::parser {
namespace {

constexpr std::string_view kVersion = "HTTP/1.";

// ExactParser walks `at_` over the buffer. A method that returns false has set `result_`: the bytes have
// run out, a limit is passed, or a byte offends.
class ExactParser {
 public:
  ExactParser(std::string_view buffer, const ParseOptions& options, FieldLines& lines)
      : buffer_(buffer), options_(options), lines_(lines) {
    lines_.field_count = 0;
    lines_.skipped_lines = 0;
    lines_.folded = false;
  }

  HeadResult response_head(ResponseHead& head) {
    if (leading_empty_line() && status_line(head)) field_lines();
    return result_;
  }

  HeadResult field_lines_alone() {
    field_lines();
    return result_;
  }

 private:
  enum class Line : uint8_t { field, fold, empty, stopped };

  char here() const { return buffer_[at_]; }

  bool stop(HeadStatus status, ParseError error, size_t offset) {
    result_ = {status, error, offset};
    return false;
  }
  bool fail(ParseError error, size_t offset) { return stop(HeadStatus::bad, error, offset); }
  bool fail(ParseError error) { return fail(error, at_); }

  // more tells whether there is a byte at `at` that the limits let us look at.
  bool more(size_t at) {
    if (at >= buffer_.size()) return stop(HeadStatus::partial, ParseError::none, buffer_.size());
    if (at - line_ >= options_.max_line) return fail(ParseError::line_too_long, at);
    if (at >= options_.max_head) return fail(ParseError::head_too_large, at);
    return true;
  }
  bool more() { return more(at_); }

  // judge_line_end looks at CR LF, at whose first byte `at_` is, or LF where that is allowed, and gives
  // its size.
  bool judge_line_end(size_t& size) {
    if (here() == '\n') {
      size = 1;
      return options_.allow_bare_lf || fail(ParseError::bare_lf);
    }
    size = 2;
    if (!more(at_ + 1)) return false;
    return buffer_[at_ + 1] == '\n' || fail(ParseError::bare_cr);
  }

  bool line_end() {
    size_t size = 0;
    if (!judge_line_end(size)) return false;
    at_ += size;
    line_ = at_;
    return true;
  }

  bool at_line_end() const { return here() == '\r' || here() == '\n'; }

  // RFC 9112 2.2: servers used to send a CR LF too many after a body; one is forgiven.
  bool leading_empty_line() {
    if (!more()) return false;
    return !at_line_end() || line_end();
  }

  // status-line = HTTP-version SP status-code SP [ reason-phrase ]; the second SP may be missing with
  // the reason, as many servers leave it out.
  bool status_line(ResponseHead& head) {
    for (char expected : kVersion) {
      if (!more()) return false;
      if (here() != expected) return fail(ParseError::bad_version);
      ++at_;
    }
    if (!more()) return false;
    if (!is_digit(here())) return fail(ParseError::bad_version);
    head.minor_version = static_cast<uint8_t>(here() - '0');
    ++at_;
    if (!more()) return false;
    // One more digit belongs to a version that there is none of: it is the version that is wrong.
    if (is_digit(here())) return fail(ParseError::bad_version);
    if (here() != ' ') return fail(ParseError::no_status_code);
    ++at_;

    head.status = 0;
    for (int i = 0; i < 3; ++i) {
      if (!more()) return false;
      if (!is_digit(here()) || (i == 0 && here() == '0')) return fail(ParseError::bad_status_code);
      head.status = static_cast<uint16_t>(head.status * 10 + (here() - '0'));
      ++at_;
    }
    if (!more()) return false;
    if (here() == ' ') {
      ++at_;
    } else if (!at_line_end()) {
      return fail(ParseError::bad_status_code);
    }

    head.reason = static_cast<uint32_t>(at_);
    for (;; ++at_) {
      if (!more()) return false;
      if (!is_field_byte(here())) break;
    }
    head.reason_size = static_cast<uint32_t>(at_) - head.reason;
    if (here() == '\0') return fail(ParseError::nul_byte);
    if (!at_line_end()) return fail(ParseError::bad_reason_byte);
    return line_end();
  }

  void field_lines() {
    bool last_was_skipped = false;
    for (;;) {
      switch (next_line()) {
        case Line::stopped:
          return;
        case Line::empty:
          note_known();
          stop(HeadStatus::complete, ParseError::none, at_);
          return;
        case Line::fold:
          // Whitespace before the first field has nothing to continue: RFC 9112 2.2 has it refused
          // because it hides what follows. After a skipped line it continues what was skipped.
          if (!options_.allow_obs_fold || !last_was_skipped) {
            fail(ParseError::obs_fold);
            return;
          }
          if (!skip_line()) return;
          break;
        case Line::field:
          last_was_skipped = false;
          if (!field_line(last_was_skipped)) return;
          break;
      }
    }
  }

  Line next_line() {
    if (!more()) return Line::stopped;
    if (is_blank(here())) return Line::fold;
    if (!at_line_end()) return Line::field;
    return line_end() ? Line::empty : Line::stopped;
  }

  // field-line = field-name ":" OWS field-value OWS
  bool field_line(bool& skipped) {
    const size_t limit = std::min<size_t>(options_.max_fields, lines_.storage.size());
    if (lines_.field_count >= limit) return fail(ParseError::too_many_fields);

    FieldSpan span{};
    span.name = static_cast<uint32_t>(at_);
    for (;; ++at_) {
      if (!more()) return false;
      if (!is_tchar(here())) break;
    }
    span.name_size = static_cast<uint32_t>(at_) - span.name;
    ParseError error = ParseError::none;
    if (here() != ':' || span.name_size == 0) {
      const size_t offset = at_;
      if (!judge_name(span.name_size, error)) return false;
      return bad_line(error, offset, skipped);
    }
    ++at_;
    bool folded = false;
    if (!field_value(span, folded, error)) return false;
    if (error != ParseError::none) return bad_line(error, at_, skipped);

    lines_.folded = lines_.folded || folded;
    lines_.storage[lines_.field_count++] = span;
    return true;
  }

  // judge_name says what is wrong with a name that ended before `at_` without its colon, or empty.
  bool judge_name(size_t name_size, ParseError& error) {
    const char byte = here();
    if (byte == ':') {
      error = ParseError::empty_name;
      return true;
    }
    if (byte == '\0') return fail(ParseError::nul_byte);
    if (at_line_end()) {
      size_t size = 0;
      error = ParseError::missing_colon;
      return judge_line_end(size);
    }
    error = ParseError::bad_name_byte;
    if (name_size == 0 || !is_blank(byte)) return true;
    while (is_blank(here())) {
      ++at_;
      if (!more()) return false;
    }
    if (here() == ':') error = ParseError::space_before_colon;
    return true;
  }

  // field_value takes the value and its line's end, with the lines that continue it. A byte that a value
  // can't hold is left at `at_`, with `error` set, if the line may be skipped.
  bool field_value(FieldSpan& span, bool& folded, ParseError& error) {
    size_t begin = 0;
    size_t end = 0;  // after the last byte that is no whitespace; 0 before the first
    bool in_next_line = false;
    for (;;) {
      if (!more()) return false;
      if (is_field_byte(here())) {
        if (!is_blank(here())) {
          if (end == 0) begin = at_;
          if (end != 0 && in_next_line) folded = true;
          end = at_ + 1;
        }
        ++at_;
        continue;
      }
      if (here() == '\0') return fail(ParseError::nul_byte);
      if (!at_line_end()) {
        error = ParseError::bad_value_byte;
        return true;
      }
      if (end == 0) begin = at_;
      if (!line_end()) return false;
      if (!options_.allow_obs_fold) break;
      if (!more()) return false;
      if (!is_blank(here())) break;
      in_next_line = true;
    }
    span.value = static_cast<uint32_t>(begin);
    span.value_size = end == 0 ? 0 : static_cast<uint32_t>(end - begin);
    return true;
  }

  void note_known() {
    KnownFields::Writer known(lines_.known);
    for (uint32_t i = 0; i < lines_.field_count; ++i) {
      const FieldSpan& span = lines_.storage[i];
      const KnownField field = known_field(buffer_.data() + span.name, span.name_size);
      if (field != KnownField::other) known.note(field, i);
    }
    known.finish();
  }

  bool bad_line(ParseError error, size_t offset, bool& skipped) {
    if (!options_.skip_bad_lines) return fail(error, offset);
    skipped = true;
    ++lines_.skipped_lines;
    return skip_line();
  }

  // skip_line goes past the end of the line. What makes that end doubtful is never skipped.
  bool skip_line() {
    for (;; ++at_) {
      if (!more()) return false;
      if (here() == '\0') return fail(ParseError::nul_byte);
      if (at_line_end()) return line_end();
    }
  }

  std::string_view buffer_;
  const ParseOptions& options_;
  FieldLines& lines_;
  size_t at_ = 0;
  size_t line_ = 0;  // where the line began
  HeadResult result_{HeadStatus::partial, ParseError::none, 0};
};

}  // namespace

HeadResult parse_response_head_exactly(std::string_view buffer, const ParseOptions& options,
                                       ResponseHead& head) {
  return ExactParser(buffer, options, head).response_head(head);
}

HeadResult parse_field_lines_exactly(std::string_view buffer, const ParseOptions& options,
                                     FieldLines& lines) {
  return ExactParser(buffer, options, lines).field_lines_alone();
}

}  // namespace godwit::parser
