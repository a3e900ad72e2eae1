// SPDX-License-Identifier: MIT
#include "godwit/core/policy/server_name.h"

#include <string>

#include <gtest/gtest.h>

namespace godwit::policy {
namespace {

// read gives "host|dialled|shown|port", or the sentence and its position.
std::string read(std::string_view text, std::optional<uint16_t> port = std::nullopt) {
  ServerName name;
  std::string diagnosis;
  if (const Error error = parse_server_name(text, port, 80, name, diagnosis)) {
    EXPECT_EQ(error.code, Errc::invalid_url);
    return diagnosis + " @" + std::to_string(error.detail);
  }
  return name.host + '|' + name.dialled + '|' + name.shown + '|' + std::to_string(name.port);
}

TEST(ServerName, WhatIsGivenWhatIsDialledAndWhatIsShown) {
  EXPECT_EQ(read("Example.COM"), "Example.COM|example.com|Example.COM|80");
  EXPECT_EQ(read("h:8080"), "h|h|h|8080");
  EXPECT_EQ(read("h:8080", 81), "h|h|h|81") << "a port of its own counts";
  EXPECT_EQ(read("h:"), "h|h|h|80");
  EXPECT_EQ(read("[::1]:81"), "::1|::1|::1|81");
  EXPECT_EQ(read("[fe80::1%eth0]"), "fe80::1%eth0|fe80::1%eth0|fe80::1%eth0|80");
  EXPECT_EQ(read("b\xc3\xbc\x63her.example"),
            "b\xc3\xbc\x63her.example|xn--bcher-kva.example|xn--bcher-kva.example|80");
}

TEST(ServerName, WhatIsNoneIsTold) {
  EXPECT_NE(read("").find("@0"), std::string::npos);
  EXPECT_NE(read("a b").find("@1"), std::string::npos);
  EXPECT_NE(read("h:x").find("@2"), std::string::npos);
  EXPECT_NE(read("[::1").find("@"), std::string::npos);
}

TEST(ServerName, AUrlIsSaidToBeOne) {
  ServerName out;
  std::string why;
  EXPECT_EQ(parse_server_name("http://example.com/", std::nullopt, 80, out, why).code, Errc::invalid_url);
  EXPECT_NE(why.find("this is a URL"), std::string::npos) << why;
}

}  // namespace
}  // namespace godwit::policy
