// SPDX-License-Identifier: MIT
#include "godwit/tools/embedded_server/request_body.h"

#include <algorithm>
#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace godwit::embedded {
namespace {

struct Outcome {
  BodyStatus status = BodyStatus::more;
  std::string content;
  std::string trailers;
  size_t used = 0;
};

// decode feeds `wire` in pieces of at most `piece` bytes.
Outcome decode(BodyFraming framing, uint64_t length, std::string_view wire, size_t piece) {
  auto head = std::make_unique<RequestHead>();
  head->framing = framing;
  head->content_length = length;
  RequestBody body;
  body.start(*head);
  Outcome outcome;
  std::string_view rest = wire;
  while (outcome.status == BodyStatus::more && !rest.empty()) {
    std::string_view input = rest.substr(0, piece);
    const size_t before = input.size();
    std::string_view content;
    outcome.status = body.decode(input, content);
    outcome.content += content;
    rest.remove_prefix(before - input.size());
  }
  outcome.trailers = body.trailers();
  outcome.used = wire.size() - rest.size();
  return outcome;
}

TEST(RequestBody, LengthTakesExactlyThatMuch) {
  for (size_t piece : {1u, 3u, 100u}) {
    Outcome outcome = decode(BodyFraming::length, 5, "helloGET / ", piece);
    EXPECT_EQ(outcome.status, BodyStatus::complete);
    EXPECT_EQ(outcome.content, "hello");
    EXPECT_EQ(outcome.used, 5u);
  }
}

TEST(RequestBody, ChunkedInPiecesOfEverySize) {
  constexpr std::string_view kWire =
      "5\r\nhello\r\n00A;name=\"v\"\r\n, world!!!\r\n0\r\nX-A: 1\r\nX-B: 2\r\n\r\n";
  for (size_t piece = 1; piece <= kWire.size(); ++piece) {
    Outcome outcome = decode(BodyFraming::chunked, 0, std::string(kWire) + "GET", piece);
    ASSERT_EQ(outcome.status, BodyStatus::complete) << piece;
    ASSERT_EQ(outcome.content, "hello, world!!!") << piece;
    ASSERT_EQ(outcome.trailers, "X-A: 1\r\nX-B: 2\r\n") << piece;
    ASSERT_EQ(outcome.used, kWire.size()) << piece;
  }
  for (size_t size = 0; size < kWire.size(); ++size) {
    ASSERT_EQ(decode(BodyFraming::chunked, 0, kWire.substr(0, size), size + 1).status, BodyStatus::more)
        << size;
  }
}

TEST(RequestBody, RefusesBrokenChunks) {
  for (std::string_view wire :
       {"\r\n", "+5\r\n", "-1\r\n", "0x5\r\n", " 5\r\n", "5 \r\n", "g\r\n", "5\nhello", "5\r5", "5\r\nhelloX",
        "5\r\nhello\rX", "5;a\nb", "1000000000000000\r\n", "0\r\nX: y\n\r\n", "0\r\n\n"}) {
    EXPECT_EQ(decode(BodyFraming::chunked, 0, wire, 1).status, BodyStatus::bad) << wire;
  }
}

TEST(RequestBody, LimitsAreExact) {
  std::string line = "1;" + std::string(kMaxChunkExtension + 1, 'x');
  EXPECT_EQ(decode(BodyFraming::chunked, 0, line, 100).status, BodyStatus::bad);
  line.pop_back();
  EXPECT_EQ(decode(BodyFraming::chunked, 0, line, 100).status, BodyStatus::more);
  std::string trailers = "0\r\nX: " + std::string(kMaxTrailerBytes - 3, 'x');
  EXPECT_EQ(decode(BodyFraming::chunked, 0, trailers, 1000).status, BodyStatus::more);
  EXPECT_EQ(decode(BodyFraming::chunked, 0, trailers + "x", 1000).status, BodyStatus::bad);
}

}  // namespace
}  // namespace godwit::embedded
