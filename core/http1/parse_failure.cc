// SPDX-License-Identifier: MIT
#include "godwit/core/http1/parse_failure.h"

namespace godwit::http1 {

namespace {

using parser::ParseError;

// The limit that an error is about, 0 if it is about none.
uint32_t limit_of(ParseError error, const parser::ParseOptions& limits) {
  switch (error) {
    case ParseError::line_too_long:
      return limits.max_line;
    case ParseError::head_too_large:
      return limits.max_head;
    case ParseError::too_many_fields:
      return limits.max_fields;
    case ParseError::chunk_extensions_too_large:
      return limits.max_chunk_extensions;
    default:
      return 0;
  }
}

// A limit has the same code wherever it is passed; anything else is `other` there.
Errc limit_failure(ParseError error, Errc other) {
  switch (error) {
    case ParseError::line_too_long:
      return Errc::line_too_long;
    case ParseError::head_too_large:
      return Errc::head_too_large;
    case ParseError::too_many_fields:
      return Errc::too_many_fields;
    default:
      return other;
  }
}

// An empty line may precede the status line (RFC 9112 2.2).
bool in_status_line(std::string_view seen) {
  if (seen.starts_with("\r\n")) seen.remove_prefix(2);
  return seen.find('\n') == std::string_view::npos;
}

}  // namespace

Errc head_failure(ParseError error, std::string_view seen) {
  switch (error) {
    case ParseError::bad_version:
      // `HTTP/2.0` is a protocol we don't speak, `SSH-2.0` no HTTP at all.
      return seen.find("HTTP/") != std::string_view::npos ? Errc::unknown_protocol : Errc::bad_status_line;
    case ParseError::no_status_code:
    case ParseError::bad_status_code:
    case ParseError::bad_reason_byte:
      return Errc::bad_status_line;
    default:
      return limit_failure(error, in_status_line(seen) ? Errc::bad_status_line : Errc::bad_field);
  }
}

Errc fields_failure(ParseError error) {
  return limit_failure(error, Errc::bad_field);
}

Errc body_failure(ParseError error, bool in_trailers) {
  return limit_failure(error, in_trailers ? Errc::bad_trailer : Errc::bad_chunk);
}

std::string parse_diagnosis(ParseError error, const parser::ParseOptions& limits, uint64_t offset,
                            std::string_view where) {
  std::string sentence(parser::describe(error));
  if (const uint32_t limit = limit_of(error, limits)) sentence += " (" + std::to_string(limit) + ")";
  sentence.append(" at byte ").append(std::to_string(offset)).append(" of ").append(where);
  return sentence;
}

}  // namespace godwit::http1
