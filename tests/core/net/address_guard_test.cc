// SPDX-License-Identifier: MIT
#include "godwit/core/net/address_guard.h"

#include <string_view>

#include <gtest/gtest.h>

#include "godwit/core/net/endpoint.h"

namespace godwit::net {
namespace {

std::string_view rule(std::string_view address) {
  return not_public(parse_address(address).value());
}

TEST(AddressGuard, D5_PublicAddressesPass) {
  for (const char* address :
       {"1.1.1.1",         "9.255.255.255",    "11.0.0.0",        "100.63.255.255",       "100.128.0.0",
        "126.255.255.255", "128.0.0.0",        "169.253.0.1",     "169.255.0.1",          "172.15.255.255",
        "172.32.0.0",      "192.0.1.0",        "192.167.0.1",     "192.169.0.1",          "198.17.255.255",
        "198.20.0.0",      "223.255.255.255",  "2606:4700::1111", "2001:4860:4860::8888", "2003::1",
        "::ffff:1.1.1.1",  "64:ff9b::1.1.1.1", "2002:101:101::1", "2001:200::1",          "fbff::1"}) {
    EXPECT_EQ(rule(address), "") << address;
  }
}

TEST(AddressGuard, D5_OthersAreNamedWithTheirNetwork) {
  const struct {
    const char* address;
    std::string_view rule;
  } rows[] = {
      {"0.0.0.0", "this network, 0.0.0.0/8"},
      {"0.255.0.1", "this network, 0.0.0.0/8"},
      {"10.0.0.1", "private, 10.0.0.0/8"},
      {"100.64.0.0", "shared behind a provider, 100.64.0.0/10"},
      {"100.127.255.255", "shared behind a provider, 100.64.0.0/10"},
      {"127.0.0.1", "loopback, 127.0.0.0/8"},
      {"127.255.255.255", "loopback, 127.0.0.0/8"},
      {"169.254.169.254", "link-local, 169.254.0.0/16"},
      {"172.16.0.0", "private, 172.16.0.0/12"},
      {"172.31.255.255", "private, 172.16.0.0/12"},
      {"192.0.0.8", "for protocols, 192.0.0.0/24"},
      {"192.168.255.255", "private, 192.168.0.0/16"},
      {"198.19.255.255", "for benchmarks, 198.18.0.0/15"},
      {"224.0.0.1", "multicast, 224.0.0.0/4"},
      {"239.255.255.255", "multicast, 224.0.0.0/4"},
      {"255.255.255.255", "reserved, 240.0.0.0/4"},
      {"::", "unspecified, ::/96"},
      {"::1", "loopback, ::1/128"},
      {"::127.0.0.1", "unspecified, ::/96"},
      {"100::1", "discarded, 100::/64"},
      {"2001::1", "Teredo, 2001::/32"},
      {"2001:db8::1", "for documentation, 2001:db8::/32"},
      {"64:ff9b:1::1", "local NAT64, 64:ff9b:1::/48"},
      {"fc00::1", "private, fc00::/7"},
      {"fdff::1", "private, fc00::/7"},
      {"fe80::1", "link-local, fe80::/10"},
      {"febf::1", "link-local, fe80::/10"},
      {"fec0::1", "site-local, fec0::/10"},
      {"ff02::1", "multicast, ff00::/8"},
  };
  for (const auto& row : rows) EXPECT_EQ(rule(row.address), row.rule) << row.address;
}

TEST(AddressGuard, D5_AnIpv4AddressWithinIsJudgedToo) {
  for (const char* address : {"::ffff:127.0.0.1", "::ffff:7f00:1", "64:ff9b::127.0.0.1", "2002:7f00:1::"}) {
    EXPECT_EQ(rule(address), "loopback, 127.0.0.0/8") << address;
  }
  EXPECT_EQ(rule("::ffff:169.254.169.254"), "link-local, 169.254.0.0/16");
}

}  // namespace
}  // namespace godwit::net
