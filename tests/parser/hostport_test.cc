// SPDX-License-Identifier: MIT
#include "godwit/parser/hostport.h"

#include <ostream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace godwit::parser {

static void PrintTo(const UrlError& error, std::ostream* out) {
  *out << describe(error);
}

namespace {

// row: 1.2/host-port
TEST(HostPort, forms_of_http_client) {
  const struct {
    std::string_view in, host;
    uint16_t port;
    bool bracketed;
  } kRows[] = {
      {"h", "h", 443, false},
      {"h:", "h", 443, false},
      {"h:80", "h", 80, false},
      {"Example.COM.:8080", "Example.COM.", 8080, false},
      {"h:0", "h", 0, false},
      {"h:65535", "h", 65535, false},
      {"h:00080", "h", 80, false},
      {"127.0.0.1:1", "127.0.0.1", 1, false},
      {"b\xc3\xbc"
       "cher.de:8",
       "b\xc3\xbc"
       "cher.de",
       8, false},
      {"[::1]", "::1", 443, true},
      {"[::1]:", "::1", 443, true},
      {"[::1]:80", "::1", 80, true},
      {"[fe80::1%eth0]:80", "fe80::1%eth0", 80, true},
      {"[::ffff:1.2.3.4]:80", "::ffff:1.2.3.4", 80, true},
  };
  for (const auto& row : kRows) {
    HostPort out;
    EXPECT_EQ(parse_hostport(row.in, 443, out), UrlError{}) << row.in;
    EXPECT_EQ(out.host, row.host) << row.in;
    EXPECT_EQ(out.port, row.port) << row.in;
    EXPECT_EQ(out.bracketed, row.bracketed) << row.in;
  }
}

// row: 1.2/validate-host, 1.11/port-number, 1.11/bare-ipv6
TEST(HostPort, refused) {
  using enum UrlErrc;
  using namespace std::string_view_literals;
  const struct {
    std::string_view in;
    UrlErrc code;
    size_t offset;
  } kRows[] = {
      // What http.client takes.
      {"h:+80", bad_port, 2},
      {"h: 80", bad_port, 2},
      {"h:8_0", bad_port, 3},
      {"h:-1", bad_port, 2},
      {"h:99999", port_out_of_range, 2},
      {"::1", unbracketed_ipv6, 0},
      {"u:p@h", bad_port, 2},
      {"u@h", forbidden_host_byte, 1},
      // What it refuses too.
      {"h:x", bad_port, 2},
      {"h:80x", bad_port, 4},
      {"h:80 ", bad_port, 4},
      {"h 1", forbidden_host_byte, 1},
      {" h", forbidden_host_byte, 0},
      {"h\r\nx: y", forbidden_host_byte, 1},
      {"h\0"sv, forbidden_host_byte, 1},
      {"h\x7f", forbidden_host_byte, 1},
      // What no host holds.
      {"", missing_host, 0},
      {":", missing_host, 0},
      {":80", missing_host, 0},
      {"h/", forbidden_host_byte, 1},
      {"h?", forbidden_host_byte, 1},
      {"h#", forbidden_host_byte, 1},
      {"h\\", forbidden_host_byte, 1},
      {"h:80/", bad_port, 4},
      {"http://h", bad_port, 5},
      {"h]", forbidden_host_byte, 1},
      {"h[::1]", forbidden_host_byte, 1},
      {"h:80:90", unbracketed_ipv6, 0},
      {"h:65536", port_out_of_range, 2},
      {"[::1", unclosed_bracket, 0},
      {"[", unclosed_bracket, 0},
      {"[]", bad_ipv6, 1},
      {"[h]", bad_ipv6, 1},
      {"[[::1]]", bad_ipv6, 1},
      {"[::1%]", bad_ipv6, 1},
      {"[::1%a/b]", bad_ipv6, 1},
      {"[::1%a%b]", bad_ipv6, 1},
      {"[::1]80", forbidden_host_byte, 5},
      {"[::1]x:80", forbidden_host_byte, 5},
      {"[::1]:x", bad_port, 6},
      {"[::1]:65536", port_out_of_range, 6},
      {"[::1]:80:80", bad_port, 8},
  };
  for (const auto& row : kRows) {
    HostPort out{"before", 1, true};
    EXPECT_EQ(parse_hostport(row.in, 80, out), (UrlError{row.code, row.offset})) << row.in;
    EXPECT_EQ(out.host, "before") << row.in;
    EXPECT_EQ(out.port, 1) << row.in;
  }
}

}  // namespace
}  // namespace godwit::parser
