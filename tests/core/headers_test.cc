// SPDX-License-Identifier: MIT
#include "godwit/core/headers.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace godwit {
namespace {

using namespace std::string_view_literals;

Headers three() {
  Headers h;
  EXPECT_FALSE(h.add("Accept", "text/html"));
  EXPECT_FALSE(h.add("Set-Cookie", "a=1"));
  EXPECT_FALSE(h.add("set-cookie", "  b=2\t"));
  return h;
}

TEST(Headers, KeepsOrderCaseAndRepeats) {
  const Headers h = three();
  std::string seen;
  for (const auto [name, value] : h) seen += std::string(name) + "=" + std::string(value) + ";";
  EXPECT_EQ(seen, "Accept=text/html;Set-Cookie=a=1;set-cookie=b=2;");
  EXPECT_EQ(h.wire(), "Accept: text/html\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n");
}

TEST(Headers, LookUpsIgnoreCaseAndNeverJoin) {
  const Headers h = three();
  EXPECT_EQ(h.get("ACCEPT"), "text/html");
  EXPECT_EQ(h.get("SET-cookie"), "a=1");
  EXPECT_EQ(h.get_all("Set-Cookie"), (std::vector<std::string_view>{"a=1", "b=2"}));
  EXPECT_FALSE(h.get("Accep"));
  EXPECT_FALSE(h.contains("Accept-"));
}

// row: 1.6/message
TEST(Headers, KeysValuesAndItemsAreInOrder) {
  const Headers h = three();
  EXPECT_EQ(h.keys(), (std::vector<std::string_view>{"Accept", "Set-Cookie", "set-cookie"}));
  EXPECT_EQ(h.values(), (std::vector<std::string_view>{"text/html", "a=1", "b=2"}));
  const auto items = h.items();
  ASSERT_EQ(items.size(), 3u);
  EXPECT_EQ(items[2].name, "set-cookie");
  EXPECT_EQ(items[2].value, "b=2");
}

TEST(Headers, SetCookieIsNeverJoined) {
  Headers h = three();
  EXPECT_EQ(h.joined("SET-COOKIE"), "a=1");
  EXPECT_FALSE(h.joined("Absent"));
  EXPECT_EQ(h.joined("accept"), "text/html");
  ASSERT_FALSE(h.add("ACCEPT", ""));
  ASSERT_FALSE(h.add("Accept", "image/*"));
  EXPECT_EQ(h.joined("Accept"), "text/html, , image/*");
}

TEST(Headers, SingleIsWhatAllLinesSay) {
  Headers h = three();
  EXPECT_EQ(h.get_single("accept"), "text/html");
  ASSERT_FALSE(h.add("ACCEPT", "text/html"));
  EXPECT_EQ(h.get_single("accept"), "text/html");
  ASSERT_FALSE(h.add("Accept", "text/plain"));
  EXPECT_FALSE(h.get_single("accept"));
  EXPECT_FALSE(h.get_single("Absent"));
}

TEST(Headers, SetReplacesAllInPlaceOfTheFirst) {
  Headers h = three();
  EXPECT_FALSE(h.set("SET-COOKIE", "c"));
  EXPECT_FALSE(h.set("New", "n"));
  EXPECT_EQ(h.wire(), "Accept: text/html\r\nSET-COOKIE: c\r\nNew: n\r\n");
}

TEST(Headers, RemoveDropsAllOfAName) {
  Headers h = three();
  EXPECT_EQ(h.remove("set-Cookie"), 2u);
  EXPECT_EQ(h.remove("set-Cookie"), 0u);
  EXPECT_EQ(h.wire(), "Accept: text/html\r\n");
}

TEST(Headers, AreEqualByteForByteAndInOrder) {
  const auto made_of = [](std::initializer_list<Headers::Field> fields) {
    Headers headers;
    for (const auto& [name, value] : fields) EXPECT_FALSE(headers.add(name, value));
    return headers;
  };
  const Headers ab = made_of({{"A", "1"}, {"B", "2"}});
  EXPECT_EQ(Headers(), Headers());
  EXPECT_EQ(ab, made_of({{"A", "1"}, {"B", "2"}}));
  EXPECT_NE(ab, Headers());
  EXPECT_NE(ab, made_of({{"A", "1"}}));
  EXPECT_NE(ab, made_of({{"B", "2"}, {"A", "1"}}));
  EXPECT_NE(ab, made_of({{"a", "1"}, {"B", "2"}}));
  EXPECT_NE(ab, made_of({{"A", "1"}, {"B", "3"}}));
  // However they came to be there.
  Headers received;
  const parser::FieldSpan spans[] = {{0, 1, 4, 1}, {7, 1, 9, 1}};
  received.assign("A:  1\r\nB:2\r\n", spans);
  EXPECT_EQ(received, ab);
}

TEST(Headers, RefusesWhatCouldSplitARequest) {
  struct Row {
    std::string_view name, value, why;
  };
  for (const Row& row : {Row{"", "v", "field name is empty"},
                         Row{"a b", "v", "byte 0x20 at position 1 of the field name is not allowed"},
                         Row{"a:", "v", "byte 0x3A at position 1 of the field name is not allowed"},
                         Row{"a\0"sv, "v", "byte 0x00 at position 1 of the field name is not allowed"},
                         Row{"a", "v\r\nX: y", "byte 0x0D at position 1 of the field value is not allowed"},
                         Row{"a", "v\ny", "byte 0x0A at position 1 of the field value is not allowed"},
                         Row{"a", "vv\0"sv, "byte 0x00 at position 2 of the field value is not allowed"},
                         Row{"a", "\x7f", "byte 0x7F at position 0 of the field value is not allowed"}}) {
    Headers h;
    EXPECT_EQ(h.add(row.name, row.value).code, Errc::invalid_request);
    EXPECT_EQ(h.set(row.name, row.value).code, Errc::invalid_request);
    EXPECT_TRUE(h.empty());
    EXPECT_EQ(Headers::explain_fault(row.name, row.value), row.why);
  }
  Headers h;
  EXPECT_FALSE(h.add("a", "caf\xc3\xa9\tx")) << "obs-text and HTAB are legal (RFC 9110, 5.5)";
  EXPECT_EQ(Headers::explain_fault("a", "b"), "");
}

TEST(Headers, FieldsMayBeMadeOfTheirOwnViews) {
  Headers h;
  ASSERT_FALSE(h.add("Name", "value"));
  // Often enough to pass through every growth of the text.
  for (size_t i = 0; i < 200; ++i) ASSERT_FALSE(h.add(h[i].name, h[i].value));
  ASSERT_FALSE(h.set(h[0].name, h[0].value));
  EXPECT_EQ(h.wire(), "Name: value\r\n");
  for (size_t i = 0; i < 200; ++i) ASSERT_FALSE(h.add("Copy", *h.get("name")));
  EXPECT_EQ(h.size(), 201u);
  for (const auto [name, value] : h) EXPECT_EQ(value, "value") << name;
}

TEST(Headers, AssignCopiesAReceivedHead) {
  std::string head = "HTTP/1.1 200 Fine\r\nA: b\r\n\r\n";
  const parser::FieldSpan span{19, 1, 22, 1};
  Headers h;
  h.assign(head, {&span, 1});
  head.assign(head.size(), 'x');
  EXPECT_EQ(h.get("a"), "b");
  EXPECT_EQ(h.terminated_text(13, 4), "Fine");
  EXPECT_STREQ(h.terminated_text(13, 4).data(), "Fine");
}

}  // namespace
}  // namespace godwit
