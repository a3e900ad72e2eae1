// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace godwit::tls {

// is_public_suffix says whether anyone can register names directly below `name`, as below "co.uk": by the
// registries' part of the Public Suffix List. A name in A-labels, lower case, without a trailing dot.
bool is_public_suffix(std::string_view name);

}  // namespace godwit::tls
