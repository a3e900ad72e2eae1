// SPDX-License-Identifier: MIT
#include "godwit/parser/url_ip.h"

#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <gtest/gtest.h>

namespace godwit::parser {
namespace {

TEST(UrlIp, v4_in_every_notation) {
  const struct {
    std::string_view in;
    uint32_t address;
  } kRows[] = {
      {"1.2.3.4", 0x01020304},
      {"1.2.3.4.", 0x01020304},
      {"1.2.772", 0x01020304},
      {"1.131844", 0x01020304},
      {"16909060", 0x01020304},
      {"0x01020304", 0x01020304},
      {"0X1.0x2.03.04", 0x01020304},
      {"0100401404", 0x01020304},
      {"0x", 0},
      {"0", 0},
      {"00", 0},
      {"0x.0x.0", 0},
      {"4294967295", 0xffffffff},
      {"0xffffffff", 0xffffffff},
      {"037777777777", 0xffffffff},
      {"255.16777215", 0xffffffff},
      {"255.255.65535", 0xffffffff},
      {"255.255.255.255", 0xffffffff},
      {"0000000000000000000000000000001", 1},
      {"0x00000000000000000000000001", 1},
  };
  for (const auto& row : kRows) {
    EXPECT_TRUE(ends_in_number(row.in)) << row.in;
    EXPECT_EQ(parse_ipv4(row.in), row.address) << row.in;
  }
}

TEST(UrlIp, v4_refused) {
  for (std::string_view in : {"4294967296",
                              "0x100000000",
                              "040000000000",
                              "256.16777215",
                              "255.16777216",
                              "255.255.65536",
                              "255.255.255.256",
                              "1.2.3.4.5",
                              "1..2",
                              ".1",
                              "1.2.3.08",
                              "09",
                              "0xg.0",
                              "1.2.3.0x1g0",
                              "a.1",
                              "99999999999999999999999999999999999999",
                              "18446744073709551617",
                              "0x10000000000000001",
                              "-1",
                              "+1"}) {
    EXPECT_EQ(parse_ipv4(in), std::nullopt) << in;
  }
}

TEST(UrlIp, a_host_that_ends_in_a_number_is_an_address_or_nothing) {
  for (std::string_view in : {"1", "a.1", "a.1.", "a.0x", "a.0Xff", "a.09", "1.2.3.4.5", "..1", "a b.0"})
    EXPECT_TRUE(ends_in_number(in)) << in;
  for (std::string_view in : {"", ".", "..", "1..", "1.a", "a.0xg", "a.1a", "x", "0x.x", "1.2.3.4.."})
    EXPECT_FALSE(ends_in_number(in)) << in;
}

void expect_as_inet_pton(const std::string& text, size_t& valid) {
  in6_addr wanted;
  const bool is_valid = inet_pton(AF_INET6, text.c_str(), &wanted) == 1;
  const std::optional<Ipv6> got = parse_ipv6(text);
  ASSERT_EQ(got.has_value(), is_valid) << text;
  if (!is_valid) return;
  ++valid;
  for (size_t i = 0; i < 8; ++i)
    ASSERT_EQ((*got)[i], wanted.s6_addr[2 * i] << 8 | wanted.s6_addr[2 * i + 1]) << text;

  std::string written;
  append_ipv6(*got, written);
  EXPECT_EQ(parse_ipv6(written), got) << written;
}

// The C library knows the same grammar. Every text of these tokens, up to a length that takes a moment,
// must be judged and valued alike.
TEST(UrlIp, v6_agrees_with_inet_pton) {
  constexpr std::string_view kTokens[] = {":", "1:", "::", "aB0", "12345", "1.2.3.4", "."};
  size_t valid = 0;
  for (size_t length = 0, count = 1; length <= 6; ++length, count *= std::size(kTokens)) {
    for (size_t number = 0; number < count; ++number) {
      std::string text;
      for (size_t i = 0, rest = number; i < length; ++i, rest /= std::size(kTokens))
        text += kTokens[rest % std::size(kTokens)];
      ASSERT_NO_FATAL_FAILURE(expect_as_inet_pton(text, valid));
    }
  }
  // Around the full number of groups, where those texts don't reach.
  for (int groups = 5; groups <= 9; ++groups) {
    for (int gap = -1; gap <= groups; ++gap) {
      for (std::string_view end :
           {"", "1.2.3.4", "1.2.3.4.", "1.2.3", "1.2.3.04", "1.2.3.256", "f", ":", "::"}) {
        std::string text = gap == 0 ? ":" : "";
        for (int i = 0; i < groups; ++i)
          text += i + 1 == gap ? "0::" : i + 1 < groups || !end.empty() ? "0:" : "0";
        ASSERT_NO_FATAL_FAILURE(expect_as_inet_pton(text.append(end), valid));
      }
    }
  }
  EXPECT_GT(valid, 300u);
}

TEST(UrlIp, v6_is_written_in_one_way) {
  const struct {
    std::string_view in, out;
  } kRows[] = {
      {"::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"0:0:0:0:0:0:0:1", "::1"},
      {"1:0:0:0:0:0:0:0", "1::"},
      {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
      {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
      {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
      {"1:0:0:2:3:0:0:4", "1::2:3:0:0:4"},
      {"1:0:2:0:3:0:4:0", "1:0:2:0:3:0:4:0"},
      {"2001:0DB8:00A0::000F", "2001:db8:a0::f"},
      {"::ffff:192.0.2.1", "::ffff:c000:201"},
      {"64:ff9b::1.2.3.4", "64:ff9b::102:304"},
  };
  for (const auto& row : kRows) {
    const std::optional<Ipv6> address = parse_ipv6(row.in);
    ASSERT_TRUE(address) << row.in;
    std::string out;
    append_ipv6(*address, out);
    EXPECT_EQ(out, row.out) << row.in;
  }
}

}  // namespace
}  // namespace godwit::parser
