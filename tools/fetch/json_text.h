// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace godwit::fetch {

// append_json_string appends octets as a JSON string. What is valid UTF-8 stays as it is; anything else
// is taken as Latin-1, each octet one code point, so that no octet is lost.
void append_json_string(std::string& out, std::string_view octets);

// printable writes control characters as \xNN, so that nothing a peer sends can steer a terminal.
std::string printable(std::string_view text);

}  // namespace godwit::fetch
