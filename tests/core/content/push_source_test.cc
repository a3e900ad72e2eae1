// SPDX-License-Identifier: MIT
#include "godwit/core/content/push_source.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "godwit/tests/support/alloc_count.h"

namespace godwit::content {
namespace {

using State = BodySource::State;

struct PushSourceTest : ::testing::Test {
  std::string pull(size_t size = 4) {
    std::array<std::byte, 64> out{};
    const BodySource::Pull pulled = source.pull(std::span(out).first(size));
    std::string text(text_of(Bytes(out).first(pulled.size)));
    if (pulled.state == State::later) text += "~";
    if (pulled.state == State::end) text += ".";
    return text;
  }

  int drains = 0;
  PushSource source{[](void* whom) { ++static_cast<PushSourceTest*>(whom)->drains; }, this};
};

TEST_F(PushSourceTest, UntilItIsFinished) {
  source.start(std::nullopt);
  EXPECT_EQ(source.length(), std::nullopt);
  EXPECT_TRUE(source.starving());
  EXPECT_EQ(pull(), "~");
  EXPECT_EQ(drains, 0);
  source.push(bytes_of("abcdef"));
  EXPECT_EQ(source.queued(), 6u);
  EXPECT_EQ(pull(), "abcd");
  EXPECT_EQ(drains, 0);
  EXPECT_EQ(pull(), "ef~");
  EXPECT_EQ(drains, 1);
  source.push(bytes_of("g"));
  source.finish({});
  EXPECT_FALSE(source.starving());
  EXPECT_EQ(pull(), "g.");
}

TEST_F(PushSourceTest, AnAnnouncedLengthEndsIt) {
  source.start(3);
  EXPECT_EQ(source.length(), 3u);
  source.push(bytes_of("ab"));
  EXPECT_FALSE(source.finished());
  source.push(bytes_of("c"));
  EXPECT_TRUE(source.finished());
  EXPECT_EQ(pull(), "abc.");
  source.start(0);
  EXPECT_EQ(pull(), ".");
}

TEST_F(PushSourceTest, WhatWasPulledDoesNotPileUp) {
  source.start(std::nullopt);
  source.push(bytes_of("start"));
  for (int i = 0; i < 100; ++i) source.push(bytes_of("0123"));
  const test::AllocCount allocations;
  for (int i = 0; i < 10'000; ++i) {
    source.push(bytes_of("0123"));
    ASSERT_EQ(pull().size(), 4u);
  }
  EXPECT_EQ(source.queued(), 405u);
  EXPECT_LT(allocations.count(), 20u);
}

}  // namespace
}  // namespace godwit::content
