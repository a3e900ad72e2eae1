// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace godwit::embedded {

// Parameter is one name=value of a query, still percent-encoded.
struct Parameter {
  std::string_view name;
  std::string_view value;
};

// next_parameter takes one parameter off the front of `query`; false at the end.
bool next_parameter(std::string_view& query, Parameter& parameter);

// find_parameter gives the value of the first parameter called `name`, still percent-encoded.
std::optional<std::string_view> find_parameter(std::string_view query, std::string_view name);

// percent_decoded decodes %XX and nothing else: a plus sign stays itself, as Base64 needs it.
std::optional<std::string> percent_decoded(std::string_view text);

// parse_number reads decimal digits alone, without overflow.
std::optional<uint64_t> parse_number(std::string_view text);

// parse_size reads a number of bytes with an optional suffix k, m or g (powers of 1024).
std::optional<uint64_t> parse_size(std::string_view text);

// base64_encoded appends the Base64 form of `bytes` to `out`; base64_decoded takes both alphabets of
// RFC 4648, with or without padding.
void base64_encoded(std::string_view bytes, std::string& out);
std::optional<std::string> base64_decoded(std::string_view text);

}  // namespace godwit::embedded
