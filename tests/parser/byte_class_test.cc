// SPDX-License-Identifier: MIT
#include "godwit/parser/byte_class.h"

#include <string>

#include <gtest/gtest.h>

#include "godwit/parser/parse_error.h"

namespace godwit::parser {
namespace {

// The sets written out, as the RFCs do.
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";
constexpr std::string_view kTchars =
    "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

TEST(ByteClass, HoldsWhatTheGrammarSays) {
  for (unsigned octet = 0; octet < 256; ++octet) {
    const char byte = static_cast<char>(octet);
    const bool field_byte = octet == 9 || (octet >= 0x20 && octet <= 0x7e) || octet >= 0x80;
    EXPECT_EQ(is_tchar(byte), kTchars.find(byte) != std::string_view::npos) << octet;
    EXPECT_EQ(is_digit(byte), kDigits.find(byte) != std::string_view::npos) << octet;
    EXPECT_EQ(is_hex_digit(byte), kHexDigits.find(byte) != std::string_view::npos) << octet;
    EXPECT_EQ(is_field_byte(byte), field_byte) << octet;
    EXPECT_EQ(is_blank(byte), octet == 9 || octet == 32) << octet;
    if (!is_hex_digit(byte)) continue;
    EXPECT_EQ(hex_value(byte), std::stoul(std::string(1, byte), nullptr, 16));
  }
}

TEST(ByteClass, ComparesAsciiLettersAlone) {
  EXPECT_TRUE(ascii_iequals("Content-Length", "cONTENT-lENGTH"));
  EXPECT_TRUE(ascii_iequals("", ""));
  EXPECT_FALSE(ascii_iequals("a", "ab"));
  EXPECT_FALSE(ascii_iequals("@", "`"));
  EXPECT_FALSE(ascii_iequals("[", "{"));
  EXPECT_FALSE(ascii_iequals("\xc4", "\xe4"));
  EXPECT_TRUE(is_token("a-b"));
  EXPECT_FALSE(is_token(""));
  EXPECT_FALSE(is_token("a b"));
  EXPECT_EQ(trim_blanks(" \t a b\t "), "a b");
  EXPECT_EQ(trim_blanks(" \t"), "");
}

TEST(ParseError, NamesAreKebabCaseAndDescriptionsSentences) {
  for (unsigned i = 0; i <= static_cast<unsigned>(ParseError::bad_chunk_end); ++i) {
    const auto error = static_cast<ParseError>(i);
    EXPECT_EQ(to_string(error).find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string_view::npos);
    EXPECT_GT(describe(error).size(), to_string(error).size());
  }
  EXPECT_EQ(to_string(ParseError::line_too_long), "line-too-long");
  EXPECT_NE(describe(ParseError::line_too_long).find("max_line"), std::string_view::npos);
  EXPECT_NE(describe(ParseError::head_too_large).find("max_head"), std::string_view::npos);
  EXPECT_NE(describe(ParseError::too_many_fields).find("max_fields"), std::string_view::npos);
}

}  // namespace
}  // namespace godwit::parser
