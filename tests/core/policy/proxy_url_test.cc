// SPDX-License-Identifier: MIT
#include "godwit/core/policy/proxy_url.h"

#include <string>

#include <gtest/gtest.h>

namespace godwit::policy {
namespace {

std::string read(std::string_view text, std::string_view credentials = {}) {
  ProxyUrl url;
  std::string fault = parse_proxy_url(text, credentials, url);
  if (!fault.empty()) return fault;
  return std::string(url.https ? "https " : "http ") + url.host + ' ' + std::to_string(url.port) +
         (url.authorization.empty() ? "" : ' ' + url.authorization);
}

TEST(ProxyUrl, Forms) {
  EXPECT_EQ(read("http://p.example:3128"), "http p.example 3128");
  EXPECT_EQ(read("http://p.example"), "http p.example 80");
  EXPECT_EQ(read("https://p.example/"), "https p.example 443");
  EXPECT_EQ(read("p.example:3128"), "http p.example 3128");
  EXPECT_EQ(read("HTTP://P.Example:3128/ignored"), "http p.example 3128");
  EXPECT_EQ(read("http://[::1]:8080"), "http ::1 8080");
  EXPECT_EQ(read("[::1]:8080"), "http ::1 8080");
}

TEST(ProxyUrl, CredentialsAreBasic) {
  // RFC 7617, 2.
  EXPECT_EQ(read("http://Aladdin:open%20sesame@p.example"),
            "http p.example 80 Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(read("http://p.example", "Aladdin:open sesame"),
            "http p.example 80 Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(read("http://u:w@p.example", "a:b"), "http p.example 80 Basic YTpi")
      << "the option goes before the URL";
  EXPECT_EQ(read("http://u@p.example"), "http p.example 80 Basic dTo=");
  EXPECT_EQ(read("u:p@p.example:3128"), "http p.example 3128 Basic dTpw");
  EXPECT_EQ(read("http://p.example", "u:a:b"), "http p.example 80 Basic dTphOmI=");
  EXPECT_EQ(read("http://p.example", "user"), "http p.example 80 Basic dXNlcjo=");
}

TEST(ProxyUrl, Refused) {
  EXPECT_EQ(read("socks5://p.example"), "only http and https proxies are spoken to");
  EXPECT_EQ(read("http://u%3Av:w@p.example"),
            "the user for the proxy has a colon, which Basic can't express");
  EXPECT_EQ(read("http://u:w%0d%0aX@p.example"),
            "the user or the password for the proxy has a control character");
  EXPECT_EQ(read("http://p.example", std::string_view("u:\0", 3)),
            "the user or the password for the proxy has a control character");
  EXPECT_TRUE(read("http://p.example:99999").starts_with("the proxy's URL is not valid: "));
  EXPECT_TRUE(read("").starts_with("the proxy's URL is not valid: "));
}

}  // namespace
}  // namespace godwit::policy
