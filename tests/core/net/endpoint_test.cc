// SPDX-License-Identifier: MIT
#include "godwit/core/net/endpoint.h"

#include <string>

#include <gtest/gtest.h>

namespace godwit::net {
namespace {

TEST(Endpoint, ReadsAndWritesAddresses) {
  const struct {
    const char* in;
    const char* out;
  } rows[] = {
      {"127.0.0.1", "127.0.0.1:80"},
      {"255.255.255.255", "255.255.255.255:80"},
      {"::", "[::]:80"},
      {"::1", "[::1]:80"},
      {"2001:DB8:0:0:0:0:0:1", "[2001:db8::1]:80"},
      {"::ffff:192.0.2.1", "[::ffff:192.0.2.1]:80"},
      {"fe80::1%7", "[fe80::1%7]:80"},
      {"fe80::1%lo", "[fe80::1%1]:80"},
      {"1111:2222:3333:4444:5555:6666:123.123.123.123", "[1111:2222:3333:4444:5555:6666:7b7b:7b7b]:80"},
  };
  for (const auto& row : rows) {
    const auto address = parse_address(row.in);
    ASSERT_TRUE(address) << row.in;
    const Endpoint endpoint{*address, 80};
    EXPECT_EQ(to_text(endpoint), row.out);
    sockaddr_storage storage;
    to_sockaddr(endpoint, storage);
    EXPECT_EQ(from_sockaddr(reinterpret_cast<sockaddr&>(storage)), endpoint) << row.in;
  }
}

TEST(Endpoint, TakesNothingElseForAnAddress) {
  for (const char* text :
       {"", "localhost", "1", "127.1", "127.0.0.256", "127.0.0.01", "0x7f.0.0.1", "[::1]", "::1]",
        ":::", "fe80::1%", "fe80::1%no-such-interface", "127.0.0.1%lo", "127.0.0.1 ", " ::1"}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
  EXPECT_FALSE(parse_address(std::string_view("127.0.0.1\0", 10)));
  EXPECT_FALSE(parse_address(std::string(100'000, '1')));
}

}  // namespace
}  // namespace godwit::net
