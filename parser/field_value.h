// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "godwit/parser/byte_class.h"
#include "godwit/parser/field.h"

namespace godwit::parser {

// ListReader walks the elements of a comma-separated list (RFC 9110 5.6.1): trimmed, empty ones left
// out, commas inside a quoted string not taken for separators.
class ListReader {
 public:
  explicit ListReader(std::string_view value) : rest_(value) {}

  // next gives the next element, or nothing at the end of the list. It views the value given.
  std::optional<std::string_view> next();

 private:
  std::string_view rest_;
};

// list_has_token tells whether a list such as that of Connection holds `token`, in any case.
bool list_has_token(std::string_view value, std::string_view token);

// any_list_has_token does so over all lines named `name`, which make one list (RFC 9110 5.3).
bool any_list_has_token(const Fields& fields, std::string_view name, std::string_view token);

// ContentLength is what all Content-Length lines of a message say together.
struct ContentLength {
  enum class Status : uint8_t {
    absent,
    valid,      // one value; identical lines count as one (RFC 9112 6.3, item 5)
    malformed,  // not 1*DIGIT: a sign, a space, a list, an empty value
    overflow,   // more than 2^63 - 1, beyond which offsets would not be signed any more
    differing,  // lines that differ, be it in leading zeros alone
  };
  Status status = Status::absent;
  uint64_t value = 0;  // if valid
};

// parse_content_length reads every Content-Length line. Anything but `absent` and `valid` makes the
// framing of the message unknowable.
ContentLength parse_content_length(const Fields& fields);

// parse_decimal reads 1*DIGIT and nothing else; nothing if `text` is something else or does not fit.
std::optional<uint64_t> parse_decimal(std::string_view text);

// TransferEncoding is what all Transfer-Encoding lines of a message say together (RFC 9112 6.1).
struct TransferEncoding {
  bool present = false;        // there is such a line, be it empty
  bool malformed = false;      // an element is no coding, the list is empty, or chunked has parameters
  bool chunked_last = false;   // chunked is the final coding
  bool chunked_early = false;  // chunked is there but not last, or more than once: never valid
  uint32_t others = 0;         // codings other than chunked
};

// parse_transfer_encoding reads every Transfer-Encoding line.
TransferEncoding parse_transfer_encoding(const Fields& fields);

// token_end finds the first byte of `text` that is not a tchar, or its end.
size_t token_end(std::string_view text);

// quoted_string_end finds the byte behind the quoted string (RFC 9110 5.6.4) that `text` begins with; 0 if it
// begins with none.
size_t quoted_string_end(std::string_view text);

// parse_quoted_string reads a quoted string that takes up all of `text`, and puts what it
// means to `out`. False, with `out` of no meaning, if it is something else.
bool parse_quoted_string(std::string_view text, std::string& out);

// KeepAlive is the hint of a Keep-Alive field: `timeout=5, max=100`.
struct KeepAlive {
  std::optional<uint64_t> timeout_s;  // how long the server keeps an idle connection, in seconds
  std::optional<uint64_t> max;        // how many more requests it takes
};

// parse_keep_alive reads a Keep-Alive value. It is a hint: what can't be understood is left out, and of
// repeats the first counts.
KeepAlive parse_keep_alive(std::string_view value);

}  // namespace godwit::parser
