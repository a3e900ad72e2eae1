// SPDX-License-Identifier: MIT
#include "godwit/core/status.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace godwit {
namespace {

static_assert(status::kNotFound == 404);
static_assert(status::phrase(404) == "Not Found");

// row: 1.1/status-constants
TEST(Status, EveryCodeOfHttpClientIsThereOnce) {
  std::set<int> codes;
  int last = 0;
#define X(code, constant, phrase, description)      \
  EXPECT_EQ(status::constant, code);                \
  EXPECT_GT(code, last) << "the table is in order"; \
  last = code;                                      \
  codes.insert(code);
  GODWIT_STATUS_MAP(X)
#undef X
  std::set<int> expected = {226, 307, 308, 428, 429, 431, 451, 510, 511};
  const auto add = [&](int first, int end) {
    for (int code = first; code <= end; ++code) expected.insert(code);
  };
  add(100, 103);
  add(200, 208);
  add(300, 305);
  add(400, 418);
  add(421, 426);
  add(500, 508);
  EXPECT_EQ(codes.size(), 62u);
  EXPECT_EQ(codes, expected);
}

// row: 1.1/responses, 1.1/phrase-description
TEST(Status, PhrasesAndDescriptions) {
  EXPECT_EQ(status::phrase(200), "OK");
  EXPECT_EQ(status::phrase(418), "I'm a Teapot");
  EXPECT_EQ(status::description(204), "done, and there is nothing to show");
  std::set<std::string_view> seen;
  for (int code = -1; code < 1000; ++code) {
    const bool known = !status::phrase(code).empty();
    EXPECT_EQ(!status::description(code).empty(), known) << code;
    if (!known) continue;
    EXPECT_TRUE(seen.insert(status::phrase(code)).second) << code;
    EXPECT_TRUE(seen.insert(status::description(code)).second) << code;
  }
  EXPECT_EQ(seen.size(), 2 * 62u);
  EXPECT_EQ(status::phrase(299), "");
  EXPECT_EQ(status::phrase(306), "") << "unused";
}

// row: 1.10/3.13
TEST(Status, NewNamesAndOldOnes) {
  EXPECT_EQ(status::kContentTooLarge, 413);
  EXPECT_EQ(status::kRequestEntityTooLarge, 413);
  EXPECT_EQ(status::kUriTooLong, 414);
  EXPECT_EQ(status::kRequestUriTooLong, 414);
  EXPECT_EQ(status::kRangeNotSatisfiable, 416);
  EXPECT_EQ(status::kRequestedRangeNotSatisfiable, 416);
  EXPECT_EQ(status::kUnprocessableContent, 422);
  EXPECT_EQ(status::kUnprocessableEntity, 422);
}

// row: 1.10/3.12
TEST(Status, ClassesHoldForUnknownCodesToo) {
  for (int code = 0; code < 1000; ++code) {
    EXPECT_EQ(status::is_informational(code), code / 100 == 1) << code;
    EXPECT_EQ(status::is_success(code), code / 100 == 2) << code;
    EXPECT_EQ(status::is_redirection(code), code / 100 == 3) << code;
    EXPECT_EQ(status::is_client_error(code), code / 100 == 4) << code;
    EXPECT_EQ(status::is_server_error(code), code / 100 == 5) << code;
  }
}

}  // namespace
}  // namespace godwit
