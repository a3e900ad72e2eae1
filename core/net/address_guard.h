// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "godwit/core/ports/resolver.h"

namespace godwit::net {

// not_public says why an address is not one of the public internet: "loopback, 127.0.0.0/8"; empty if it is.
// The rules are those of IANA's registries of special-purpose addresses (RFC 6890) that are not globally
// reachable, and multicast. An IPv6 address that stands for an IPv4 address (mapped, NAT64, 6to4) is judged
// by that one, too.
std::string_view not_public(const ports::Address& address);

}  // namespace godwit::net
