// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "godwit/core/error.h"

namespace godwit::policy {

// ServerName is a server as http.client's constructors take it, "host", "host:port", "[v6]" or "[v6]:port",
// and what is made of it.
struct ServerName {
  std::string host;     // as given, without brackets
  std::string dialled;  // for the resolver: lower case, ASCII; an IPv6 address with its zone
  std::string shown;    // for Host: as given, or in ASCII
  uint16_t port = 0;
};

// parse_server_name reads `text`. `port`, if there is one, counts instead of the text's; without either it is
// `default_port`. On a fault it returns invalid_url with the position in `detail`; `diagnosis` has the
// sentence.
Error parse_server_name(std::string_view text, std::optional<uint16_t> port, uint16_t default_port,
                        ServerName& out, std::string& diagnosis);

}  // namespace godwit::policy
