// SPDX-License-Identifier: MIT
#include "godwit/core/method.h"

#include <string>

#include <gtest/gtest.h>

#include "godwit/core/port.h"

namespace godwit {
namespace {

// row: 1.1/method
TEST(Method, TheNineOfHttpMethod) {
  std::string all;
  for (std::string_view m : {method::kConnect, method::kDelete, method::kGet, method::kHead, method::kOptions,
                             method::kPatch, method::kPost, method::kPut, method::kTrace}) {
    all.append(m).append(" ");
  }
  EXPECT_EQ(all, "CONNECT DELETE GET HEAD OPTIONS PATCH POST PUT TRACE ");
}

TEST(Method, SafeToRepeatAndExpectingContent) {
  for (std::string_view m : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"})
    EXPECT_TRUE(is_idempotent(m)) << m;
  for (std::string_view m : {"POST", "PATCH", "CONNECT", "get", "PURGE", ""})
    EXPECT_FALSE(is_idempotent(m)) << m;
  for (std::string_view m : {"POST", "PUT", "PATCH", "post", "Put"}) EXPECT_TRUE(expects_content(m)) << m;
  for (std::string_view m : {"GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "posts", ""})
    EXPECT_FALSE(expects_content(m)) << m;
}

// row: 1.1/ports
TEST(Port, OfUrlsThatNameNone) {
  EXPECT_EQ(kHttpPort, 80);
  EXPECT_EQ(kHttpsPort, 443);
}

}  // namespace
}  // namespace godwit
