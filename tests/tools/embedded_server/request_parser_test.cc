// SPDX-License-Identifier: MIT
#include "godwit/tools/embedded_server/request_parser.h"

#include <memory>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

namespace godwit::embedded {
namespace {

constexpr std::string_view kPost =
    "\r\nPOST /echo/a%20b?x=1&y HTTP/1.1\r\nHost: localhost\r\nContent-Length:  12 \t\r\nX-Empty:\r\n"
    "Expect: 100-Continue\r\n\r\n";

struct Fixture {
  std::unique_ptr<RequestHead> head = std::make_unique<RequestHead>();
  ParseResult parse(std::string_view input, size_t searched = 0) {
    return parse_request_head(input, searched, *head);
  }
};

TEST(RequestParser, ReadsAHead) {
  Fixture f;
  ParseResult result = f.parse(kPost);
  ASSERT_EQ(result.status, ParseStatus::complete);
  EXPECT_EQ(result.consumed, kPost.size());
  EXPECT_EQ(f.head->method, "POST");
  EXPECT_EQ(f.head->target, "/echo/a%20b?x=1&y");
  EXPECT_EQ(f.head->path, "/echo/a%20b");
  EXPECT_EQ(f.head->query, "x=1&y");
  EXPECT_EQ(f.head->framing, BodyFraming::length);
  EXPECT_EQ(f.head->content_length, 12u);
  EXPECT_EQ(f.head->find("x-empty"), "");
  EXPECT_EQ(f.head->find("HOST"), "localhost");
  EXPECT_EQ(f.head->field_count, 4u);
  EXPECT_TRUE(f.head->expects_continue);
  EXPECT_TRUE(f.head->keep_alive);
}

TEST(RequestParser, LeavesWhatFollowsTheHead) {
  Fixture f;
  std::string two = std::string(kPost) + "0123456789ab" + "GET";
  EXPECT_EQ(f.parse(two).consumed, kPost.size());
}

TEST(RequestParser, EveryPrefixIsIncompleteAndEverySplitGivesTheSame) {
  for (size_t first = 0; first < kPost.size(); ++first) {
    Fixture f;
    ASSERT_EQ(f.parse(kPost.substr(0, first)).status, ParseStatus::incomplete) << first;
    ASSERT_EQ(f.parse(kPost, first).status, ParseStatus::complete) << first;
    ASSERT_EQ(f.head->content_length, 12u) << first;
  }
}

struct Row {
  const char* name;
  std::string_view text;
  int status;  // 0: taken
};
void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}

class RequestParserRow : public testing::TestWithParam<Row> {};

TEST_P(RequestParserRow, IsTakenOrRefused) {
  Fixture f;
  ParseResult result = f.parse(GetParam().text);
  if (GetParam().status == 0) {
    EXPECT_EQ(result.status, ParseStatus::complete) << (result.reason ? result.reason : "");
  } else {
    EXPECT_EQ(result.status, ParseStatus::bad);
    EXPECT_EQ(result.error_status, GetParam().status);
    EXPECT_NE(result.reason, nullptr);
  }
}

#define HOST "Host: h\r\n"
INSTANTIATE_TEST_SUITE_P(
    Table, RequestParserRow,
    testing::Values(
        Row{"Get", "GET / HTTP/1.1\r\n" HOST "\r\n", 0},
        Row{"Http10NeedsNoHost", "GET / HTTP/1.0\r\n\r\n", 0},
        Row{"AbsoluteForm", "GET http://h/x HTTP/1.1\r\n" HOST "\r\n", 0},
        Row{"AnyToken", "M-SEARCH / HTTP/1.1\r\n" HOST "\r\n", 0},
        Row{"ObsText", "GET / HTTP/1.1\r\n" HOST "X: \xe9\r\n\r\n", 0},
        Row{"Chunked", "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n", 0},
        Row{"BareLf", "GET / HTTP/1.1\n" HOST "\r\n", 400}, Row{"BareLfAtOnce", "GET /\n", 400},
        Row{"BareCr", "GET / HTTP/1.1\r\n" HOST "X: a\rb\r\n\r\n", 400},
        Row{"CrCrLf", "GET / HTTP/1.1\r\r\n" HOST "\r\n", 400},
        Row{"Nul", std::string_view("GET / HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n", 38), 400},
        Row{"Folded", "GET / HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n", 400},
        Row{"SpaceBeforeColon", "GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400},
        Row{"EmptyName", "GET / HTTP/1.1\r\n" HOST ": x\r\n\r\n", 400},
        Row{"NoColon", "GET / HTTP/1.1\r\n" HOST "X\r\n\r\n", 400},
        Row{"NoHost", "GET / HTTP/1.1\r\n\r\n", 400},
        Row{"TwoHosts", "GET / HTTP/1.1\r\n" HOST HOST "\r\n", 400},
        Row{"TwoSpaces", "GET  / HTTP/1.1\r\n" HOST "\r\n", 400},
        Row{"SpaceInTarget", "GET /a b HTTP/1.1\r\n" HOST "\r\n", 400},
        Row{"TwoParts", "GET /\r\n" HOST "\r\n", 400}, Row{"EmptyMethod", " / HTTP/1.1\r\n" HOST "\r\n", 400},
        Row{"HighByteInTarget", "GET /\xe9 HTTP/1.1\r\n" HOST "\r\n", 400},
        Row{"LowerCaseVersion", "GET / http/1.1\r\n" HOST "\r\n", 400},
        Row{"Http2", "GET / HTTP/2.0\r\n" HOST "\r\n", 505},
        Row{"Http12", "GET / HTTP/1.2\r\n" HOST "\r\n", 505},
        Row{"SignedLength", "GET / HTTP/1.1\r\n" HOST "Content-Length: +5\r\n\r\n", 400},
        Row{"NegativeLength", "GET / HTTP/1.1\r\n" HOST "Content-Length: -5\r\n\r\n", 400},
        Row{"EmptyLength", "GET / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n", 400},
        Row{"ListedLength", "GET / HTTP/1.1\r\n" HOST "Content-Length: 5,5\r\n\r\n", 400},
        Row{"TwoLengths", "GET / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", 400},
        Row{"HugeLength", "GET / HTTP/1.1\r\n" HOST "Content-Length: 18446744073709551616\r\n\r\n", 400},
        Row{"LengthAndCoding",
            "GET / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        Row{"CodingInHttp10", "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        Row{"OtherCoding", "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
        Row{"OtherExpectation", "GET / HTTP/1.1\r\n" HOST "Expect: luck\r\n\r\n", 417}),
    [](const auto& row) { return row.param.name; });

TEST(RequestParser, PersistenceFollowsVersionAndConnection) {
  struct Case {
    std::string_view version, connection;
    bool keep;
  };
  for (const Case& c :
       {Case{"1.1", "", true}, Case{"1.1", "close", false}, Case{"1.1", "keep-alive", true},
        Case{"1.1", "upgrade, Close", false}, Case{"1.1", "closed", true}, Case{"1.0", "", false},
        Case{"1.0", "Keep-Alive", true}, Case{"1.0", "keep-alive, close", false}}) {
    Fixture f;
    std::string text = "GET / HTTP/" + std::string(c.version) + "\r\nHost: h\r\n";
    if (!c.connection.empty()) text += "Connection: " + std::string(c.connection) + "\r\n";
    ASSERT_EQ(f.parse(text + "\r\n").status, ParseStatus::complete);
    EXPECT_EQ(f.head->keep_alive, c.keep) << c.version << " " << c.connection;
  }
}

TEST(RequestParser, FieldLimitIsExact) {
  for (size_t count : {kMaxFields, kMaxFields + 1}) {
    Fixture f;
    std::string text = "GET / HTTP/1.0\r\n";
    for (size_t i = 0; i < count; ++i) text += "X: y\r\n";
    ParseResult result = f.parse(text + "\r\n");
    EXPECT_EQ(result.status, count == kMaxFields ? ParseStatus::complete : ParseStatus::bad);
    if (count > kMaxFields) {
      EXPECT_EQ(result.error_status, 431);
    }
  }
}

TEST(RequestParser, HeadLimitIsExact) {
  const std::string start = "GET / HTTP/1.0\r\nX: ";
  for (size_t size : {kMaxHeadBytes, kMaxHeadBytes + 1}) {
    Fixture f;
    std::string text = start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
    ASSERT_EQ(text.size(), size);
    EXPECT_EQ(f.parse(text).status, size == kMaxHeadBytes ? ParseStatus::complete : ParseStatus::bad);
  }
  Fixture f;
  EXPECT_EQ(f.parse(start + std::string(kMaxHeadBytes - start.size() - 1, 'x')).status,
            ParseStatus::incomplete);
  EXPECT_EQ(f.parse(start + std::string(kMaxHeadBytes - start.size(), 'x')).error_status, 431);
}

}  // namespace
}  // namespace godwit::embedded
