// SPDX-License-Identifier: MIT
#include <cstdio>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "godwit/parser/kernel/dispatch.h"
#include "godwit/tests/parser/head_feed.h"
#include "godwit/tests/parser/malformed_heads.h"
#include "godwit/tests/support/guard_page.h"

namespace godwit::parser {
namespace {

using godwit::testing::GuardPage;

std::string expected(const MalformedHead& head) {
  return "bad " + std::string(to_string(head.error)) + " at " + std::to_string(head.offset);
}

// MalformedHeads runs once for each kernel. FAULTS: H2, H6.
class MalformedHeads : public ::testing::TestWithParam<const Kernel*> {
 protected:
  void SetUp() override { ASSERT_TRUE(use_kernel(GetParam()->name)); }
  void TearDown() override { use_kernel(all_kernels().front()->name); }
};

TEST_P(MalformedHeads, WholeGiveTheExactErrorAndOffset) {
  GuardPage page(4096);
  for (const MalformedHead& head : kMalformedHeads) {
    EXPECT_EQ(Feed().reply(page.place(head.bytes)), expected(head)) << ::testing::PrintToString(head.bytes);
  }
}

TEST_P(MalformedHeads, SplitAnywhereGiveTheSame) {
  GuardPage page(4096);
  for (const MalformedHead& head : kMalformedHeads) {
    for (size_t cut = 0; cut < head.bytes.size(); ++cut) {
      Feed feed;
      std::string got = feed.reply(page.place(head.bytes.substr(0, cut)));
      if (got == "partial") got = feed.reply(page.place(head.bytes));
      ASSERT_EQ(got, expected(head)) << ::testing::PrintToString(head.bytes) << " cut at " << cut;
    }
  }
}

// Three reads, cut in all places, of the heads that are short enough for all pairs of places.
TEST_P(MalformedHeads, SplitAnywhereTwiceGiveTheSame) {
  GuardPage page(4096);
  for (const MalformedHead& head : kMalformedHeads) {
    if (head.bytes.size() > 36) continue;
    for (size_t first = 0; first < head.bytes.size(); ++first) {
      for (size_t second = first; second < head.bytes.size(); ++second) {
        Feed feed;
        std::string got;
        for (size_t size : {first, second, head.bytes.size()}) {
          got = feed.reply(page.place(head.bytes.substr(0, size)));
          if (got != "partial") break;
        }
        ASSERT_EQ(got, expected(head))
            << ::testing::PrintToString(head.bytes) << " cut at " << first << " and " << second;
      }
    }
  }
}

// What is cut off before the offending byte is no error yet, and never a whole head.
TEST_P(MalformedHeads, AreGoodUpToTheOffence) {
  GuardPage page(4096);
  for (const MalformedHead& head : kMalformedHeads) {
    for (size_t size = 0; size <= head.offset; ++size) {
      ASSERT_EQ(Feed().reply(page.place(head.bytes.substr(0, size))), "partial")
          << ::testing::PrintToString(head.bytes) << " cut at " << size;
    }
  }
}

TEST_P(MalformedHeads, ByteByByteGiveTheSame) {
  GuardPage page(4096);
  for (const MalformedHead& head : kMalformedHeads) {
    Feed feed;
    std::string got = "partial";
    for (size_t size = 0; size <= head.bytes.size() && got == "partial"; ++size) {
      got = feed.reply(page.place(head.bytes.substr(0, size)));
    }
    EXPECT_EQ(got, expected(head)) << ::testing::PrintToString(head.bytes);
  }
}

// Followed by anything at all, a bad head stays what it was.
TEST_P(MalformedHeads, WhatFollowsDoesNotMatter) {
  for (const MalformedHead& head : kMalformedHeads) {
    for (std::string_view more : {"\r\n\r\n", "x", "HTTP/1.1 200 OK\r\n\r\n"}) {
      EXPECT_EQ(Feed().reply(std::string(head.bytes) + std::string(more)), expected(head))
          << ::testing::PrintToString(head.bytes);
    }
  }
}

// A reply that can't be HTTP is known at the byte that says so, and a control character out of place no
// more than one byte after it, though the head has not ended: no garbage waits for a timeout.
TEST_P(MalformedHeads, GarbageIsKnownAsItArrives) {
  for (const MalformedHead& head : kMalformedHeads) {
    const bool in_status_line = head.error == ParseError::bad_version ||
                                head.error == ParseError::no_status_code ||
                                head.error == ParseError::bad_status_code;
    const bool control = head.error == ParseError::bare_lf || head.error == ParseError::bare_cr ||
                         head.error == ParseError::nul_byte || head.error == ParseError::bad_reason_byte ||
                         head.error == ParseError::bad_value_byte;
    if (!in_status_line && !control) continue;
    const size_t needed = head.offset + (head.error == ParseError::bare_cr ? 2 : 1);
    EXPECT_EQ(Feed().reply(head.bytes.substr(0, needed)), expected(head))
        << ::testing::PrintToString(head.bytes);
  }
}

// As few as one byte may separate two rows, but each says something that no other does.
TEST(MalformedHeadTable, HasNoRowTwiceAndSaysHowManyThereAre) {
  std::map<std::string_view, size_t> rows_of;
  std::set<std::string_view> seen;
  for (const MalformedHead& head : kMalformedHeads) {
    ++rows_of[head.section];
    EXPECT_TRUE(seen.insert(head.bytes).second) << ::testing::PrintToString(head.bytes);
    EXPECT_LT(head.offset, head.bytes.size()) << ::testing::PrintToString(head.bytes);
  }
  for (const auto& [section, rows] : rows_of)
    std::printf("%.*s: %zu\n", static_cast<int>(section.size()), section.data(), rows);
  std::printf("%zu malformed heads, each in %zu kernels\n", seen.size(), all_kernels().size());
  EXPECT_GE(seen.size(), 150u);
}

INSTANTIATE_TEST_SUITE_P(Kernels, MalformedHeads,
                         ::testing::ValuesIn(all_kernels().begin(), all_kernels().end()),
                         [](const auto& param) { return std::string(param.param->name); });

}  // namespace
}  // namespace godwit::parser
