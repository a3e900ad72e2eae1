// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "godwit/parser/url_error.h"

namespace godwit::parser {

// HostKind says what a host is once it has been parsed: a name for a resolver, or an address.
enum class HostKind : uint8_t { name, ipv4, ipv6 };

// HostResult is the outcome of append_host; error.offset counts from the first byte of the host.
struct HostResult {
  UrlError error;
  HostKind kind = HostKind::name;
};

// append_host parses the host of an http URL as the URL Standard's "host parser" does, and appends
// its serialisation to `out`: an ASCII domain in lower case, four decimal octets, or an IPv6 address
// in brackets. `host` is neither empty nor decoded. After an error, what stands after the old end of
// `out` is unspecified. A host of plain ASCII needs no memory but that of `out`.
//
// International names go through libidn2 label by label, with the standard's settings as near as it
// can: UTS 46, not transitional, joiners and the Bidi rule checked, no limit to the length of ASCII
// labels. It is stricter in hyphens (third and fourth place, either end of an international label)
// and in length (63 octets for such a label), and it applies the Bidi rule to each label by itself.
// ASCII names are not looked at, as the standard demands: "xn--a" is a host like any other.
HostResult append_host(std::string_view host, std::string& out);

}  // namespace godwit::parser
