// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace godwit::net {

// DnsDenial is what a name server says when a name does not exist, or has no record of the type asked for.
struct DnsDenial {
  // name: that of the question, in lower case and without the last dot.
  std::string name;
  // ttl: seconds for which that may be believed (RFC 2308, 5): the lesser of the SOA record's own time to
  // live and its MINIMUM, and no more than those of the aliases (CNAME) on the way. 0 without an SOA record.
  uint32_t ttl = 0;
};

// read_dns_denial reads a message (RFC 1035, 4.1); nullopt if it is anything else, or broken.
std::optional<DnsDenial> read_dns_denial(std::span<const uint8_t> message);

}  // namespace godwit::net
