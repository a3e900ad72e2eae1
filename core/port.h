// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace godwit {

// Ports of URLs that name none (RFC 9110, 4.2.1 and 4.2.2): http.client's HTTP_PORT and HTTPS_PORT.
inline constexpr uint16_t kHttpPort = 80;
inline constexpr uint16_t kHttpsPort = 443;

}  // namespace godwit
