// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sys/socket.h>

#include "godwit/core/ports/resolver.h"

namespace godwit::net {

// Endpoint is one end of a TCP connection.
struct Endpoint {
  ports::Address address;
  uint16_t port = 0;

  bool operator==(const Endpoint&) const = default;
};

// parse_address reads an IPv4 address in four decimal parts or an IPv6 address without brackets, which
// may have a zone (RFC 4007, 11: "fe80::1%eth0", "fe80::1%2"). Nothing else: a name gives nullopt.
std::optional<ports::Address> parse_address(std::string_view text);

// to_sockaddr fills `out` and returns how much of it is used.
socklen_t to_sockaddr(const Endpoint& endpoint, sockaddr_storage& out);

// from_sockaddr reads an AF_INET or AF_INET6 address.
std::optional<Endpoint> from_sockaddr(const sockaddr& from);

// to_text gives "192.0.2.1:80", "[2001:db8::1]:80", "[fe80::1%2]:80".
std::string to_text(const Endpoint& endpoint);

}  // namespace godwit::net
