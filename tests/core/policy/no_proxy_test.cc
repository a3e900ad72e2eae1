// SPDX-License-Identifier: MIT
#include "godwit/core/policy/no_proxy.h"

#include <string_view>

#include <gtest/gtest.h>

#include "godwit/parser/url.h"

namespace godwit::policy {
namespace {

bool matches(std::string_view entry, std::string_view url) {
  NoProxy list;
  EXPECT_TRUE(list.empty());
  EXPECT_TRUE(list.add(entry)) << entry;
  EXPECT_FALSE(list.empty());
  parser::Url parsed;
  EXPECT_FALSE(parser::parse_url(url, parsed)) << url;
  return list.matches(parsed.hostname(), parsed.host_kind());
}

TEST(NoProxy, OneEntry) {
  const struct {
    std::string_view entry, url;
    bool expected;
  } rows[] = {
      {"example.com", "http://example.com/", true},
      {"example.com", "http://EXAMPLE.com./", true},
      {"example.com", "http://a.b.example.com/", true},
      {"example.com", "http://notexample.com/", false},
      {"example.com", "http://example.com.evil.example/", false},
      {"example.com", "http://com/", false},
      {".example.com", "http://example.com/", true},
      {".Example.com.", "http://a.example.com/", true},
      {"b\xc3\xbc"
       "cher.example",
       "http://xn--bcher-kva.example/", true},
      {"localhost", "http://localhost:81/", true},
      {"192.0.2.1", "http://192.0.2.1/", true},
      {"192.0.2.1", "http://192.0.2.10/", false},
      {"192.0.2.1", "http://3221225985/", true},
      {"2.1", "http://192.0.2.1/", false},
      {"::1", "http://[::1]/", true},
      {"[::1]", "http://[0:0::1]/", true},
      {"::1", "http://[::2]/", false},
      {"10.0.0.0/8", "http://10.255.0.1/", true},
      {"10.0.0.0/8", "http://11.0.0.1/", false},
      {"192.0.2.128/25", "http://192.0.2.129/", true},
      {"192.0.2.128/25", "http://192.0.2.127/", false},
      {"0.0.0.0/0", "http://203.0.113.9/", true},
      {"0.0.0.0/0", "http://[::1]/", false},
      {"2001:db8::/33", "http://[2001:db8:7fff::1]/", true},
      {"2001:db8::/33", "http://[2001:db8:8000::1]/", false},
      {"10.0.0.0/8", "http://ten.example/", false},
      {"*", "http://anything.example/", true},
      {"*", "http://[::1]/", true},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(matches(row.entry, row.url), row.expected) << row.entry << " against " << row.url;
  }
}

TEST(NoProxy, AnyOfSeveral) {
  NoProxy list;
  EXPECT_FALSE(list.matches("a.example", parser::HostKind::name));
  EXPECT_TRUE(list.add("a.example"));
  EXPECT_TRUE(list.add("b.example"));
  EXPECT_TRUE(list.matches("b.example", parser::HostKind::name));
  EXPECT_FALSE(list.matches("c.example", parser::HostKind::name));
}

TEST(NoProxy, WhatNamesNothing) {
  for (const char* entry :
       {"", ".", "a b", "10.0.0.0/33", "10.0.0/8x", "/8", "::1/129", "a.example/8", ":::", "a:80"}) {
    NoProxy list;
    EXPECT_FALSE(list.add(entry)) << entry;
    EXPECT_TRUE(list.empty());
  }
}

}  // namespace
}  // namespace godwit::policy
