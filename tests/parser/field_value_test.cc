// SPDX-License-Identifier: MIT
#include "godwit/parser/field_value.h"

#include <vector>

#include <gtest/gtest.h>

#include "godwit/parser/response_head.h"

namespace godwit::parser {
namespace {

using namespace std::string_view_literals;

// Lines parses field lines and lends their Fields.
class Lines {
 public:
  explicit Lines(std::string text) : text_(std::move(text) + "\r\n"), storage_(16) {
    lines_.storage = storage_;
    EXPECT_EQ(parse_field_lines(text_, 0, {}, lines_).status, HeadStatus::complete) << text_;
  }
  Fields fields() const { return lines_.fields(text_.data()); }

 private:
  std::string text_;
  std::vector<FieldSpan> storage_;
  FieldLines lines_;
};

std::vector<std::string_view> elements(std::string_view value) {
  std::vector<std::string_view> all;
  ListReader list(value);
  while (auto element = list.next()) all.push_back(*element);
  return all;
}

TEST(ListReader, GivesTrimmedElementsAndLeavesOutEmptyOnes) {
  using List = std::vector<std::string_view>;
  EXPECT_EQ(elements(""), List{});
  EXPECT_EQ(elements(" , ,\t,"), List{});
  EXPECT_EQ(elements("a"), List{"a"});
  EXPECT_EQ(elements(", a ,,\tb c\t, d"), (List{"a", "b c", "d"}));
  EXPECT_EQ(elements("a=\"x, y\", b"), (List{"a=\"x, y\"", "b"}));
  EXPECT_EQ(elements("a=\"x\\\", y\", b"), (List{"a=\"x\\\", y\"", "b"}));
  EXPECT_EQ(elements("a=\"never closed, b"), List{"a=\"never closed, b"});
  EXPECT_EQ(elements("a=\"\\"), List{"a=\"\\"});
}

TEST(ListTokens, CompareWholeAndWithoutCase) {
  EXPECT_TRUE(list_has_token("close", "close"));
  EXPECT_TRUE(list_has_token("keep-alive, CLOSE", "close"));
  EXPECT_FALSE(list_has_token("not-closed", "close"));  // http.client takes the substring
  EXPECT_FALSE(list_has_token("close d", "close"));
  EXPECT_FALSE(list_has_token("", "close"));
  const Lines lines("Connection: a\r\nX: close\r\nconnection: b, Close\r\n");
  EXPECT_TRUE(any_list_has_token(lines.fields(), "Connection", "close"));
  EXPECT_FALSE(any_list_has_token(lines.fields(), "Connection", "c"));
}

// FAULTS: H3.
TEST(ContentLength, IsOneDecimalNumberOrNothing) {
  using Status = ContentLength::Status;
  const struct {
    std::string lines;
    Status status;
    uint64_t value;
  } cases[] = {
      {"A: b\r\n", Status::absent, 0},
      {"Content-Length: 0\r\n", Status::valid, 0},
      {"content-LENGTH: 5\r\n", Status::valid, 5},
      {"Content-Length: 0005\r\n", Status::valid, 5},
      {"Content-Length: 9223372036854775807\r\n", Status::valid, 9223372036854775807u},
      {"Content-Length: 9223372036854775808\r\n", Status::overflow, 0},
      {"Content-Length: 18446744073709551615\r\n", Status::overflow, 0},
      {"Content-Length: 18446744073709551616\r\n", Status::overflow, 0},
      {"Content-Length: 99999999999999999999999999\r\n", Status::overflow, 0},
      {"Content-Length: 5\r\nContent-Length: 5\r\n", Status::valid, 5},
      {"Content-Length: 5\r\nA: b\r\ncontent-length: 5\r\nContent-Length: 5\r\n", Status::valid, 5},
      {"Content-Length: 5\r\nContent-Length: 6\r\n", Status::differing, 0},
      {"Content-Length: 5\r\nContent-Length: 5\r\nContent-Length: 6\r\n", Status::differing, 0},
      {"Content-Length: 5\r\nContent-Length: 05\r\n", Status::differing, 0},
      {"Content-Length: 5\r\nContent-Length:\r\n", Status::differing, 0},
      {"Content-Length: 5,5\r\n", Status::malformed, 0},
      {"Content-Length: 3, 3\r\n", Status::malformed, 0},
      {"Content-Length: 5 5\r\n", Status::malformed, 0},
      {"Content-Length: +5\r\n", Status::malformed, 0},
      {"Content-Length: -5\r\n", Status::malformed, 0},
      {"Content-Length: 0x5\r\n", Status::malformed, 0},
      {"Content-Length: 1_0\r\n", Status::malformed, 0},
      {"Content-Length: 5.0\r\n", Status::malformed, 0},
      {"Content-Length: \"5\"\r\n", Status::malformed, 0},
      {"Content-Length: 5;a\r\n", Status::malformed, 0},
      {"Content-Length: \xd9\xa3\r\n", Status::malformed, 0},
      {"Content-Length:\r\n", Status::malformed, 0},
      {"Content-Length: x\r\nContent-Length: x\r\n", Status::malformed, 0},
  };
  for (const auto& row : cases) {
    const ContentLength got = parse_content_length(Lines(row.lines).fields());
    EXPECT_EQ(got.status, row.status) << row.lines;
    EXPECT_EQ(got.value, row.value) << row.lines;
  }
}

TEST(Decimal, FitsOrIsNothing) {
  EXPECT_EQ(parse_decimal("18446744073709551615"), 18446744073709551615u);
  EXPECT_EQ(parse_decimal("18446744073709551616"), std::nullopt);
  EXPECT_EQ(parse_decimal("28446744073709551615"), std::nullopt);
  for (std::string_view text : {"", " 1", "1 ", "+1", "-1", "a", "1a"}) {
    EXPECT_EQ(parse_decimal(text), std::nullopt) << text;
  }
}

// FAULTS: H4.
TEST(TransferEncoding, SaysWhereChunkedIsAndWhatElse) {
  const struct {
    std::string lines;
    bool present, malformed, chunked_last, chunked_early;
    uint32_t others;
  } cases[] = {
      {"A: b\r\n", false, false, false, false, 0},
      {"Transfer-Encoding: chunked\r\n", true, false, true, false, 0},
      {"Transfer-Encoding: CHUNKED\r\n", true, false, true, false, 0},
      {"Transfer-Encoding: , chunked ,\r\n", true, false, true, false, 0},
      {"Transfer-Encoding: gzip, chunked\r\n", true, false, true, false, 1},
      {"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", true, false, true, false, 1},
      {"Transfer-Encoding: gzip\r\n", true, false, false, false, 1},
      {"Transfer-Encoding: identity\r\n", true, false, false, false, 1},
      {"Transfer-Encoding: xchunked\r\n", true, false, false, false, 1},
      {"Transfer-Encoding: chunked, gzip\r\n", true, false, false, true, 1},
      {"Transfer-Encoding: chunked, chunked\r\n", true, false, true, true, 0},
      {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", true, false, true, true, 0},
      {"Transfer-Encoding: chunked, gzip, chunked\r\n", true, false, true, true, 1},
      {"Transfer-Encoding: x;a=b ; c = \"d, e\", chunked\r\n", true, false, true, false, 1},
      {"Transfer-Encoding: chunked;a=b\r\n", true, true, true, false, 0},
      {"Transfer-Encoding:\r\n", true, true, false, false, 0},
      {"Transfer-Encoding: ,\r\n", true, true, false, false, 0},
      {"Transfer-Encoding: chunked x\r\n", true, true, true, false, 0},
      {"Transfer-Encoding: \"chunked\"\r\n", true, true, false, false, 1},
      {"Transfer-Encoding: gzip;, chunked\r\n", true, true, true, false, 1},
      {"Transfer-Encoding: gzip;a, chunked\r\n", true, true, true, false, 1},
      {"Transfer-Encoding: gzip;a=, chunked\r\n", true, true, true, false, 1},
      {"Transfer-Encoding: gzip;a=\"b, chunked\r\n", true, true, false, false, 1},
  };
  for (const auto& row : cases) {
    const TransferEncoding got = parse_transfer_encoding(Lines(row.lines).fields());
    EXPECT_EQ(got.present, row.present) << row.lines;
    EXPECT_EQ(got.malformed, row.malformed) << row.lines;
    EXPECT_EQ(got.chunked_last, row.chunked_last) << row.lines;
    EXPECT_EQ(got.chunked_early, row.chunked_early) << row.lines;
    EXPECT_EQ(got.others, row.others) << row.lines;
  }
}

TEST(QuotedString, MeansWhatIsBetweenTheQuotes) {
  std::string out;
  const struct {
    std::string_view text, meaning;
  } good[] = {
      {"\"\"", ""}, {"\"a b\"", "a b"}, {"\"a\\\"b\\\\c\\d\"", "a\"b\\cd"}, {"\"\xc3\x84\t\"", "\xc3\x84\t"}};
  for (const auto& row : good) {
    EXPECT_TRUE(parse_quoted_string(row.text, out)) << row.text;
    EXPECT_EQ(out, row.meaning);
  }
  for (std::string_view bad :
       {""sv, "a"sv, "\""sv, "\"a"sv, "a\""sv, "\"a\\\""sv, "\"a\"b"sv, "\"a\" "sv, "\"a\"b\""sv, "\"\\"sv,
        "\"a\0b\""sv, "\"a\r\nb\""sv, "\"\\\r\""sv, "\"\\\0\""sv}) {
    EXPECT_FALSE(parse_quoted_string(bad, out)) << ::testing::PrintToString(bad);
  }
}

TEST(KeepAlive, IsAHintOfWhichOnlyTheClearPartsCount) {
  const struct {
    std::string_view value;
    std::optional<uint64_t> timeout, max;
  } cases[] = {
      {"", {}, {}},
      {"timeout=5", 5, {}},
      {"max=100", {}, 100},
      {"timeout=5, max=100", 5, 100},
      {"Timeout = 5 , MAX = 100", 5, 100},
      {"timeout=5, timeout=6", 5, {}},
      {"timeout=-5, max=1e3", {}, {}},
      {"timeout, max=", {}, {}},
      {"timeout=99999999999999999999, max=7", {}, 7},
      {"other=1, max=2", {}, 2},
  };
  for (const auto& row : cases) {
    const KeepAlive got = parse_keep_alive(row.value);
    EXPECT_EQ(got.timeout_s, row.timeout) << row.value;
    EXPECT_EQ(got.max, row.max) << row.value;
  }
}

}  // namespace
}  // namespace godwit::parser
