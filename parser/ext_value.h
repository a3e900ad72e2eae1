// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace godwit::parser {

// decode_ext_value reads the value of a parameter whose name ends in an asterisk (RFC 8187 3.2),
// `UTF-8'en'%e2%82%ac%20rates`, and puts its text to `out`, as UTF-8. Besides UTF-8 it knows ISO-8859-1,
// which RFC 5987 asked for. False, with `out` of no meaning, if the value is malformed, its charset another,
// its text not of the charset, or if the text holds a control character.
bool decode_ext_value(std::string_view text, std::string& out);

}  // namespace godwit::parser
