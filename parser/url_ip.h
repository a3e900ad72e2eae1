// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace godwit::parser {

// Ipv6 is an IPv6 address as its eight groups of 16 bits, in the machine's order of bytes.
using Ipv6 = std::array<uint16_t, 8>;

// ends_in_number tells whether `host` can only be an IPv4 address: its last label (before one dot at
// the end) is a decimal, octal or hexadecimal number. Then parse_ipv4 decides, and if it fails the
// host is refused: "1.2.3.999" must never reach a resolver.
bool ends_in_number(std::string_view host);

// parse_ipv4 reads an address in every notation of inet_aton: one to four parts, each decimal, octal
// with 0 before it or hexadecimal with 0x, the last part filling the octets that remain, one dot at
// the end.
std::optional<uint32_t> parse_ipv4(std::string_view host);

// parse_ipv6 reads an address without brackets and without a zone (RFC 4291, 2.2), also with an IPv4
// address in its last 32 bits.
std::optional<Ipv6> parse_ipv6(std::string_view text);

// append_ipv4 writes four decimal octets.
void append_ipv4(uint32_t address, std::string& out);

// append_ipv6 writes the canonical form of RFC 5952 but for IPv4-mapped addresses, which stay
// hexadecimal: lower case, no leading zeros, the first longest run of two or more zero groups as "::".
void append_ipv6(const Ipv6& address, std::string& out);

}  // namespace godwit::parser
