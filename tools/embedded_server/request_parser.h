// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace godwit::embedded {

// kMaxHeadBytes bounds a request head; it is generous because /raw takes its answer in the target.
inline constexpr size_t kMaxHeadBytes = 256 * 1024;
// kMaxFields bounds the field lines of a request head or of a trailer section.
inline constexpr size_t kMaxFields = 128;

struct Field {
  std::string_view name;
  std::string_view value;  // without the white space around it
};

enum class BodyFraming : uint8_t { none, length, chunked };

// RequestHead is a parsed request head (RFC 9112, section 2). Its views borrow the parsed input.
struct RequestHead {
  std::string_view method;
  std::string_view target;  // as received
  std::string_view path;    // of an origin-form or absolute-form target; "*" or "host:port" otherwise
  std::string_view query;   // without the question mark
  int minor_version = 1;
  std::array<Field, kMaxFields> field_lines;
  size_t field_count = 0;

  // What the fields say about this message and connection.
  BodyFraming framing = BodyFraming::none;
  uint64_t content_length = 0;
  bool keep_alive = true;
  bool expects_continue = false;

  std::span<const Field> fields() const { return {field_lines.data(), field_count}; }
  // find gives the value of the first field called `name` (any case), or an empty view.
  std::string_view find(std::string_view name) const;
};

enum class ParseStatus : uint8_t { complete, incomplete, bad };

struct ParseResult {
  ParseStatus status = ParseStatus::incomplete;
  size_t consumed = 0;           // complete: bytes of the head, with the empty line that ends it
  int error_status = 400;        // bad: the status to answer with
  const char* reason = nullptr;  // bad: what was wrong, a sentence
};

// parse_request_head parses one head from the start of `input`. After `incomplete`, call it again with
// more of the same input and `searched` = the size of the input of the call before: only the new part
// is searched, and the head is parsed once. Strict: it refuses a bare LF or CR, folded lines, white space
// around a name, a missing or second Host, and any ambiguity of framing (RFC 9112, section 6.3).
ParseResult parse_request_head(std::string_view input, size_t searched, RequestHead& head);

// parse_fields parses field lines, each ended by CRLF, into `out`; it gives their number, or -1.
int parse_fields(std::string_view lines, std::span<Field> out);

// equals_ignoring_case compares as field names and tokens do (ASCII letters only).
bool equals_ignoring_case(std::string_view a, std::string_view b);

}  // namespace godwit::embedded
