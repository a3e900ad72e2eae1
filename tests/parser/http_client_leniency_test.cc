// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "godwit/parser/chunked_decoder.h"
#include "godwit/parser/field_value.h"
#include "godwit/tests/parser/head_feed.h"

// What Python's http.client lets pass and godwit does not, each by its own name. The tables of the other
// tests go further; these say that no row of this list was copied.

namespace godwit::parser {
namespace {

using LengthStatus = ContentLength::Status;

LengthStatus length_status(std::string_view lines) {
  const std::string bytes = std::string(lines) + "\r\n";
  std::vector<FieldSpan> storage(8);
  FieldLines parsed;
  parsed.storage = storage;
  EXPECT_EQ(parse_field_lines(bytes, 0, {}, parsed).status, HeadStatus::complete);
  return parse_content_length(parsed.fields(bytes.data())).status;
}

ParseError chunk_error(std::string_view body) {
  ChunkedDecoder decoder({});
  while (!body.empty() && !decoder.done()) {
    const auto step = decoder.decode(body);
    if (step.error != ParseError::none) return step.error;
    body.remove_prefix(step.taken);
  }
  return ParseError::none;
}

std::string reply(std::string_view fields) {
  return Feed().reply("HTTP/1.1 200 OK\r\n" + std::string(fields) + "\r\n");
}

// row: 1.11/content-length-number, 1.5/length
TEST(HttpClientLeniency, ContentLengthWithASignOrAnUnderscore) {
  EXPECT_EQ(length_status("Content-Length: +5\r\n"), LengthStatus::malformed);
  EXPECT_EQ(length_status("Content-Length: 1_0\r\n"), LengthStatus::malformed);
  EXPECT_EQ(length_status("Content-Length: -1\r\n"), LengthStatus::malformed);
}

// row: 1.11/duplicate-length, 1.5/length
TEST(HttpClientLeniency, FirstOfTwoContentLengthsWins) {
  EXPECT_EQ(length_status("Content-Length: 5\r\nContent-Length: 6\r\n"), LengthStatus::differing);
}

// row: 1.11/length-list
TEST(HttpClientLeniency, ContentLengthListIsReadUntilClose) {
  EXPECT_EQ(length_status("Content-Length: 3, 3\r\n"), LengthStatus::malformed);
}

// row: 1.11/chunk-size, 1.5/chunk-parsing
TEST(HttpClientLeniency, ChunkSizesAsPythonReadsNumbers) {
  EXPECT_EQ(chunk_error("0x5\r\nhello\r\n0\r\n\r\n"), ParseError::bad_chunk_size);
  EXPECT_EQ(chunk_error("-1\r\nhello\r\n0\r\n\r\n"), ParseError::bad_chunk_size);
  EXPECT_EQ(chunk_error("1_0\r\nhello\r\n0\r\n\r\n"), ParseError::bad_chunk_size);
}

// row: 1.11/chunk-tail, 1.5/chunk-parsing
TEST(HttpClientLeniency, TwoBytesAfterAChunkAreNotLookedAt) {
  EXPECT_EQ(chunk_error("5\r\nhelloXX0\r\n\r\n"), ParseError::bad_chunk_end);
}

// row: 1.5/chunk-parsing
TEST(HttpClientLeniency, ABodyMayEndWithoutItsLastLine) {
  ChunkedDecoder decoder({});
  decoder.decode("0\r\n");
  EXPECT_FALSE(decoder.done());
}

// row: 1.11/not-closed
TEST(HttpClientLeniency, NotClosedCloses) {
  EXPECT_FALSE(list_has_token("not-closed", "close"));
}

// row: 1.11/colonless-line, 1.6/no-colon, 1.6/space-before-colon
TEST(HttpClientLeniency, ALineWithoutAColonEndsTheFields) {
  EXPECT_EQ(reply("no-colon\r\nContent-Length: 5\r\n"), "bad missing-colon at 25");
  EXPECT_EQ(reply("Name : v\r\nContent-Length: 5\r\n"), "bad space-before-colon at 21");
}

// row: 1.11/bare-cr, 1.6/bare-cr
TEST(HttpClientLeniency, ABareCrInAValueBeginsAField) {
  EXPECT_EQ(reply("A: b\rContent-Length: 5\r\n"), "bad bare-cr at 21");
}

// row: 1.11/nul, 1.6/nul
TEST(HttpClientLeniency, NulInAValueIsKept) {
  EXPECT_EQ(reply(std::string_view("A: b\0c\r\n", 8)), "bad nul-byte at 21");
}

// row: 1.5/status-line, 1.5/version
TEST(HttpClientLeniency, VersionAndStatusAsPythonReadsNumbers) {
  EXPECT_EQ(Feed().reply("HTTP/1.abc 200 OK\r\n\r\n"), "bad bad-version at 7");
  EXPECT_EQ(Feed().reply("HTTP/1.1 +200 OK\r\n\r\n"), "bad bad-status-code at 9");
}

// row: 1.6/bare-lf
TEST(HttpClientLeniency, ABareLfEndsALine) {
  EXPECT_EQ(reply("A: b\nB: c\r\n"), "bad bare-lf at 21");
}

}  // namespace
}  // namespace godwit::parser
