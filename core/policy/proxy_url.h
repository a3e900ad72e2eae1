// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace godwit::policy {

// ProxyUrl is what a proxy's URL says.
struct ProxyUrl {
  bool https = false;  // TLS to the proxy itself
  uint16_t port = 80;
  std::string host;           // no brackets around IPv6
  std::string authorization;  // value of Proxy-Authorization (Basic, RFC 7617); empty without credentials
};

// parse_proxy_url reads "http://user:password@host:port" (https too; without a scheme http is meant; without
// a port the scheme's own). User and password are percent-decoded; `credentials`, "user:password" as they
// are, if not empty, take their place. A path, which some people's settings have, means nothing. It returns
// what is wrong, in one sentence without the password, empty if nothing is.
std::string parse_proxy_url(std::string_view text, std::string_view credentials, ProxyUrl& out);

}  // namespace godwit::policy
