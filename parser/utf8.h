// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace godwit::parser {

// is_utf8 tells whether `text` is UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace godwit::parser
