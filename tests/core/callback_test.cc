// SPDX-License-Identifier: MIT
#include "godwit/core/callback.h"

#include <array>
#include <memory>
#include <utility>

#include <gtest/gtest.h>

#include "godwit/tests/support/alloc_count.h"

namespace godwit {
namespace {

TEST(Callback, EmptyIsFalse) {
  Callback<void()> c;
  EXPECT_FALSE(c);
  c = [] {};
  EXPECT_TRUE(c);
  c.reset();
  EXPECT_FALSE(c);
}

TEST(Callback, PassesArgumentsAndResults) {
  int calls = 0;
  Callback<int(int, std::unique_ptr<int>)> c = [&calls](int a, std::unique_ptr<int> b) {
    ++calls;
    return a + *b;
  };
  EXPECT_EQ(c(1, std::make_unique<int>(2)), 3);
  EXPECT_EQ(calls, 1);
}

TEST(Callback, MovesSmallAndLargeAndDestroysOnce) {
  const auto owner = std::make_shared<int>(7);
  {
    Callback<int()> small = [owner] { return *owner; };
    Callback<int()> large = [owner, pad = std::array<char, 200>{}] { return *owner + pad[0]; };
    EXPECT_EQ(owner.use_count(), 3);
    Callback<int()> moved = std::move(small);
    EXPECT_FALSE(small);
    EXPECT_EQ(moved(), 7);
    moved = std::move(large);
    EXPECT_EQ(owner.use_count(), 2);
    EXPECT_EQ(moved(), 7);
  }
  EXPECT_EQ(owner.use_count(), 1);
}

TEST(Callback, MovesValuesOfEverySizeWhole) {
  const auto moves = [](auto bytes) {
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i + 1);
    Callback<bool(size_t)> c = [bytes](size_t i) { return bytes[i] == static_cast<char>(i + 1); };
    Callback<bool(size_t)> moved = std::move(c);
    c = std::move(moved);
    EXPECT_FALSE(moved);
    for (size_t i = 0; i < bytes.size(); ++i) EXPECT_TRUE(c(i)) << i << " of " << bytes.size();
  };
  moves(std::array<char, 1>());
  moves(std::array<char, 9>());
  moves(std::array<char, 48>());
  moves(std::array<char, 49>());
  moves(std::array<char, 500>());
}

TEST(Callback, SixPointersCostNoHeapCall) {
  void* p[6] = {};
  const test::AllocCount allocations;
  Callback<void*()> c = [a = p[0], b = p[1], d = p[2], e = p[3], f = p[4], g = p[5]] {
    return a ? a : b ? b : d ? d : e ? e : f ? f : g;
  };
  Callback<void*()> moved = std::move(c);
  moved();
  EXPECT_EQ(allocations.count(), 0u);
}

}  // namespace
}  // namespace godwit
