// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace godwit::parser {

// GODWIT_PARSE_ERRORS is the one table of what can be wrong with a head, a trailer section or a
// chunked body: enumerator, name in logs, sentence for people.
#define GODWIT_PARSE_ERRORS(X)                                                                        \
  X(none, "none", "no error")                                                                         \
  X(bad_version, "bad-version", "the reply does not begin with HTTP/1. and one digit")                \
  X(no_status_code, "no-status-code", "the version is not followed by a space and a status code")     \
  X(bad_status_code, "bad-status-code", "the status code is not three digits from 100 to 999")        \
  X(bad_reason_byte, "bad-reason-byte", "a control character in the reason phrase")                   \
  X(empty_name, "empty-name", "a field line begins with its colon")                                   \
  X(bad_name_byte, "bad-name-byte", "a byte in a field name that no token may hold")                  \
  X(space_before_colon, "space-before-colon", "whitespace between a field name and its colon")        \
  X(missing_colon, "missing-colon", "a field line without a colon")                                   \
  X(bad_value_byte, "bad-value-byte", "a control character in a field value")                         \
  X(nul_byte, "nul-byte", "a NUL byte")                                                               \
  X(bare_cr, "bare-cr", "a carriage return without its line feed")                                    \
  X(bare_lf, "bare-lf", "a line feed without its carriage return")                                    \
  X(obs_fold, "obs-fold", "a line that begins with whitespace (obsolete line folding)")               \
  X(line_too_long, "line-too-long", "a line is longer than max_line")                                 \
  X(head_too_large, "head-too-large", "the lines together are longer than max_head")                  \
  X(too_many_fields, "too-many-fields", "more field lines than max_fields")                           \
  X(bad_chunk_size, "bad-chunk-size", "a chunk does not begin with its size in hexadecimal digits")   \
  X(chunk_size_overflow, "chunk-size-overflow", "a chunk size of more than sixteen digits")           \
  X(bad_chunk_extension, "bad-chunk-extension", "a chunk extension that is none, or with a bad byte") \
  X(chunk_extensions_too_large, "chunk-extensions-too-large",                                         \
    "the chunk extensions of one body are longer than max_chunk_extensions")                          \
  X(bad_chunk_end, "bad-chunk-end", "the data of a chunk is not followed by CR LF")

// ParseError says what the first offending byte offends against. The list is closed: whoever adopts
// this layer translates it in one place.
enum class ParseError : uint8_t {
#define GODWIT_ENUMERATOR(symbol, name, sentence) symbol,
  GODWIT_PARSE_ERRORS(GODWIT_ENUMERATOR)
#undef GODWIT_ENUMERATOR
};

// to_string gives the kebab-case name of `error`, a literal.
constexpr std::string_view to_string(ParseError error) {
  constexpr std::string_view kNames[] = {
#define GODWIT_NAME(symbol, name, sentence) name,
      GODWIT_PARSE_ERRORS(GODWIT_NAME)
#undef GODWIT_NAME
  };
  return kNames[static_cast<uint8_t>(error)];
}

// describe gives a sentence about `error`, a literal. A sentence about a limit names the option.
constexpr std::string_view describe(ParseError error) {
  constexpr std::string_view kSentences[] = {
#define GODWIT_SENTENCE(symbol, name, sentence) sentence,
      GODWIT_PARSE_ERRORS(GODWIT_SENTENCE)
#undef GODWIT_SENTENCE
  };
  return kSentences[static_cast<uint8_t>(error)];
}

}  // namespace godwit::parser
