// SPDX-License-Identifier: MIT
#include "godwit/core/content/push_source.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <utility>

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

// Text gives itself, a few bytes at a time.
struct Text final : BodySource {
  Text(std::string t, std::optional<uint64_t> l) : text(std::move(t)), announced(l) {}
  Pull pull(std::span<std::byte> out) override {
    if (waits) return {0, State::later};
    const size_t size = std::min({out.size(), text.size(), size_t{3}});
    std::copy_n(bytes_of(text).begin(), size, out.begin());
    text.erase(0, size);
    return {size, text.empty() ? State::end : State::more};
  }
  std::optional<uint64_t> length() const override { return announced; }
  std::string text;
  std::optional<uint64_t> announced;
  bool waits = false;
};

TEST_F(PushSourceTest, SourcesHaveTheirTurnAmongTheBytes) {
  for (const bool known : {true, false}) {
    source.start(12);
    drains = 0;
    Text first("defg", known ? std::optional<uint64_t>(4) : std::nullopt), second("hi", std::nullopt);
    source.push(bytes_of("abc"));
    source.push_from(first);
    source.push_from(second);
    source.push(bytes_of("jkl"));
    EXPECT_EQ(source.queued(), 6u);
    EXPECT_EQ(source.pushed(), known ? 10u : 6u);
    EXPECT_FALSE(source.starving());
    EXPECT_EQ(pull(), "abc") << "up to the first of them";
    EXPECT_EQ(pull(), "def");
    first.waits = true;
    EXPECT_EQ(pull(), "~");
    EXPECT_EQ(drains, 0);
    first.waits = false;
    EXPECT_EQ(pull(), "g");
    EXPECT_TRUE(source.has_source());
    EXPECT_EQ(pull(), "hi");
    EXPECT_FALSE(source.has_source());
    EXPECT_EQ(source.pushed(), 12u);
    EXPECT_TRUE(source.finished());
    EXPECT_EQ(pull(64), "jkl.");
    EXPECT_EQ(drains, 1);
  }
}

TEST_F(PushSourceTest, TheEndOfASourceIsNotThatOfTheBody) {
  source.start(std::nullopt);
  Text text("ab", std::nullopt), nothing("", std::nullopt);
  source.push_from(text);
  EXPECT_EQ(pull(), "ab~");
  EXPECT_EQ(drains, 1);
  source.push_from(nothing);
  EXPECT_EQ(pull(), "~");
  EXPECT_EQ(drains, 2);
  source.push_from(text);
  source.start(std::nullopt);
  EXPECT_EQ(pull(), "~") << "another body has nothing to do with it";
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
