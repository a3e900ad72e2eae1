// SPDX-License-Identifier: MIT
#include "godwit/core/content_disposition.h"

#include <string>

#include <gtest/gtest.h>

namespace godwit {
namespace {

std::optional<std::string> name_in(std::string_view value) {
  Headers h;
  EXPECT_FALSE(h.add("Content-Disposition", value)) << value;
  return filename(h);
}

TEST(ContentDisposition, TypeAndParameters) {
  const auto disposition = ContentDisposition::parse("Attachment; filename=x.txt; size=7");
  ASSERT_TRUE(disposition);
  EXPECT_EQ(disposition->type, "attachment");
  EXPECT_EQ(disposition->filename, "x.txt");
  EXPECT_EQ(disposition->parameters.get("SIZE"), "7");
  EXPECT_FALSE(ContentDisposition::parse("inline")->filename);
}

// row: 1.6/message
TEST(ContentDisposition, Filename) {
  const struct {
    std::string_view value, name;
  } kRows[] = {
      // the examples of RFC 6266, 5
      {"Attachment; filename=example.html", "example.html"},
      {"INLINE; FILENAME= \"an example.html\"", ""},
      {"INLINE; FILENAME=\"an example.html\"", "an example.html"},
      {"attachment; filename*= UTF-8''%e2%82%ac%20rates", ""},
      {"attachment; filename*=UTF-8''%e2%82%ac%20rates", "\xe2\x82\xac rates"},
      {"attachment; filename=\"EURO rates\"; filename*=utf-8''%e2%82%ac%20rates", "\xe2\x82\xac rates"},
      {"attachment; filename*=utf-8''new; filename=old", "new"},
      // an extended value that can't be decoded is passed over
      {"attachment; filename=old; filename*=utf-8''%ff", "old"},
      {"attachment; filename=old; filename*=utf-16''new", "old"},
      {"attachment; filename*=utf-8''%0d%0aX", ""},
      {"attachment; filename=\"a\\\"b\\\\c\"", "a\"b\\c"},
      {"attachment; filename=\"\xfc\"", "\xfc"},
      {"attachment; filename=a; filename=b", ""},
      {"attachment; filename=a b", ""},
      {"attachment; filename=\"a", ""},
      {"filename=a", ""},
      {"attachment filename=a", ""},
      {"\"attachment\"; filename=a", ""},
  };
  for (const auto& row : kRows) EXPECT_EQ(name_in(row.value).value_or(""), row.name) << row.value;
}

TEST(ContentDisposition, LinesThatDifferNameNothing) {
  Headers h;
  ASSERT_FALSE(h.add("Content-Disposition", "attachment; filename=a"));
  EXPECT_EQ(filename(h), "a");
  ASSERT_FALSE(h.add("Content-Disposition", "attachment; filename=b"));
  EXPECT_FALSE(filename(h));
  EXPECT_FALSE(filename({}));
}

TEST(SafeFilename, LeavesItsFolderToTheReceiver) {
  EXPECT_EQ(safe_filename("a.txt"), "a.txt");
  EXPECT_EQ(safe_filename("/etc/passwd"), "passwd");
  EXPECT_EQ(safe_filename("..\\..\\boot.ini"), "boot.ini");
  EXPECT_EQ(safe_filename("a/b\\c"), "c");
  EXPECT_EQ(safe_filename("\xe2\x82\xac rates"), "\xe2\x82\xac rates");
  using namespace std::string_view_literals;
  for (std::string_view name : {""sv, "."sv, ".."sv, "../"sv, "a/"sv, ".bashrc"sv, "a/.ssh"sv, "a\0b"sv,
                                "a\nb"sv, "a\tb"sv, "\x7f"sv}) {
    EXPECT_FALSE(safe_filename(name)) << name;
  }
}

}  // namespace
}  // namespace godwit
