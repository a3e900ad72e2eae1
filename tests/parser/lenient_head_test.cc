// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "godwit/tests/parser/head_feed.h"
#include "godwit/tests/parser/malformed_heads.h"
#include "godwit/tests/support/guard_page.h"

namespace godwit::parser {
namespace {

using godwit::testing::GuardPage;

constexpr ParseOptions kFold{.allow_obs_fold = true};
constexpr ParseOptions kBareLf{.allow_bare_lf = true};
constexpr ParseOptions kSkip{.skip_bad_lines = true};
constexpr ParseOptions kAll{.allow_obs_fold = true, .allow_bare_lf = true, .skip_bad_lines = true};

struct Row {
  ParseOptions options;
  std::string_view bytes;
  std::string_view outcome;
};

constexpr Row kRows[] = {
    // A fold is kept raw and flagged; one that only trails off is trimmed away.
    {kFold, "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nD: e\r\n\r\n"sv,
     "complete 35: 1.1 200 [OK] {A: b\r\n c}{D: e} folded"sv},
    {kFold, "HTTP/1.1 200 OK\r\nA: b \r\n\t \r\n  c \r\n\r\n"sv,
     "complete 36: 1.1 200 [OK] {A: b \r\n\t \r\n  c} folded"sv},
    {kFold, "HTTP/1.1 200 OK\r\nA:\r\n b\r\n\r\n"sv, "complete 27: 1.1 200 [OK] {A: b}"sv},
    {kFold, "HTTP/1.1 200 OK\r\nA: b\r\n \r\n\r\n"sv, "complete 28: 1.1 200 [OK] {A: b}"sv},
    {kFold, "HTTP/1.1 200 OK\r\nA:\r\n \r\n\r\n"sv, "complete 26: 1.1 200 [OK] {A: }"sv},
    {kFold, "HTTP/1.1 200 OK\r\n A: b\r\n\r\n"sv, "bad obs-fold at 17"sv},
    {kFold, "HTTP/1.1 200 OK\r\nA: b\n c\r\n\r\n"sv, "bad bare-lf at 21"sv},
    {kFold, "HTTP/1.1 200 OK\r\nA: b\r\n c\0\r\n\r\n"sv, "bad nul-byte at 25"sv},
    {kFold, "HTTP/1.1 200 OK\r\nA : b\r\n\r\n"sv, "bad space-before-colon at 18"sv},

    {kBareLf, "HTTP/1.1 200 OK\nA: b\n\n"sv, "complete 22: 1.1 200 [OK] {A: b}"sv},
    {kBareLf, "HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\nbody\n\n"sv, "complete 29: 1.1 200 [OK] {A: b}{C: d}"sv},
    {kBareLf, "HTTP/1.1 200 OK\nA: b\r\n\r\n"sv, "complete 24: 1.1 200 [OK] {A: b}"sv},
    {kBareLf, "\nHTTP/1.1 200\n\n"sv, "complete 15: 1.1 200 [] "sv},
    {kBareLf, "\n\nHTTP/1.1 200\n\n"sv, "bad bad-version at 1"sv},
    {kBareLf, "HTTP/1.1 200 OK\nA\nB: c\n\n"sv, "bad missing-colon at 17"sv},
    {kBareLf, "HTTP/1.1 200 OK\nA: b\rC: d\n\n"sv, "bad bare-cr at 20"sv},
    {kBareLf, "HTTP/1.1 200 OK\nA: b\n c\n\n"sv, "bad obs-fold at 21"sv},

    {kSkip, "HTTP/1.1 200 OK\r\nno colon\r\nA: b\r\n\r\n"sv, "complete 35: 1.1 200 [OK] {A: b} skipped 1"sv},
    {kSkip, "HTTP/1.1 200 OK\r\nnocolon\r\nA : b\r\n: c\r\nD\x01: e\r\nF: \x02g\r\nH: i\r\n\r\n"sv,
     "complete 60: 1.1 200 [OK] {H: i} skipped 5"sv},
    {kSkip, "HTTP/1.1 200 OK\r\nA \0: b\r\n\r\n"sv, "bad nul-byte at 19"sv},
    {kSkip, "HTTP/1.1 200 OK\r\nA b\rC: d\r\n\r\n"sv, "bad bare-cr at 20"sv},
    {kSkip, "HTTP/1.1 200 OK\r\nA b\nC: d\r\n\r\n"sv, "bad bare-lf at 20"sv},
    {kSkip, "HTTP/1.1 200 OK\r\nA b\r\n c\r\n\r\n"sv, "bad obs-fold at 22"sv},
    {kSkip, "HTTP/1.1 2x0 OK\r\nA: b\r\n\r\n"sv, "bad bad-status-code at 10"sv},

    // What continues a skipped line is skipped with it.
    {kAll, "HTTP/1.1 200 OK\nA b\n c: d\n\te\r\nF: g\n\n"sv, "complete 36: 1.1 200 [OK] {F: g} skipped 1"sv},
    {kAll, "HTTP/1.1 200 OK\nA: b\x01\n c\n\n"sv, "complete 26: 1.1 200 [OK]  skipped 1"sv},
    {kAll, "HTTP/1.1 200 OK\nA: b\n c\x01\nD: e\n\n"sv, "complete 31: 1.1 200 [OK] {D: e} skipped 1"sv},
};

TEST(LenientHeads, EachSwitchRelaxesItsOwnRuleAlone) {
  GuardPage page(4096);
  for (const Row& row : kRows) {
    EXPECT_EQ(Feed(row.options).reply(page.place(row.bytes)), row.outcome);
  }
}

TEST(LenientHeads, ArriveSplitAnywhereOrByteByByte) {
  GuardPage page(4096);
  for (const Row& row : kRows) {
    for (size_t cut = 0; cut < row.bytes.size(); ++cut) {
      Feed feed(row.options);
      std::string got = feed.reply(page.place(row.bytes.substr(0, cut)));
      if (got == "partial") got = feed.reply(page.place(row.bytes));
      ASSERT_EQ(got, row.outcome) << cut;
    }
    Feed feed(row.options);
    std::string got = "partial";
    for (size_t size = 0; size <= row.bytes.size() && got == "partial"; ++size) {
      got = feed.reply(page.place(row.bytes.substr(0, size)));
    }
    EXPECT_EQ(got, row.outcome);
  }
}

// The rows of the strict table that no switch is about stay refused with all of them on.
TEST(LenientHeads, NoSwitchLetsNulBareCrOrAWrongStatusLinePass) {
  for (const MalformedHead& head : kMalformedHeads) {
    if (head.error != ParseError::nul_byte && head.error != ParseError::bare_cr &&
        head.error != ParseError::bad_version && head.error != ParseError::no_status_code &&
        head.error != ParseError::bad_status_code && head.error != ParseError::bad_reason_byte) {
      continue;
    }
    EXPECT_TRUE(Feed(kAll).reply(head.bytes).starts_with("bad")) << ::testing::PrintToString(head.bytes);
  }
}

TEST(LenientHeads, KeepTheirLimits) {
  ParseOptions options = kAll;
  options.max_line = 20;
  EXPECT_EQ(Feed(options).reply("HTTP/1.1 200 OK\nA: 3456789012345678\n\n"),
            "complete 37: 1.1 200 [OK] {A: 3456789012345678}");
  EXPECT_EQ(Feed(options).reply("HTTP/1.1 200 OK\nA: 34567890123456789\n\n"), "bad line-too-long at 36");
  options = kAll;
  options.max_head = 21;
  EXPECT_EQ(Feed(options).reply("HTTP/1.1 200 OK\nA: b\n\n"), "bad head-too-large at 21");
}

TEST(Unfold, ReplacesEachFoldByOneSpace) {
  std::string out = "left over";
  struct {
    std::string_view value, text;
  } constexpr kCases[] = {
      {"b\r\n c", "b c"},         {"b \t\r\n \t c", "b c"}, {"b\n c", "b c"}, {"b\r\n \r\n c", "b c"},
      {"b\r\n c\r\n d", "b c d"}, {"b  c", "b  c"},         {"", ""},
  };
  for (const auto& row : kCases) {
    unfold(row.value, out);
    EXPECT_EQ(out, row.text);
  }
}

}  // namespace
}  // namespace godwit::parser
