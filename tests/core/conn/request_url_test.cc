// SPDX-License-Identifier: MIT
#include "godwit/core/conn/request_url.h"

#include <string>

#include <gtest/gtest.h>

namespace godwit::conn {
namespace {

TEST(RequestUrl, TheSameTextAgainIsTheSameUrl) {
  RequestUrl url;
  EXPECT_FALSE(url.parse("http://A.example/b/../c", false));
  const char* where = url->href().data();
  EXPECT_FALSE(url.parse("http://A.example/b/../c", false));
  EXPECT_EQ(url->href(), "http://a.example/c");
  EXPECT_EQ(url->href().data(), where);
}

TEST(RequestUrl, AnotherTextIsParsed) {
  RequestUrl url;
  EXPECT_FALSE(url.parse("http://a.example/b", false));
  EXPECT_FALSE(url.parse("http://a.example/c", false));
  EXPECT_EQ(url->target(), "/c");
}

TEST(RequestUrl, PathAsIsIsAnotherReadingOfTheSameText) {
  RequestUrl url;
  EXPECT_FALSE(url.parse("http://a.example/b/../c", false));
  EXPECT_FALSE(url.parse("http://a.example/b/../c", true));
  EXPECT_EQ(url->target(), "/b/../c");
  EXPECT_FALSE(url.parse("http://a.example/b/../c", false));
  EXPECT_EQ(url->target(), "/c");
}

TEST(RequestUrl, AnErrorIsNotRememberedAndForgetsWhatWas) {
  RequestUrl url;
  EXPECT_FALSE(url.parse("http://a.example/", false));
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(url.parse("http://a b/", false));
    EXPECT_TRUE(url->empty());
  }
  EXPECT_TRUE(url.parse("", false));
  EXPECT_FALSE(url.parse("http://a.example/", false));
  EXPECT_EQ(url->host(), "a.example");
}

TEST(RequestUrl, ALongTextIsParsedEachTime) {
  const std::string shared(RequestUrl::kRemembered, 'x');
  RequestUrl url;
  for (const char* end : {"1", "2", "2"}) {
    EXPECT_FALSE(url.parse("http://a.example/" + shared + end, false));
    EXPECT_EQ(url->target(), "/" + shared + end);
  }
}

}  // namespace
}  // namespace godwit::conn
