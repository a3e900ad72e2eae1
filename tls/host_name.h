// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace godwit::tls {

// IpAddress is an address as a certificate holds it: 4 or 16 octets in network order; size 0 is none.
struct IpAddress {
  std::array<uint8_t, 16> octets{};
  size_t size = 0;

  std::span<const uint8_t> bytes() const { return std::span(octets).first(size); }
};

// parse_ip reads an IPv4 address in four decimal parts or an IPv6 address without brackets, with or
// without a zone, which is dropped. Anything else gives size 0: it is a name.
IpAddress parse_ip(std::string_view host);

// without_root_dot cuts the one trailing dot of an absolute name.
std::string_view without_root_dot(std::string_view host);

// matches_dns_name says whether `pattern`, a dNSName of a certificate, covers `host` (RFC 9525 6.3).
// Case is ignored (ASCII). A wildcard is the whole left-most label, stands for exactly one label, and
// needs at least two labels after it, which are no public suffix: "*.co.uk" covers nothing.
bool matches_dns_name(std::string_view pattern, std::string_view host);

// is_within says whether `host` is at or below a domain, as constraints on names have it (RFC 5280 4.2.1.10):
// nothing is above all, and ".b.example" stands for what is below alone. Case is ignored.
bool is_within(std::string_view domain, std::string_view host);

}  // namespace godwit::tls
