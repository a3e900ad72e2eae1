// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "godwit/core/bytes.h"
#include "godwit/core/error.h"
#include "godwit/core/headers.h"
#include "godwit/parser/field.h"
#include "godwit/parser/parse_options.h"

namespace godwit {

// HeadersParser reads field lines up to the empty line after them, as http.client's parse_headers does, from
// pieces of any size:
//
//   while (!parser.done() && !parser.error()) { bytes = next_bytes(); bytes =
//   bytes.subspan(parser.feed(bytes)); }
//
// The limits and relaxations are those of parser::ParseOptions; a fold that allow_obs_fold lets pass is one
// space in the value. What came is held until the end is there: at most max_head bytes and one.
class HeadersParser {
 public:
  explicit HeadersParser(const parser::ParseOptions& options = {});

  // feed takes the next bytes and says how many were taken: all of them until the empty line has come; those
  // behind it are the caller's. After the end, and after an error, none.
  size_t feed(Bytes bytes);

  // done tells whether the empty line has come, and all before it is good. A peer that closes before that has
  // sent half a message; http.client takes it for a whole one.
  bool done() const { return done_; }

  // error is why the lines are bad: bad_field, line_too_long, head_too_large or too_many_fields, with the
  // offset of the offending byte in `received`. diagnosis says it in words.
  const Error& error() const { return error_; }
  const std::string& diagnosis() const { return diagnosis_; }

  // headers are the fields, once done() is true.
  const Headers& headers() const { return headers_; }

  // skipped_lines counts the lines that skip_bad_lines left out: after one, the message's framing is not
  // known.
  size_t skipped_lines() const { return skipped_lines_; }

 private:
  void adopt(std::span<const parser::FieldSpan> fields, bool folded, size_t size);

  parser::ParseOptions options_;
  std::vector<parser::FieldSpan> places_;
  std::string seen_;
  size_t scanned_ = 0;
  size_t skipped_lines_ = 0;
  bool done_ = false;
  Error error_;
  std::string diagnosis_;
  Headers headers_;
};

// ParsedHeaders is what parse_headers found.
struct ParsedHeaders {
  Headers headers;
  // size: how many bytes the lines and their empty line take; what is behind them was not looked at.
  size_t size = 0;
  Error error;
  std::string diagnosis;
};

// parse_headers reads field lines that are all there. Bytes that end before the empty line are
// Errc::incomplete_read.
ParsedHeaders parse_headers(Bytes bytes, const parser::ParseOptions& options = {});

}  // namespace godwit
