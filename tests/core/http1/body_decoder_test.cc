// SPDX-License-Identifier: MIT
#include "godwit/core/http1/body_decoder.h"

#include <string>

#include <gtest/gtest.h>

namespace godwit::http1 {
namespace {

using Kind = BodyLength::Kind;

// read decodes `wire` from pieces of `piece` bytes, and takes at most `wanted` bytes of data at a time.
// What is behind the body is left in `rest`.
std::string read(BodyDecoder& decoder, std::string_view wire, size_t piece, size_t wanted,
                 std::string_view& rest) {
  std::string body;
  size_t begin = 0;
  size_t end = 0;
  while (!decoder.done() && (begin < end || end < wire.size())) {
    if (begin == end) end = std::min(wire.size(), end + piece);
    const BodyDecoder::Step step = decoder.decode(wire.substr(begin, end - begin));
    EXPECT_EQ(step.error, parser::ParseError::none);
    const std::string_view data = step.data.substr(0, wanted);
    if (!step.data.empty()) {
      EXPECT_EQ(step.data.data() + step.data.size(), wire.data() + begin + step.taken)
          << "data ends what was taken";
    }
    body += data;
    const size_t unwanted = step.data.size() - data.size();
    if (unwanted != 0) decoder.put_back(unwanted);
    begin += step.taken - unwanted;
  }
  rest = wire.substr(begin);
  return body;
}

TEST(BodyDecoder, EveryFramingFromAnyPiecesWithAnyAppetite) {
  struct Row {
    BodyLength length;
    std::string_view wire;
    std::string_view body;
    std::string_view rest;
    uint64_t expected;
  };
  const Row rows[] = {
      {{.kind = Kind::none}, "next", "", "next", Error::kUnknown},
      {{.kind = Kind::tunnel}, "next", "", "next", Error::kUnknown},
      {{.kind = Kind::length, .length = 0}, "next", "", "next", 0},
      {{.kind = Kind::length, .length = 11}, "hello worldnext", "hello world", "next", 11},
      {{.kind = Kind::chunked},
       "5\r\nhello\r\n1;x\r\n \r\n5\r\nworld\r\n0\r\n\r\nnext",
       "hello world",
       "next",
       Error::kUnknown},
      {{.kind = Kind::chunked}, "1\r\na\r\n0\r\nX: y\r\n\r\nnext", "a", "next", Error::kUnknown},
  };
  for (const Row& row : rows) {
    BodyDecoder decoder{parser::ParseOptions()};
    for (size_t piece = 1; piece <= row.wire.size(); ++piece) {
      for (size_t wanted = 1; wanted <= row.body.size() + 1; ++wanted) {
        decoder.start(row.length);
        std::string_view rest;
        EXPECT_EQ(read(decoder, row.wire, piece, wanted, rest), row.body);
        EXPECT_EQ(rest, row.rest);
        EXPECT_TRUE(decoder.done());
        EXPECT_EQ(decoder.expected(), row.expected);
      }
    }
  }
}

TEST(BodyDecoder, UntilCloseIsDoneAtTheEndAlone) {
  BodyDecoder decoder{parser::ParseOptions()};
  decoder.start({.kind = Kind::until_close});
  EXPECT_EQ(decoder.decode("abc").data, "abc");
  EXPECT_FALSE(decoder.done());
  decoder.end();
  EXPECT_TRUE(decoder.done());
}

TEST(BodyDecoder, NoPrefixOfAChunkedBodyIsDone) {
  const std::string_view wire = "3\r\nabc\r\n0\r\nX: y\r\n\r\n";
  for (size_t size = 0; size < wire.size(); ++size) {
    BodyDecoder decoder{parser::ParseOptions()};
    decoder.start({.kind = Kind::chunked});
    std::string_view rest;
    read(decoder, wire.substr(0, size), 1, 1, rest);
    EXPECT_FALSE(decoder.done()) << size;
  }
}

TEST(BodyDecoder, IsNotDoneWhileDataIsOwed) {
  BodyDecoder decoder{parser::ParseOptions()};
  decoder.start({.kind = Kind::length, .length = 3});
  EXPECT_EQ(decoder.decode("abc").taken, 3u);
  EXPECT_TRUE(decoder.done());
  decoder.put_back(1);
  EXPECT_FALSE(decoder.done());
  EXPECT_EQ(decoder.decode("cd").data, "c");
  EXPECT_TRUE(decoder.done());
}

}  // namespace
}  // namespace godwit::http1
