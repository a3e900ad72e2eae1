// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/parser/url_host.h"

namespace godwit::policy {

// NoProxy is a list of hosts that are reached without a proxy:
//
//   example.com     this name and all names below it; a dot before it changes nothing
//   192.0.2.1 ::1   this address
//   10.0.0.0/8      the addresses that begin with these bits, IPv6 likewise
//   *               everything
//
// Names are compared as URLs spell them: lower case, A-labels, without a dot at the end. A host is what the
// URL says: names are not looked up for this.
class NoProxy {
 public:
  // add takes one entry; false if it is none of the above.
  bool add(std::string_view entry);

  // matches tells about the host of a URL, an IPv6 address without brackets.
  bool matches(std::string_view hostname, parser::HostKind kind) const;

  bool empty() const { return !all_ && names_.empty() && networks_.empty(); }

 private:
  struct Network {
    parser::HostKind kind;
    std::array<uint8_t, 16> octets;
    unsigned bits;
  };

  bool add_network(std::string_view address, std::string_view bits);

  bool all_ = false;
  std::vector<std::string> names_;
  std::vector<Network> networks_;
};

}  // namespace godwit::policy
