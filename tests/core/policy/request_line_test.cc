// SPDX-License-Identifier: MIT
#include "godwit/core/policy/request_line.h"

#include <string>

#include <gtest/gtest.h>

#include "godwit/core/policy/hidden_fields.h"

namespace godwit::policy {
namespace {

TEST(RequestLine, AuthorityOfAbsoluteUrlsAlone) {
  EXPECT_EQ(authority_of("http://h/"), "h");
  EXPECT_EQ(authority_of("HTTPS://H:80?q"), "H:80");
  EXPECT_EQ(authority_of("http://u:p@h:1#f"), "h:1");
  EXPECT_EQ(authority_of("http://u@v@h/"), "h");
  EXPECT_EQ(authority_of("http://[fe80::1%25eth0]/"), "[fe80::1]");
  EXPECT_EQ(authority_of("http://[::1]:8%30/"), "[::1]:8%30") << "no zone, and the checks come later";
  for (const char* other :
       {"", "/", "*", "/http://h/", "ftp://h/", "http:/h", "http:h", "h:80", "http://", "://h"}) {
    EXPECT_EQ(authority_of(other), "") << other;
  }
}

TEST(RequestLine, AuthorityForAServer) {
  EXPECT_EQ(authority_for("h", 80, 80), "h");
  EXPECT_EQ(authority_for("h", 443, 80), "h:443");
  EXPECT_EQ(authority_for("::1", 80, 80), "[::1]");
  EXPECT_EQ(authority_for("fe80::1%eth0", 8080, 80), "[fe80::1]:8080");
}

TEST(RequestLine, FaultsNameTheByte) {
  std::string why;
  EXPECT_FALSE(check_method("GET", why));
  EXPECT_EQ(check_method("GE T", why).detail, 2u);
  EXPECT_EQ(why, "byte 0x20 at position 2 of the method is not allowed");
  EXPECT_EQ(check_method("", why).code, Errc::invalid_request);
  EXPECT_FALSE(check_url("", why));
  EXPECT_EQ(check_url("/\\xff", why).code, Errc::ok);
  EXPECT_EQ(check_url("/\xff", why).code, Errc::invalid_url);
  EXPECT_EQ(why, "byte 0xFF at position 1 of the URL is not allowed");
}

TEST(HiddenFields, WhatLogsIn) {
  for (const char* name : {"Authorization", "PROXY-authorization", "cookie", "Set-Cookie"})
    EXPECT_TRUE(is_hidden(name));
  for (const char* name : {"Accept", "X-Cookie", ""}) EXPECT_FALSE(is_hidden(name));
}

}  // namespace
}  // namespace godwit::policy
