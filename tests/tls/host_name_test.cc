// SPDX-License-Identifier: MIT
#include "godwit/tls/host_name.h"

#include <string>

#include <gtest/gtest.h>

namespace godwit::tls {
namespace {

using namespace std::literals;

TEST(HostName, MatchesByTheRulesOfRfc9525) {
  const struct {
    std::string_view pattern, host;
    bool matches;
  } kCases[] = {
      {"a.example", "a.example", true},
      {"A.Example", "a.eXAMPLE", true},
      {"a.example", "a.example.", true},
      {"a.example", "b.example", false},
      {"a.example", "a.example.org", false},
      {"a.example", "xa.example", false},
      {"a.example.", "a.example", false},  // a dNSName has no root dot
      {"localhost", "localhost", true},
      {"under_score.example", "under_score.example", true},
      {"xn--bcher-kva.example", "xn--bcher-kva.example", true},
      // A wildcard is the whole left-most label and stands for one label.
      {"*.b.example", "a.b.example", true},
      {"*.B.example", "a.b.EXAMPLE.", true},
      {"*.b.example", "xn--bcher-kva.b.example", true},
      {"*.b.example", "b.example", false},
      {"*.b.example", ".b.example", false},
      {"*.b.example", "a.a.b.example", false},
      {"*.b.example", "ab.example", false},
      {"a*.b.example", "ab.b.example", false},
      {"*a.b.example", "ba.b.example", false},
      {"a.*.example", "a.b.example", false},
      {"*.*.example", "a.b.example", false},
      {"**.b.example", "a.b.example", false},
      {"*", "example", false},
      {"*.", "a.", false},
      {"*.example", "a.example", false},  // too broad
      {"*.example.", "a.example", false},
      {"*b.example", "b.example", false},
      {"*.b.example", "*.b.example", false},  // not a host
      // None over a public suffix of the registries; a hoster's is its own.
      {"*.co.uk", "a.co.uk", false},
      {"*.CO.uk", "a.co.UK.", false},
      {"*.a.co.uk", "b.a.co.uk", true},
      {"a.co.uk", "a.co.uk", true},
      {"*.kawasaki.jp", "a.kawasaki.jp", false},
      {"*.xn--55qx5d.cn", "a.xn--55qx5d.cn", false},
      {"*.github.io", "a.github.io", true},
      // Nothing that is not a name matches, itself included.
      {"", "", false},
      {".", ".", false},
      {"a..example", "a..example", false},
      {"a.example\0.evil"sv, "a.example", false},
      {"a.example\0.evil"sv, "a.example\0.evil"sv, false},
      {"a example", "a example", false},
      {"a.example", "a.example..", false},
      {"b\xc3\xbc.example", "b\xc3\xbc.example", false},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(matches_dns_name(c.pattern, c.host), c.matches) << c.pattern << " for " << c.host;
  }
}

TEST(HostName, IsWithinADomain) {
  const struct {
    std::string_view domain, host;
    bool within;
  } rows[] = {
      {"b.example", "b.example", true},    {"b.example", "a.b.example", true},
      {"b.example", "ab.example", false},  {"b.example", "example", false},
      {"B.EXAMPLE", "a.b.example", true},  {"b.example", "A.B.EXAMPLE.", true},
      {".b.example", "b.example", false},  {".b.example", "a.b.example", true},
      {".b.example", "ab.example", false}, {"", "a.example", true},
      {"b.example.", "b.example", false},  {"a.b.example", "*.b.example", false},
  };
  for (const auto& row : rows)
    EXPECT_EQ(is_within(row.domain, row.host), row.within) << row.domain << ' ' << row.host;
}

TEST(HostName, TellsAddressesFromNames) {
  const struct {
    std::string_view host;
    size_t size;
  } kCases[] = {
      {"192.0.2.1", 4},
      {"0.0.0.0", 4},
      {"::1", 16},
      {"2001:db8::2", 16},
      {"::ffff:192.0.2.1", 16},
      {"fe80::1%eth0", 16},
      {"192.0.2.256", 0},
      {"192.0.2", 0},
      {"192.0.2.1.", 0},
      {"a.example", 0},
      {"", 0},
      {"[::1]", 0},
      {"1.2.3.4\0.example"sv, 0},
      {"::1 ", 0},
  };
  for (const auto& c : kCases) EXPECT_EQ(parse_ip(c.host).size, c.size) << c.host;
  const IpAddress ip = parse_ip("192.0.2.1");
  EXPECT_EQ(std::string(ip.bytes().begin(), ip.bytes().end()), "\xc0\x00\x02\x01"s);
}

}  // namespace
}  // namespace godwit::tls
