// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "godwit/parser/url_error.h"

namespace godwit::parser {

// HostPort is what parse_hostport found. `host` views the input, without brackets.
struct HostPort {
  std::string_view host;
  uint16_t port = 0;

  // bracketed: the host is an IPv6 address, with its zone if one was written ("fe80::1%eth0").
  bool bracketed = false;
};

// parse_hostport splits what http.client takes as a host: "h", "h:", "h:80", "[v6]", "[v6]:", "[v6]:80".
// Without a port, or with an empty one, `default_port` holds. The host keeps its case and its Unicode;
// append_host makes a name for DNS of it. Refused, other than in http.client: every character that no
// URL's host may hold, brackets that don't match or hold no IPv6 address, colons outside brackets, and
// a port that is not 1 or more digits up to 65535 ("+80", " 80", "8_0", "-1"). After an error `out` is
// as it was.
UrlError parse_hostport(std::string_view in, uint16_t default_port, HostPort& out);

}  // namespace godwit::parser
