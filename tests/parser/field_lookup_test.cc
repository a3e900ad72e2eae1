// SPDX-License-Identifier: MIT
#include "godwit/parser/field_lookup.h"

#include <string>

#include <gtest/gtest.h>

#include "godwit/parser/byte_class.h"
#include "godwit/tests/support/guard_page.h"

namespace godwit::parser {
namespace {

constexpr std::string_view kNames[] = {
    "connection",         "content-encoding", "content-length",   "keep-alive", "location",
    "proxy-authenticate", "proxy-connection", "retry-after",      "set-cookie", "trailer",
    "transfer-encoding",  "upgrade",          "www-authenticate",
};
static_assert(std::size(kNames) == kKnownFieldCount);

// known_field asks for the colon after a name, and no more.
KnownField look_up(testing::GuardPage& page, std::string_view name) {
  return known_field(page.place(std::string(name) + ":").data(), name.size());
}

KnownField expected(std::string_view name) {
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (ascii_iequals(name, kNames[i])) return static_cast<KnownField>(i);
  }
  return KnownField::other;
}

TEST(FieldLookup, KnowsItsNamesInAnyCase) {
  testing::GuardPage page(64);
  for (size_t i = 0; i < std::size(kNames); ++i) {
    std::string upper(kNames[i]);
    for (char& byte : upper) byte = byte == '-' ? byte : static_cast<char>(byte - 32);
    EXPECT_EQ(look_up(page, kNames[i]), static_cast<KnownField>(i));
    EXPECT_EQ(look_up(page, upper), static_cast<KnownField>(i));
  }
}

// Any tchar in any place of a name, which is all that a parsed name can hold.
TEST(FieldLookup, IsTakenInByNoOtherToken) {
  testing::GuardPage page(64);
  for (std::string_view name : kNames) {
    for (size_t at = 0; at < name.size(); ++at) {
      for (unsigned octet = 0; octet < 256; ++octet) {
        if (!is_tchar(static_cast<char>(octet))) continue;
        std::string changed(name);
        changed[at] = static_cast<char>(octet);
        ASSERT_EQ(look_up(page, changed), expected(changed)) << changed;
      }
    }
    for (size_t size = 0; size < name.size(); ++size) {
      EXPECT_EQ(look_up(page, name.substr(0, size)), KnownField::other);
    }
    EXPECT_EQ(look_up(page, std::string(name) + "s"), KnownField::other);
  }
}

}  // namespace
}  // namespace godwit::parser
