// SPDX-License-Identifier: MIT
#include "godwit/core/content/body_reader.h"

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "godwit/tests/support/alloc_count.h"

namespace godwit::content {
namespace {

using Shape = BodyReader::Shape;

// next gives what the open read got, or "-".
std::string next(BodyReader& reader) {
  BodyReader::Answer answer;
  if (!reader.next(answer)) return "-";
  return std::string(text_of(answer.bytes)) + (answer.error ? "!" : "");
}

void arrive(BodyReader& reader, std::string_view text) {
  reader.lend(bytes_of(text));
  reader.keep();
}

TEST(BodyReader, AReadThatLiesWholeInAnArrivalIsASliceOfIt) {
  BodyReader reader;
  const std::string text = "abcdef";
  reader.ask(Shape::exactly, 4);
  const test::AllocCount allocations;
  reader.lend(bytes_of(text));
  BodyReader::Answer answer;
  ASSERT_TRUE(reader.next(answer));
  EXPECT_EQ(static_cast<const void*>(answer.bytes.data()), text.data());
  EXPECT_EQ(allocations.count(), 0u);
  reader.keep();
  EXPECT_EQ(text_of(reader.left()), "ef");
  EXPECT_EQ(reader.consumed(), 4u);
}

TEST(BodyReader, EachShapeAtEachSplit) {
  const std::string_view text = "one\ntwo";
  for (size_t split = 0; split <= text.size(); ++split) {
    const auto read = [&](Shape shape, size_t size) {
      BodyReader reader;
      reader.ask(shape, size);
      arrive(reader, text.substr(0, split));
      std::string got = next(reader);
      if (got != "-") return got;
      arrive(reader, text.substr(split));
      got = next(reader);
      if (got != "-") return got;
      reader.end({});
      return next(reader);
    };
    EXPECT_EQ(read(Shape::exactly, 5), "one\nt") << split;
    EXPECT_EQ(read(Shape::exactly, 0), "");
    EXPECT_EQ(read(Shape::exactly, 9), text);
    EXPECT_EQ(read(Shape::all, 7), text);
    EXPECT_EQ(read(Shape::all, 6), "one\ntw!");
    EXPECT_EQ(read(Shape::line, 100), "one\n");
    EXPECT_EQ(read(Shape::line, 2), "on");
    EXPECT_EQ(read(Shape::some, 100), split == 0 ? text : text.substr(0, split));
    EXPECT_EQ(read(Shape::peek, 1), "o");
  }
}

TEST(BodyReader, IntoFillsOverArrivals) {
  BodyReader reader;
  std::array<std::byte, 4> memory{};
  arrive(reader, "a");
  reader.ask_into(memory);
  EXPECT_EQ(next(reader), "-");
  arrive(reader, "bc");
  EXPECT_EQ(next(reader), "-");
  EXPECT_EQ(reader.size(), 0u) << "what it took is not kept a second time";
  arrive(reader, "def");
  EXPECT_EQ(next(reader), "abcd");
  EXPECT_EQ(text_of(reader.left()), "ef");
}

TEST(BodyReader, ABadEndComesAfterWhatIsLeftAndStays) {
  BodyReader reader;
  arrive(reader, "abc");
  reader.end({.code = Errc::incomplete_read});
  reader.ask(Shape::exactly, 2);
  EXPECT_EQ(next(reader), "ab");
  reader.ask(Shape::exactly, 2);
  EXPECT_EQ(next(reader), "c!");
  reader.ask(Shape::some, 2);
  EXPECT_EQ(next(reader), "!");
  reader.reset();
  EXPECT_FALSE(reader.ended());
  EXPECT_EQ(reader.consumed(), 0u);
}

TEST(BodyReader, WhatIsReadDoesNotPileUp) {
  BodyReader reader;
  const std::string arrival(100, 'x');
  arrive(reader, "y");
  for (int i = 0; i < 100; ++i) arrive(reader, arrival);
  const test::AllocCount allocations;
  for (int i = 0; i < 10'000; ++i) {
    reader.ask(Shape::exactly, 100);
    arrive(reader, arrival);
    ASSERT_EQ(next(reader).size(), 100u);
  }
  EXPECT_EQ(reader.size(), 10'001u);
  EXPECT_LT(allocations.count(), 10'100u) << "the strings of next(), and little else";
}

}  // namespace
}  // namespace godwit::content
