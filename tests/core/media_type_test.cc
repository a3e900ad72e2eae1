// SPDX-License-Identifier: MIT
#include "godwit/core/media_type.h"

#include <string>

#include <gtest/gtest.h>

namespace godwit {
namespace {

Headers with(std::string_view value) {
  Headers h;
  EXPECT_FALSE(h.add("Content-Type", value)) << value;
  return h;
}

TEST(MediaType, PartsAreInLowerCase) {
  const auto type = MediaType::parse("Text/HTML ; Charset=\"UTF-8\"; q=1");
  ASSERT_TRUE(type);
  EXPECT_EQ(type->essence(), "text/html");
  EXPECT_EQ(type->type(), "text");
  EXPECT_EQ(type->subtype(), "html");
  EXPECT_EQ(type->parameters().get("charset"), "UTF-8");
  const MediaType copy = *type;
  EXPECT_EQ(copy.subtype(), "html");
}

TEST(MediaType, WhatIsNone) {
  for (std::string_view value :
       {"", "text", "text/", "/html", "text /html", "text/ html", "text/html/x", "text/html x",
        "text/html, text/plain", "te\"xt/html", "; charset=utf-8", "text/html\xc3\xbc"}) {
    EXPECT_FALSE(MediaType::parse(value)) << value;
  }
  EXPECT_TRUE(MediaType::parse("a/b"));
  EXPECT_TRUE(MediaType::parse("application/vnd.api+json;"));
}

TEST(MediaType, MalformedParametersAreNone) {
  const auto type = MediaType::parse("text/html; a=b; charset");
  ASSERT_TRUE(type);
  EXPECT_EQ(type->essence(), "text/html");
  EXPECT_TRUE(type->parameters().empty());
}

// row: 1.6/message
TEST(ContentType, NothingIsKnownOfWhatDoesNotSayIt) {
  EXPECT_FALSE(content_type({})) << "http.client says text/plain";
  EXPECT_FALSE(content_type(with("text")));
  EXPECT_EQ(content_type(with("image/PNG"))->essence(), "image/png");
}

TEST(ContentType, LinesThatDifferSayNothing) {
  Headers h = with("text/html");
  ASSERT_FALSE(h.add("content-type", "text/html"));
  EXPECT_EQ(content_type(h)->essence(), "text/html");
  ASSERT_FALSE(h.add("Content-Type", "text/plain"));
  EXPECT_FALSE(content_type(h));
  EXPECT_FALSE(charset(h));
}

// row: 1.6/message
TEST(ContentType, Charset) {
  EXPECT_EQ(charset(with("text/html; charset=UTF-8")), "utf-8");
  EXPECT_EQ(charset(with("text/html;CHARSET=\"Latin1\"")), "latin1");
  EXPECT_FALSE(charset(with("text/html")));
  EXPECT_FALSE(charset(with("text/html; charset=utf-8; charset=latin1")));
  EXPECT_FALSE(charset({}));
}

// row: 1.6/message
TEST(ContentType, Boundary) {
  EXPECT_EQ(boundary(with("multipart/mixed; boundary=\"gc0pJq0M:08 jU534c0p\"")), "gc0pJq0M:08 jU534c0p");
  EXPECT_EQ(boundary(with("multipart/form-data; boundary=----WebKitFormBoundaryAbC")),
            "----WebKitFormBoundaryAbC");
  EXPECT_EQ(boundary(with("a/b; boundary=" + std::string(70, 'x')))->size(), 70u);
  EXPECT_FALSE(boundary(with("a/b; boundary=" + std::string(71, 'x'))));
  EXPECT_FALSE(boundary(with("a/b; boundary=\"\"")));
  EXPECT_FALSE(boundary(with("a/b; boundary=\"x \"")));
  EXPECT_FALSE(boundary(with("a/b; boundary=\"x\\\"y\"")));
  EXPECT_FALSE(boundary(with("a/b; boundary=x*y")));
  EXPECT_FALSE(boundary(with("a/b")));
}

}  // namespace
}  // namespace godwit
