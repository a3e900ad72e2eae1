// SPDX-License-Identifier: MIT
#include "godwit/core/bytes.h"

#include <gtest/gtest.h>

namespace godwit {
namespace {

TEST(Bytes, TextAndOctetsAreTheSameBytes) {
  std::string_view text = "a\0b\xff";
  EXPECT_EQ(text_of(bytes_of(text)), text);
  EXPECT_EQ(bytes_of(text).size(), text.size());
}

}  // namespace
}  // namespace godwit
