// SPDX-License-Identifier: MIT
#include "godwit/parser/response_head.h"

#include <gtest/gtest.h>

#include "godwit/parser/kernel/dispatch.h"
#include "godwit/tests/parser/head_feed.h"
#include "godwit/tests/support/guard_page.h"

namespace godwit::parser {
namespace {

using godwit::testing::GuardPage;
using namespace std::string_view_literals;

struct GoodHead {
  std::string_view bytes;
  std::string_view outcome;
};

constexpr GoodHead kGoodHeads[] = {
    {"HTTP/1.1 200 OK\r\n\r\n"sv, "complete 19: 1.1 200 [OK] "sv},
    {"HTTP/1.1 200\r\n\r\n"sv, "complete 16: 1.1 200 [] "sv},
    {"HTTP/1.1 200 \r\n\r\n"sv, "complete 17: 1.1 200 [] "sv},
    {"HTTP/1.0 404 Not Found\r\n\r\n"sv, "complete 26: 1.0 404 [Not Found] "sv},
    {"HTTP/1.9 999 \xc3\x9c\tber\r\n\r\n"sv, "complete 23: 1.9 999 [\xc3\x9c\tber] "sv},
    {"HTTP/1.1 100  Two spaces \r\n\r\n"sv, "complete 29: 1.1 100 [ Two spaces ] "sv},
    {"\r\nHTTP/1.1 200 OK\r\n\r\n"sv, "complete 21: 1.1 200 [OK] "sv},
    {"\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n"sv, "complete 27: 1.1 200 [OK] {A: b}"sv},
    {"HTTP/1.1 200 OK\r\nA: b\r\n\r\n"sv, "complete 25: 1.1 200 [OK] {A: b}"sv},
    {"HTTP/1.1 200 OK\r\nA:b\r\nA:\tb\t\r\nA: \t b c \t \r\n\r\n"sv,
     "complete 44: 1.1 200 [OK] {A: b}{A: b}{A: b c}"sv},
    {"HTTP/1.1 200 OK\r\nA:\r\nB: \r\nC:\t \t\r\n\r\n"sv, "complete 35: 1.1 200 [OK] {A: }{B: }{C: }"sv},
    {"HTTP/1.1 200 OK\r\nA: b\tc\r\nB: \x80\xff\r\nC: a:b::\r\n\r\n"sv,
     "complete 44: 1.1 200 [OK] {A: b\tc}{B: \x80\xff}{C: a:b::}"sv},
    {"HTTP/1.1 200 OK\r\n!#$%&'*+-.^_`|~0aZ: x\r\n\r\n"sv,
     "complete 42: 1.1 200 [OK] {!#$%&'*+-.^_`|~0aZ: x}"sv},
    {"HTTP/1.1 304 Not Modified\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nETag: \"x\"\r\n"
     "X-A-Name-Longer-Than-One-Vector-Of-32-Bytes-Or-Even-One-Of-64-Bytes-Is: y\r\nConnection: "
     "close\r\n\r\nHTTP/1.1 200 the next one"sv,
     "complete 171: 1.1 304 [Not Modified] {Date: Sun, 06 Nov 1994 08:49:37 GMT}{ETag: \"x\"}"
     "{X-A-Name-Longer-Than-One-Vector-Of-32-Bytes-Or-Even-One-Of-64-Bytes-Is: y}{Connection: close}"sv},
};

// ResponseHeads runs once for each kernel.
class ResponseHeads : public ::testing::TestWithParam<const Kernel*> {
 protected:
  void SetUp() override { ASSERT_TRUE(use_kernel(GetParam()->name)); }
  void TearDown() override { use_kernel(all_kernels().front()->name); }
};

TEST_P(ResponseHeads, AreParsedWhole) {
  GuardPage page(4096);
  for (const GoodHead& head : kGoodHeads) EXPECT_EQ(Feed().reply(page.place(head.bytes)), head.outcome);
}

TEST_P(ResponseHeads, AreParsedAtEverySplitAndFromTruncationsOnly) {
  GuardPage page(4096);
  for (const GoodHead& head : kGoodHeads) {
    for (size_t cut = 0; cut < head.bytes.size(); ++cut) {
      Feed feed;
      const std::string first = feed.reply(page.place(head.bytes.substr(0, cut)));
      if (first != "partial") {
        ASSERT_EQ(first, head.outcome) << cut;  // cut in what follows the head
        continue;
      }
      ASSERT_EQ(feed.reply(page.place(head.bytes)), head.outcome) << head.bytes << " cut at " << cut;
    }
  }
}

// Three reads, cut in all places, of the heads that are short enough for all pairs of places.
TEST_P(ResponseHeads, AreParsedAtEveryPairOfSplits) {
  GuardPage page(4096);
  for (const GoodHead& head : kGoodHeads) {
    if (head.bytes.size() > 64) continue;
    for (size_t first = 0; first <= head.bytes.size(); ++first) {
      for (size_t second = first; second <= head.bytes.size(); ++second) {
        Feed feed;
        std::string got;
        for (size_t size : {first, second, head.bytes.size()}) {
          got = feed.reply(page.place(head.bytes.substr(0, size)));
          if (got != "partial") break;
        }
        ASSERT_EQ(got, head.outcome) << head.bytes << " cut at " << first << " and " << second;
      }
    }
  }
}

TEST_P(ResponseHeads, AreParsedByteByByteAndEndWithTheirLastByte) {
  GuardPage page(4096);
  for (const GoodHead& head : kGoodHeads) {
    const size_t end = Feed().reply(head.bytes).find(':');
    ASSERT_NE(end, std::string::npos);
    const size_t head_size = std::stoul(Feed().reply(head.bytes).substr(9, end - 9));
    Feed feed;
    for (size_t size = 0; size < head_size; ++size) {
      ASSERT_EQ(feed.reply(page.place(head.bytes.substr(0, size))), "partial") << head.bytes << size;
    }
    EXPECT_EQ(feed.reply(page.place(head.bytes.substr(0, head_size))), head.outcome);
  }
}

// Every octet in every place of a value or a name, at every distance from the start of a block.
TEST_P(ResponseHeads, JudgeEveryByteInEveryPlace) {
  GuardPage page(4096);
  for (size_t padding = 0; padding < 70; ++padding) {
    const std::string front = "HTTP/1.1 200 OK\r\nX: " + std::string(padding, 'p') + "\r\nN";
    for (unsigned octet = 0; octet < 256; ++octet) {
      const char byte = static_cast<char>(octet);
      const std::string in_name = front + byte + "m: value\r\n\r\n";
      const std::string in_value = front + "m: v" + byte + "lue\r\n\r\n";
      const bool name_ok = is_tchar(byte) || byte == ':';
      EXPECT_EQ(Feed().reply(page.place(in_name)).starts_with("complete"), name_ok) << octet;
      EXPECT_EQ(Feed().reply(page.place(in_value)).starts_with("complete"), is_field_byte(byte)) << octet;
    }
  }
}

TEST_P(ResponseHeads, EndAtAnyDistanceFromABlock) {
  GuardPage page(4096);
  for (size_t size = 0; size < 200; ++size) {
    const std::string value(size, 'v');
    const std::string head = "HTTP/1.1 200 OK\r\nA: " + value + "\r\nBb: c\r\n\r\n";
    const std::string outcome =
        "complete " + std::to_string(head.size()) + ": 1.1 200 [OK] {A: " + value + "}{Bb: c}";
    EXPECT_EQ(Feed().reply(page.place(head)), outcome);
    EXPECT_EQ(Feed().reply(page.place(head + "\r\n\r\n more")), outcome);
    for (size_t cut = 1; cut < 6; ++cut) {
      EXPECT_EQ(Feed().reply(page.place(head.substr(0, head.size() - cut))), "partial");
    }
  }
}

TEST_P(ResponseHeads, HaveAsManyLinesAsTheyLike) {
  for (size_t fields : {1, 62, 63, 126, 127, 128, 129, 500, 1000}) {
    std::string head = "HTTP/1.1 200 OK\r\n";
    std::string text;
    for (size_t i = 0; i < fields; ++i) {
      head += "N" + std::to_string(i) + ": v\r\n";
      text += "{N" + std::to_string(i) + ": v}";
    }
    head += "\r\n";
    Feed feed({.max_fields = 1000});
    EXPECT_EQ(feed.reply(head), "complete " + std::to_string(head.size()) + ": 1.1 200 [OK] " + text);
  }
}

TEST_P(ResponseHeads, TellTheKnownFields) {
  Feed feed;
  feed.reply(
      "HTTP/1.1 200 OK\r\ncontent-length: 1\r\nX-Content-Length: 2\r\nTRANSFER-ENCODING: x\r\n"
      "Content-Length: 3\r\n\r\n");
  const KnownFields& known = feed.head().known;
  EXPECT_EQ(known.first(KnownField::content_length), 0u);
  EXPECT_TRUE(known.repeated(KnownField::content_length));
  EXPECT_EQ(known.first(KnownField::transfer_encoding), 2u);
  EXPECT_FALSE(known.repeated(KnownField::transfer_encoding));
  EXPECT_FALSE(known.has(KnownField::connection));
  EXPECT_EQ(known.first(KnownField::connection), KnownFields::npos);
}

TEST_P(ResponseHeads, LeaveNothingBehindForTheNext) {
  std::vector<FieldSpan> storage(16);
  ResponseHead head;
  head.storage = storage;
  const ParseOptions folding{.allow_obs_fold = true, .skip_bad_lines = true};
  ASSERT_EQ(
      parse_response_head("HTTP/1.0 404 No\r\nUpgrade: a\r\n b\r\nbad\r\n\r\n", 0, folding, head).status,
      HeadStatus::complete);
  ASSERT_TRUE(head.folded && head.skipped_lines == 1 && head.known.has(KnownField::upgrade));
  ASSERT_EQ(parse_response_head("HTTP/1.1 200\r\n\r\n", 0, {}, head).status, HeadStatus::complete);
  EXPECT_FALSE(head.folded);
  EXPECT_EQ(head.skipped_lines, 0u);
  EXPECT_EQ(head.field_count, 0u);
  EXPECT_EQ(head.reason_size, 0u);
  EXPECT_FALSE(head.known.has(KnownField::upgrade));
}

// FAULTS: H1. The limits, at the limit and one beyond, whole and byte by byte.
struct Limits {
  std::string_view bytes;
  ParseOptions options;
  std::string_view outcome;
};

constexpr Limits kLimits[] = {
    // A line of 23 bytes with its CR LF, and one of 15 and 16.
    {"HTTP/1.1 200 It is fine\r\nA: 456789abc\r\n\r\n"sv,
     {.max_line = 25},
     "complete 41: 1.1 200 [It is fine] {A: 456789abc}"sv},
    {"HTTP/1.1 200 It is fine\r\nA: b\r\n\r\n"sv, {.max_line = 24}, "bad line-too-long at 24"sv},
    {"HTTP/1.1 200 It is fine\r\nA: b\r\n\r\n"sv, {.max_line = 12}, "bad line-too-long at 12"sv},
    {"HTTP/1.1 200\r\nA: 456789abcd\r\nB: c\r\n\r\n"sv,
     {.max_line = 15},
     "complete 37: 1.1 200 [] {A: 456789abcd}{B: c}"sv},
    {"HTTP/1.1 200\r\nA: 456789abcd\r\nB: c\r\n\r\n"sv, {.max_line = 14}, "bad line-too-long at 28"sv},
    {"HTTP/1.1 200\r\nA: b\r\nB: 456789abcd\r\n\r\n"sv, {.max_line = 14}, "bad line-too-long at 34"sv},
    {"HTTP/1.1 200\r\nA: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"sv,
     {.max_line = 14},
     "bad line-too-long at 28"sv},
    {"HTTP/1.1 200 OK\r\nA: b\r\n\r\n"sv, {.max_head = 25}, "complete 25: 1.1 200 [OK] {A: b}"sv},
    {"HTTP/1.1 200 OK\r\nA: b\r\n\r\n"sv, {.max_head = 24}, "bad head-too-large at 24"sv},
    {"HTTP/1.1 200 OK\r\nA: b\r\n\r\n"sv, {.max_head = 20}, "bad head-too-large at 20"sv},
    {"HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody"sv, {.max_head = 25}, "complete 25: 1.1 200 [OK] {A: b}"sv},
    {"HTTP/1.1 200 OK\r\nA: b\r\nC: d\r\n\r\n"sv,
     {.max_fields = 2},
     "complete 31: 1.1 200 [OK] {A: b}{C: d}"sv},
    {"HTTP/1.1 200 OK\r\nA: b\r\nC: d\r\n\r\n"sv, {.max_fields = 1}, "bad too-many-fields at 23"sv},
    {"HTTP/1.1 200 OK\r\nA: b\r\n\r\n"sv, {.max_fields = 0}, "bad too-many-fields at 17"sv},
    {"HTTP/1.1 200 OK\r\n\r\n"sv, {.max_fields = 0}, "complete 19: 1.1 200 [OK] "sv},
};

TEST_P(ResponseHeads, StopAtTheirLimits) {
  GuardPage page(4096);
  for (const Limits& limits : kLimits) {
    EXPECT_EQ(Feed(limits.options).reply(page.place(limits.bytes)), limits.outcome) << limits.bytes;
    for (size_t cut = 0; cut < limits.bytes.size(); ++cut) {
      Feed feed(limits.options);
      std::string got = feed.reply(page.place(limits.bytes.substr(0, cut)));
      if (got == "partial") got = feed.reply(page.place(limits.bytes));
      EXPECT_EQ(got, limits.outcome) << limits.bytes << " cut at " << cut;
    }
    Feed feed(limits.options);
    std::string got = "partial";
    for (size_t size = 0; size <= limits.bytes.size() && got == "partial"; ++size) {
      got = feed.reply(page.place(limits.bytes.substr(0, size)));
    }
    EXPECT_EQ(got, limits.outcome) << limits.bytes;
  }
}

TEST_P(ResponseHeads, AreBoundedByTheStorageGiven) {
  constexpr std::string_view kHead = "HTTP/1.1 200 OK\r\nA: b\r\nC: d\r\n\r\n";
  EXPECT_EQ(Feed({}, 2).reply(kHead), "complete 31: 1.1 200 [OK] {A: b}{C: d}");
  EXPECT_EQ(Feed({}, 1).reply(kHead), "bad too-many-fields at 23");
  EXPECT_EQ(Feed({}, 0).reply(kHead), "bad too-many-fields at 17");
}

// H1 with the default limits, arriving in reads of 1460 bytes: refused with the first byte too many.
TEST_P(ResponseHeads, EndlessOnesStopAtTheDefaultLimits) {
  const std::string start = "HTTP/1.1 200 OK\r\n";
  const auto feed_all = [](const std::string& bytes) {
    Feed feed;
    for (size_t size = 1460;; size += 1460) {
      const std::string got = feed.reply(std::string_view(bytes).substr(0, size));
      if (got != "partial" || size >= bytes.size()) return got;
    }
  };
  EXPECT_EQ(feed_all(start + "A: " + std::string(1 << 20, 'x')), "bad line-too-long at 65553");
  EXPECT_EQ(feed_all(std::string("HTTP/1.1 200 ") + std::string(1 << 20, 'x')), "bad line-too-long at 65536");
  std::string lines = start;
  while (lines.size() < (1u << 20)) lines += "Name: " + std::string(2000, 'x') + "\r\n";
  EXPECT_EQ(feed_all(lines), "bad head-too-large at 262144");
  EXPECT_EQ(feed_all(std::string(1 << 20, '\r')), "bad bare-cr at 0");
}

TEST_P(ResponseHeads, FieldLinesAloneEndAtTheirEmptyLine) {
  struct {
    std::string_view bytes, outcome;
  } constexpr kCases[] = {
      {"\r\n"sv, "complete 2: "sv},
      {"\r\n\r\n"sv, "complete 2: "sv},
      {"\r\nA: b\r\n\r\n"sv, "complete 2: "sv},
      {"A: b\r\n\r\n"sv, "complete 8: {A: b}"sv},
      {"A: b\r\nC:d \r\n\r\nmore"sv, "complete 14: {A: b}{C: d}"sv},
      {"\n"sv, "bad bare-lf at 0"sv},
      {"\rA"sv, "bad bare-cr at 0"sv},
      {" A: b\r\n\r\n"sv, "bad obs-fold at 0"sv},
      {"A b\r\n\r\n"sv, "bad bad-name-byte at 1"sv},
      {"A: b\0\r\n\r\n"sv, "bad nul-byte at 4"sv},
  };
  GuardPage page(4096);
  for (const auto& row : kCases) {
    EXPECT_EQ(Feed().lines(page.place(row.bytes)), row.outcome);
    for (size_t cut = 0; cut < row.bytes.size(); ++cut) {
      Feed feed;
      std::string got = feed.lines(page.place(row.bytes.substr(0, cut)));
      if (got == "partial") got = feed.lines(page.place(row.bytes));
      EXPECT_EQ(got, row.outcome) << "cut at " << cut;
    }
    Feed feed;
    std::string got = "partial";
    for (size_t size = 0; size <= row.bytes.size() && got == "partial"; ++size) {
      got = feed.lines(page.place(row.bytes.substr(0, size)));
    }
    EXPECT_EQ(got, row.outcome);
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, ResponseHeads,
                         ::testing::ValuesIn(all_kernels().begin(), all_kernels().end()),
                         [](const auto& param) { return std::string(param.param->name); });

}  // namespace
}  // namespace godwit::parser
