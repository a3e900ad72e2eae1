// SPDX-License-Identifier: MIT
#include "godwit/core/parameters.h"

#include <vector>

#include <gtest/gtest.h>

namespace godwit {
namespace {

using Item = Parameters::Item;

TEST(Parameters, AreCopiesInOrder) {
  std::string text = " ; Q=\"a \\\"b\\\"\"; level=1";
  const auto parameters = Parameters::parse(text);
  text.assign(text.size(), 'x');
  ASSERT_TRUE(parameters);
  EXPECT_EQ(std::vector<Item>(parameters->begin(), parameters->end()),
            (std::vector<Item>{{"q", "a \"b\""}, {"level", "1"}}));
  EXPECT_EQ(parameters->get("LEVEL"), "1");
  EXPECT_FALSE(parameters->get("l"));
  EXPECT_EQ(parameters->size(), 2u);
}

TEST(Parameters, OfNothingAreNone) {
  const auto parameters = Parameters::parse("");
  ASSERT_TRUE(parameters);
  EXPECT_TRUE(parameters->empty());
}

TEST(Parameters, AllOrNothing) {
  EXPECT_FALSE(Parameters::parse("; a=b; c"));
  EXPECT_FALSE(Parameters::parse("; a=b; c=\"d"));
  EXPECT_FALSE(Parameters::parse("; a=b; A=c")) << "which of them counts would be a guess";
}

TEST(Parameters, EqualOnesAreOne) {
  const auto parameters = Parameters::parse("; a=b; A=\"b\"");
  ASSERT_TRUE(parameters);
  EXPECT_EQ(parameters->size(), 1u);
}

// row: 1.6/message
TEST(Param, OfAnyField) {
  Headers h;
  ASSERT_FALSE(h.add("Keep-Alive", "x; Timeout=\"5\"; max=100"));
  ASSERT_FALSE(h.add("Plain", "x"));
  ASSERT_FALSE(h.add("Bad", "x; a=b; c"));
  ASSERT_FALSE(h.add("Twice", "x; a=b"));
  ASSERT_FALSE(h.add("Twice", "x; a=c"));
  EXPECT_EQ(param(h, "keep-alive", "timeout"), "5");
  EXPECT_EQ(param(h, "Keep-Alive", "MAX"), "100");
  EXPECT_FALSE(param(h, "Keep-Alive", "min"));
  EXPECT_FALSE(param(h, "Plain", "x"));
  EXPECT_FALSE(param(h, "Bad", "a"));
  EXPECT_FALSE(param(h, "Twice", "a"));
  EXPECT_FALSE(param(h, "Absent", "a"));
}

}  // namespace
}  // namespace godwit
