// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace godwit::parser {

// append_percent_encoded appends `text` to `out`, the bytes of the percent-encode `sets` (UrlByte)
// as %XX. A % is left as it is: what was encoded stays encoded, once.
void append_percent_encoded(std::string_view text, unsigned sets, std::string& out);

// percent_decode gives the octets of `text` with each %XX replaced by the octet it stands for; a %
// without two hexadecimal digits stands for itself.
std::string percent_decode(std::string_view text);

// percent_decoded_origin gives the index in `text` of what became octet `index` of
// percent_decode(text).
size_t percent_decoded_origin(std::string_view text, size_t index);

}  // namespace godwit::parser
