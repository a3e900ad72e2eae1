// SPDX-License-Identifier: MIT
#include "godwit/core/parse_headers.h"

#include <string>

#include <gtest/gtest.h>

namespace godwit {
namespace {

std::string print(const Headers& headers) {
  std::string out;
  for (const auto [name, value] : headers) out.append(name).append("=").append(value).append(";");
  return out;
}

// print says what came of a parser that was given `text` in pieces of `size` bytes, and how many it took.
std::string in_pieces(std::string_view text, size_t size, const parser::ParseOptions& options = {}) {
  HeadersParser parser(options);
  size_t taken = 0;
  while (taken < text.size() && !parser.done() && !parser.error()) {
    taken += parser.feed(bytes_of(text.substr(taken, size)));
  }
  if (parser.error()) return describe(parser.error(), parser.diagnosis());
  if (!parser.done()) return "not done";
  return print(parser.headers()) + " " + std::to_string(taken);
}

// row: 1.6/parse-headers
TEST(ParseHeaders, AnyPiecesGiveTheSame) {
  constexpr std::string_view kText =
      "Host: a\r\nX-Empty:\r\nset-cookie:  b=1\t\r\nSet-Cookie: c=2\r\n\r\nbody";
  const std::string expected =
      "Host=a;X-Empty=;set-cookie=b=1;Set-Cookie=c=2; " + std::to_string(kText.size() - 4);
  for (size_t size = 1; size <= kText.size(); ++size) EXPECT_EQ(in_pieces(kText, size), expected) << size;
  EXPECT_EQ(in_pieces("\r\nbody", 99), " 2") << "no field is a good section";

  const ParsedHeaders parsed = parse_headers(bytes_of(kText));
  EXPECT_FALSE(parsed.error);
  EXPECT_EQ(parsed.size, kText.size() - 4);
  EXPECT_EQ(parsed.headers.get_all("set-cookie").size(), 2u);
}

// row: 1.6/parse-headers
TEST(ParseHeaders, OwnsWhatItFound) {
  std::string text = "A: b\r\n\r\n";
  const ParsedHeaders parsed = parse_headers(bytes_of(text));
  text.assign(text.size(), 'x');
  EXPECT_EQ(print(parsed.headers), "A=b;");
}

TEST(ParseHeaders, TheEndMustBeThere) {
  constexpr std::string_view kText = "A: b\r\n\r\n";
  for (size_t size = 0; size < kText.size(); ++size) {
    const ParsedHeaders parsed = parse_headers(bytes_of(kText.substr(0, size)));
    EXPECT_EQ(describe(parsed.error, parsed.diagnosis),
              "incomplete-read in head after " + std::to_string(size) +
                  " bytes: the field lines end without their empty line");
    EXPECT_TRUE(parsed.headers.empty());
  }
}

TEST(ParseHeaders, NothingIsTakenBehindTheEndOrAnError) {
  HeadersParser good;
  EXPECT_EQ(good.feed(bytes_of("A: b\r\n\r\nX")), 8u);
  EXPECT_EQ(good.feed(bytes_of("X")), 0u);
  HeadersParser bad;
  bad.feed(bytes_of("A\n"));
  EXPECT_EQ(bad.error().code, Errc::bad_field);
  EXPECT_EQ(bad.feed(bytes_of("\r\n")), 0u);
  EXPECT_FALSE(bad.done());
}

// row: 1.6/no-colon, 1.6/space-before-colon, 1.6/bare-cr, 1.6/nul, 1.6/bare-lf, 1.6/obs-fold
TEST(ParseHeaders, BadLinesAreNamed) {
  using namespace std::string_view_literals;
  const struct {
    std::string_view text, error;
  } kRows[] = {
      {"A: b\r\nno colon\r\n\r\n", "bad-field in head after 8 bytes: "},
      {"A: b\r\nno-colon\r\n\r\n",
       "bad-field in head after 14 bytes: a field line without a colon at byte 14"},
      {"A : b\r\n\r\n",
       "bad-field in head after 1 bytes: whitespace between a field name and its colon at byte 1"},
      {"A: b\rC: d\r\n\r\n",
       "bad-field in head after 4 bytes: a carriage return without its line feed at byte 4"},
      {"A: b\0\r\n\r\n"sv, "bad-field in head after 4 bytes: a NUL byte at byte 4"},
      {"A: b\nC: d\r\n\r\n",
       "bad-field in head after 4 bytes: a line feed without its carriage return at byte 4"},
      {"A: b\r\n c\r\n\r\n", "bad-field in head after 6 bytes: a line that begins with whitespace"},
  };
  for (const auto& row : kRows) {
    const ParsedHeaders parsed = parse_headers(bytes_of(row.text));
    const std::string error = describe(parsed.error, parsed.diagnosis);
    EXPECT_EQ(error.substr(0, row.error.size()), row.error);
    for (size_t size = 1; size <= row.text.size(); ++size)
      EXPECT_EQ(in_pieces(row.text, size), error) << size;
  }
}

// row: 1.1/maxline, 1.1/maxheaders
TEST(ParseHeaders, LimitsAreNamedAndExact) {
  EXPECT_EQ(in_pieces("A: bcd\r\n\r\n", 3, {.max_line = 8}), "A=bcd; 10");
  EXPECT_EQ(
      in_pieces("A: bcde\r\n\r\n", 3, {.max_line = 8}),
      "line-too-long in head after 8 bytes: a line is longer than max_line (8) at byte 8 of the field lines");
  EXPECT_EQ(in_pieces("A: b\r\n\r\n", 3, {.max_head = 8}), "A=b; 8");
  EXPECT_EQ(in_pieces("A: bc\r\n\r\n", 3, {.max_head = 8}),
            "head-too-large in head after 8 bytes: the lines together are longer than max_head (8) at byte 8 "
            "of the "
            "field lines");
  EXPECT_EQ(in_pieces("A:\r\nB:\r\n\r\n", 3, {.max_fields = 2}), "A=;B=; 10");
  const std::string three = in_pieces("A:\r\nB:\r\nC:\r\n\r\n", 3, {.max_fields = 2});
  EXPECT_EQ(three.substr(0, 16), "too-many-fields ");
  EXPECT_NE(three.find("max_fields (2)"), std::string::npos) << three;

  // The defaults: http.client's line, and more fields than its 99.
  const std::string longest = "A: " + std::string(65536 - 5, 'b') + "\r\n";
  EXPECT_FALSE(parse_headers(bytes_of(longest + "\r\n")).error);
  EXPECT_EQ(parse_headers(bytes_of("A" + longest + "\r\n")).error.code, Errc::line_too_long);
  std::string many;
  for (int i = 0; i < 256; ++i) many += "A:\r\n";
  EXPECT_EQ(parse_headers(bytes_of(many + "\r\n")).headers.size(), 256u);
  EXPECT_EQ(parse_headers(bytes_of(many + "A:\r\n\r\n")).error.code, Errc::too_many_fields);
}

TEST(ParseHeaders, NoMoreIsHeldThanTheLimit) {
  HeadersParser parser({.max_head = 100, .max_fields = 0xFFFFFFFF});
  const std::string endless = "A: " + std::string(1 << 20, 'b');
  EXPECT_EQ(parser.feed(bytes_of(endless)), endless.size());
  EXPECT_EQ(parser.error().code, Errc::head_too_large);
}

// row: 1.6/obs-fold
TEST(ParseHeaders, AFoldThatMayPassIsOneSpace) {
  const parser::ParseOptions options{.allow_obs_fold = true};
  EXPECT_EQ(in_pieces("A: b \r\n \t c\r\nD: e\r\n\r\n", 4, options), "A=b c;D=e; 21");
}

// row: 1.6/no-colon
TEST(ParseHeaders, ABadLineThatMayPassIsCounted) {
  HeadersParser parser({.skip_bad_lines = true});
  parser.feed(bytes_of("A: b\r\nno-colon\r\nC: d\r\n\r\n"));
  ASSERT_TRUE(parser.done());
  EXPECT_EQ(print(parser.headers()), "A=b;C=d;");
  EXPECT_EQ(parser.skipped_lines(), 1u);
}

// row: 1.6/bare-lf
TEST(ParseHeaders, ABareLfMayPass) {
  EXPECT_EQ(in_pieces("A: b\nC: d\r\n\nbody", 1, {.allow_bare_lf = true}), "A=b;C=d; 12");
}

}  // namespace
}  // namespace godwit
