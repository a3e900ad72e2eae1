// SPDX-License-Identifier: MIT
#include "godwit/parser/ext_value.h"

#include <string>

#include <gtest/gtest.h>

namespace godwit::parser {
namespace {

TEST(ExtValue, Decodes) {
  const struct {
    std::string_view text, decoded;
  } kRows[] = {
      // the examples of RFC 8187 3.2.3 and RFC 5987 3.2.2
      {"UTF-8''%c2%a3%20and%20%e2%82%ac%20rates", "\xc2\xa3 and \xe2\x82\xac rates"},
      {"utf-8'en'%C2%A3%20rates", "\xc2\xa3 rates"},
      {"iso-8859-1'en'%A3%20rates", "\xc2\xa3 rates"},
      {"UTF-8''", ""},
      {"UTF-8'de-1996'a!#$&+-.^_`|~Z0", "a!#$&+-.^_`|~Z0"},
      {"UTF-8''%2e%2E%2F", "../"},
  };
  for (const auto& row : kRows) {
    std::string out = "before";
    EXPECT_TRUE(decode_ext_value(row.text, out)) << row.text;
    EXPECT_EQ(out, row.decoded) << row.text;
  }
}

TEST(ExtValue, Refuses) {
  for (std::string_view text : {"",
                                "a",
                                "UTF-8'a",
                                "''a",
                                "UTF-16''a",
                                "us-ascii''a",
                                "UTF-8 ''a",
                                "UTF-8'e n'a",
                                "UTF-8''a b",
                                "UTF-8''a'b",
                                "UTF-8''a*",
                                "UTF-8''%",
                                "UTF-8''%4",
                                "UTF-8''%4g",
                                "UTF-8''%g4",
                                "UTF-8''a\"",
                                "UTF-8''\xc3\xbc",
                                "UTF-8''%c3",
                                "UTF-8''%ff",
                                "UTF-8''%c0%af",
                                "UTF-8''%0d%0a",
                                "UTF-8''a%00",
                                "UTF-8''%09",
                                "UTF-8''%7f",
                                "ISO-8859-1''%85",
                                "ISO-8859-1''%0a"}) {
    std::string out;
    EXPECT_FALSE(decode_ext_value(text, out)) << text;
  }
}

}  // namespace
}  // namespace godwit::parser
