// SPDX-License-Identifier: MIT
#include "godwit/parser/parameters.h"

#include <string>

#include <gtest/gtest.h>

namespace godwit::parser {
namespace {

// read prints what was read: `a=[b]c=[d]`, with a `!` where it was malformed.
std::string read(std::string_view text) {
  ParameterReader reader(text);
  Parameter found;
  std::string out, value;
  while (reader.next(found)) {
    parameter_value(found, value);
    out.append(found.name).append("=[").append(value).append("]");
  }
  return reader.malformed() ? out + "!" : out;
}

TEST(Parameters, Forms) {
  const struct {
    std::string_view text, read;
  } kRows[] = {
      {"", ""},
      {"  \t", ""},
      {";", ""},
      {" ; ;\t;", ""},
      {";a=b", "a=[b]"},
      {" ; a=b ;c=d;", "a=[b]c=[d]"},
      {"; A*=b; a=c", "A*=[b]a=[c]"},
      {";a=\"\"", "a=[]"},
      {";a=\"b c; d=\\\"e\\\\\" ; f=g", "a=[b c; d=\"e\\]f=[g]"},
      {";a=\"\xc3\xbc\t\"", "a=[\xc3\xbc\t]"},
  };
  for (const auto& row : kRows) EXPECT_EQ(read(row.text), row.read) << row.text;
}

TEST(Parameters, Malformed) {
  using namespace std::string_view_literals;
  const struct {
    std::string_view text, read;
  } kRows[] = {
      {"a=b", "!"},                   // no semicolon
      {"; a=b c=d", "a=[b]!"},        // none between
      {"; a=b, c=d", "a=[b]!"},       // a list is not for this reader
      {"; a", "!"},                   // no value
      {"; a=", "!"},                  // nor here
      {"; =b", "!"},                  // no name
      {"; a =b", "!"},                // whitespace around "="
      {"; a= b", "!"},                //
      {"; a=\"b", "!"},               // never closed
      {"; a=\"b\\\"", "!"},           // nor here
      {"; a=\"b\"c", "a=[b]!"},       // goes on behind its end
      {"; a=b\"c\"", "a=[b]!"},       //
      {"; a='b c'", "a=['b]!"},       // an apostrophe quotes nothing
      {"; a=\xc3\xbc", "!"},          // obs-text belongs in quotes
      {"; a=\"b\r\n c\"", "!"},       // control characters belong nowhere
      {"; a=\"b\0\""sv, "!"},         //
      {"; a=\"b\\\x7f\"", "!"},       //
      {"; f=a/b", "f=[a]!"},          // a slash is no tchar
      {"; a=b; c=\"; d=e", "a=[b]!"}  // what follows is not read
  };
  for (const auto& row : kRows) EXPECT_EQ(read(row.text), row.read) << row.text;
}

TEST(Parameters, StopsForGood) {
  ParameterReader reader("; a; b=c");
  Parameter found;
  EXPECT_FALSE(reader.next(found));
  EXPECT_FALSE(reader.next(found));
  EXPECT_TRUE(reader.malformed());
}

}  // namespace
}  // namespace godwit::parser
