// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace godwit::http1 {

// may_be_trailer tells whether a field may come in a trailer section. What frames, routes, authorises or
// says how to read the content may not (RFC 9110 6.5.1): it would come too late, and behind checks that
// looked at the head alone. Such fields are left out of what is delivered and of what is sent.
bool may_be_trailer(std::string_view name);

}  // namespace godwit::http1
