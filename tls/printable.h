// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace godwit::tls {

// printable makes text of a stranger fit for a log or a terminal: octets outside of printable ASCII
// become \xNN, and what passes `limit` octets becomes "...".
std::string printable(std::string_view text, size_t limit = 100);

}  // namespace godwit::tls
