// SPDX-License-Identifier: MIT
#include "godwit/tools/embedded_server/request_target.h"

#include <string>

#include <gtest/gtest.h>

namespace godwit::embedded {
namespace {

TEST(RequestTarget, FindsParameters) {
  constexpr std::string_view kQuery = "a=1&b&c==2&a=3";
  EXPECT_EQ(find_parameter(kQuery, "a"), "1");
  EXPECT_EQ(find_parameter(kQuery, "b"), "");
  EXPECT_EQ(find_parameter(kQuery, "c"), "=2");
  EXPECT_EQ(find_parameter(kQuery, "d"), std::nullopt);
  EXPECT_EQ(find_parameter("", "a"), std::nullopt);
}

TEST(RequestTarget, DecodesPercentAndLeavesPlus) {
  EXPECT_EQ(percent_decoded("a%20b+%C3%a9%00").value(), std::string("a b+\xc3\xa9\0", 7));
  for (std::string_view bad : {"%", "%2", "a%2", "%zz", "%2g", "%-1"})
    EXPECT_FALSE(percent_decoded(bad)) << bad;
}

TEST(RequestTarget, ParsesSizes) {
  EXPECT_EQ(parse_size("0"), 0u);
  EXPECT_EQ(parse_size("64k"), 65536u);
  EXPECT_EQ(parse_size("4g"), uint64_t{4} << 30);
  EXPECT_EQ(parse_size("4611686018427387904"), uint64_t{1} << 62);
  for (std::string_view bad : {"", "k", "-1", "+1", "1.5", "1kb", "0x1", " 1", "4611686018427387905",
                               "4294967297g", "18446744073709551616"}) {
    EXPECT_FALSE(parse_size(bad)) << bad;
  }
}

TEST(RequestTarget, Base64BothWays) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    std::string text;
    base64_encoded(bytes, text);
    ASSERT_EQ(text.size() % 4, 0u);
    ASSERT_EQ(base64_decoded(text), bytes) << i;
    bytes += static_cast<char>(i * 7);
  }
  EXPECT_EQ(base64_decoded("-_8").value(), "\xfb\xff");
  EXPECT_EQ(base64_decoded("+/8=").value(), "\xfb\xff");
  EXPECT_FALSE(base64_decoded("A"));
  EXPECT_FALSE(base64_decoded("AA A"));
}

}  // namespace
}  // namespace godwit::embedded
