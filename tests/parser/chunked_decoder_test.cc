// SPDX-License-Identifier: MIT
#include "godwit/parser/chunked_decoder.h"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "godwit/tests/support/guard_page.h"

namespace godwit::parser {
namespace {

using godwit::testing::GuardPage;
using namespace std::string_view_literals;
using State = ChunkedDecoder::State;

// Thousands of connections hold one each.
static_assert(sizeof(ChunkedDecoder) <= 80);

// Decoding feeds a decoder and keeps what came of it as text: the data, then how it stands.
class Decoding {
 public:
  explicit Decoding(const ParseOptions& options = {}) : decoder_(options) {}

  // feed gives `in` as one read, and says whether more is wanted.
  bool feed(std::string_view in) {
    while (!in.empty() && !decoder_.done()) {
      const ChunkedDecoder::Step step = decoder_.decode(in);
      EXPECT_EQ(step.state, decoder_.state());
      if (step.error != ParseError::none) {
        EXPECT_EQ(step.state, State::bad);
        EXPECT_TRUE(step.data.empty());
        EXPECT_EQ(step.taken, 0u);
        outcome_ = "bad " + std::string(to_string(step.error)) + " at " + std::to_string(decoder_.offset());
        EXPECT_EQ(decoder_.decode(in).error, step.error) << "an error is for good";
        return false;
      }
      EXPECT_GT(step.taken, 0u);
      EXPECT_LE(step.taken, in.size());
      // A run is a slice of the input, not a copy.
      EXPECT_TRUE(step.data.empty() || (step.data.data() >= in.data() &&
                                        step.data.data() + step.data.size() == in.data() + step.taken));
      data_.append(step.data);
      in.remove_prefix(step.taken);
    }
    return !decoder_.done();
  }

  std::string outcome() const {
    if (!outcome_.empty()) return data_ + "|" + outcome_;
    std::string text =
        data_ + (decoder_.done() ? "|done at " : "|more at ") + std::to_string(decoder_.offset());
    for (FieldView field : decoder_.trailers()) {
      text += "{" + std::string(field.name) + ": " + std::string(field.value) + "}";
    }
    return text;
  }

 private:
  ChunkedDecoder decoder_;
  std::string data_;
  std::string outcome_;
};

struct Row {
  std::string_view bytes;
  std::string_view outcome;
  ParseOptions options = {};
};

constexpr Row kRows[] = {
    {"0\r\n\r\n"sv, "|done at 5"sv},
    {"000\r\n\r\n"sv, "|done at 7"sv},
    {"5\r\nhello\r\n0\r\n\r\n"sv, "hello|done at 15"sv},
    {"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"sv, "hello world|done at 26"sv},
    {"a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n"sv, "01234567890123456789|done at 35"sv},
    {"0005\r\nhello\r\n0\r\n\r\n"sv, "hello|done at 18"sv},
    {"00005\r\nhello\r\n0\r\n\r\n"sv, "hello|done at 19"sv},
    {"1\r\nx\r\n0002\r\nyz\r\n00003\r\nabc\r\n0\r\n\r\n"sv, "xyzabc|done at 33"sv},
    {"0000000000000005\r\nhello\r\n0\r\n\r\n"sv, "hello|done at 30"sv},
    {"4\r\n\r\n\r\n\r\n0\r\n\r\n"sv, "\r\n\r\n|done at 14"sv},
    {"5\r\nhello\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n"sv, "hello|done at 15"sv},
    {"5\r\nhello\r\n0\r\n\r\n\r\n"sv, "hello|done at 15"sv},

    // Extensions: passed over.
    {"5;a=b\r\nhello\r\n0;c\r\n\r\n"sv, "hello|done at 21"sv},
    {"5 \t; a = \"b;\\\"c\" ;d\r\nhello\r\n0\r\n\r\n"sv, "hello|done at 33"sv},
    {"5;\r\nhello\r\n0;\xff\r\n\r\n"sv, "hello|done at 18"sv},

    // Trailers.
    {"0\r\nA: b\r\n\r\n"sv, "|done at 11{A: b}"sv},
    {"1\r\nx\r\n0\r\nA: b\r\nContent-Length: 5 \r\n\r\nnext"sv, "x|done at 37{A: b}{Content-Length: 5}"sv},

    // Truncated: more is wanted, and the caller knows that there is none.
    {""sv, "|more at 0"sv},
    {"5"sv, "|more at 1"sv},
    {"5\r\nhel"sv, "hel|more at 6"sv},
    {"5\r\nhello"sv, "hello|more at 8"sv},
    {"5\r\nhello\r\n0\r\n"sv, "hello|more at 13"sv},
    {"5\r\nhello\r\n0\r\n\r"sv, "hello|more at 14"sv},
    {"0\r\nA: b\r\n"sv, "|more at 9"sv},

    // FAULTS: H5. Sizes.
    {"\r\n"sv, "|bad bad-chunk-size at 0"sv},
    {"\n"sv, "|bad bare-lf at 0"sv},
    {"x\r\n"sv, "|bad bad-chunk-size at 0"sv},
    {" 5\r\nhello\r\n"sv, "|bad bad-chunk-size at 0"sv},
    {"+5\r\nhello\r\n"sv, "|bad bad-chunk-size at 0"sv},
    {"-1\r\nhello\r\n"sv, "|bad bad-chunk-size at 0"sv},
    {"0x5\r\nhello\r\n"sv, "|bad bad-chunk-size at 1"sv},
    {"1_0\r\nhello\r\n"sv, "|bad bad-chunk-size at 1"sv},
    {"5h\r\nhello\r\n"sv, "|bad bad-chunk-size at 1"sv},
    {"5,\r\nhello\r\n"sv, "|bad bad-chunk-size at 1"sv},
    {"5\0\r\nhello\r\n"sv, "|bad bad-chunk-size at 1"sv},
    {";a\r\n"sv, "|bad bad-chunk-size at 0"sv},
    {"00000000000000005\r\nhello\r\n"sv, "|bad chunk-size-overflow at 16"sv},
    {"10000000000000000\r\nhello\r\n"sv, "|bad chunk-size-overflow at 16"sv},
    {"ffffffffffffffff\r\nhi"sv, "hi|more at 20"sv},

    // Line ends.
    {"5\nhello\r\n"sv, "|bad bare-lf at 1"sv},
    {"5\rhello\r\n"sv, "|bad bare-cr at 1"sv},
    {"5\r\rhello\r\n"sv, "|bad bare-cr at 1"sv},
    {"5;a\nhello\r\n"sv, "|bad bare-lf at 3"sv},
    {"5;a\rhello\r\n"sv, "|bad bare-cr at 3"sv},
    {"5\r\nhello\n0\r\n\r\n"sv, "hello|bad bad-chunk-end at 8"sv},
    {"5\r\nhelloXX0\r\n\r\n"sv, "hello|bad bad-chunk-end at 8"sv},
    {"5\r\nhello0\r\n\r\n"sv, "hello|bad bad-chunk-end at 8"sv},
    {"5\r\nhello\rX0\r\n\r\n"sv, "hello|bad bad-chunk-end at 9"sv},
    {"5\r\nhello\r\n\r\n0\r\n\r\n"sv, "hello|bad bad-chunk-size at 10"sv},
    {"5\nhello\n0\n\n"sv, "|bad bare-lf at 1"sv, {.allow_bare_lf = true}},

    // Extensions that are none, or hold what no line may.
    {"5 \r\nhello\r\n"sv, "|bad bad-chunk-extension at 2"sv},
    {"5 a\r\nhello\r\n"sv, "|bad bad-chunk-extension at 2"sv},
    {"5;a\0\r\nhello\r\n"sv, "|bad nul-byte at 3"sv},
    {"5;a\x01\r\nhello\r\n"sv, "|bad bad-chunk-extension at 3"sv},
    {"5;a\x7f\r\nhello\r\n"sv, "|bad bad-chunk-extension at 3"sv},

    // Limits, and one beyond.
    {"1;23\r\nx\r\n1;34\r\ny\r\n0\r\n\r\n"sv, "xy|done at 23"sv, {.max_chunk_extensions = 6}},
    {"1;23\r\nx\r\n1;34\r\ny\r\n0\r\n\r\n"sv,
     "x|bad chunk-extensions-too-large at 12"sv,
     {.max_chunk_extensions = 5}},
    {"1;23\r\nx\r\n0\r\n\r\n"sv, "x|done at 14"sv, {.max_line = 6}},
    {"1;23\r\nx\r\n0\r\n\r\n"sv, "|bad line-too-long at 5"sv, {.max_line = 5}},
    {"1;23\r\nx\r\n0\r\n\r\n"sv, "|bad line-too-long at 4"sv, {.max_line = 4}},
    {"1;23\r\nx\r\n0\r\n\r\n"sv, "|bad line-too-long at 3"sv, {.max_line = 3}},
    {"0\r\nA: b\r\nC: d\r\n\r\n"sv, "|done at 17{A: b}{C: d}"sv, {.max_fields = 2}},
    {"0\r\nA: b\r\nC: d\r\n\r\n"sv, "|bad too-many-fields at 9"sv, {.max_fields = 1}},
    {"0\r\nA: b\r\n\r\n"sv, "|done at 11{A: b}"sv, {.max_head = 8}},
    {"0\r\nA: b\r\n\r\n"sv, "|bad head-too-large at 10"sv, {.max_head = 7}},
    {"0\r\nA: bcd\r\n\r\n"sv, "|done at 13{A: bcd}"sv, {.max_line = 8}},
    {"0\r\nA: bcd\r\n\r\n"sv, "|bad line-too-long at 10"sv, {.max_line = 7}},

    // Trailer lines are field lines.
    {"0\r\n A: b\r\n\r\n"sv, "|bad obs-fold at 3"sv},
    {"0\r\nA: b\n\r\n"sv, "|bad bare-lf at 7"sv},
    {"0\r\n\n"sv, "|bad bare-lf at 3"sv},
    {"0\r\n\rX"sv, "|bad bare-cr at 3"sv},
    {"0\r\nA: b\0\r\n\r\n"sv, "|bad nul-byte at 7"sv},
    {"0\nA: b\n\n"sv, "|bad bare-lf at 1"sv, {.allow_bare_lf = true}},
    {"0\r\nA: b\n\n"sv, "|done at 9{A: b}"sv, {.allow_bare_lf = true}},
    {"0\r\nA b\r\nC: d\r\n\r\n"sv, "|done at 16{C: d}"sv, {.skip_bad_lines = true}},
};

TEST(ChunkedDecoder, DecodesWhole) {
  GuardPage page(4096);
  for (const Row& row : kRows) {
    Decoding decoding(row.options);
    decoding.feed(page.place(row.bytes));
    EXPECT_EQ(decoding.outcome(), row.outcome) << ::testing::PrintToString(row.bytes);
  }
}

TEST(ChunkedDecoder, DecodesAtEverySplit) {
  GuardPage first(4096);
  GuardPage second(4096);
  for (const Row& row : kRows) {
    for (size_t cut = 0; cut <= row.bytes.size(); ++cut) {
      Decoding decoding(row.options);
      if (decoding.feed(first.place(row.bytes.substr(0, cut)))) {
        decoding.feed(second.place(row.bytes.substr(cut)));
      }
      ASSERT_EQ(decoding.outcome(), row.outcome) << ::testing::PrintToString(row.bytes) << " cut " << cut;
    }
  }
}

TEST(ChunkedDecoder, DecodesAtEveryPairOfSplits) {
  GuardPage page(4096);
  for (const Row& row : kRows) {
    for (size_t first = 0; first <= row.bytes.size(); ++first) {
      for (size_t second = first; second <= row.bytes.size(); ++second) {
        Decoding decoding(row.options);
        if (decoding.feed(page.place(row.bytes.substr(0, first))) &&
            decoding.feed(page.place(row.bytes.substr(first, second - first)))) {
          decoding.feed(page.place(row.bytes.substr(second)));
        }
        ASSERT_EQ(decoding.outcome(), row.outcome)
            << ::testing::PrintToString(row.bytes) << " cut at " << first << " and " << second;
      }
    }
  }
}

// A body is complete with its last byte and no sooner.
TEST(ChunkedDecoder, IsOpenAtEveryTruncation) {
  GuardPage page(4096);
  for (const Row& row : kRows) {
    const size_t at = row.outcome.find("|done at ");
    if (at == row.outcome.npos) continue;
    const size_t end = std::stoul(std::string(row.outcome.substr(at + 9)));
    for (size_t size = 0; size < end; ++size) {
      Decoding decoding(row.options);
      EXPECT_TRUE(decoding.feed(page.place(row.bytes.substr(0, size))));
      ASSERT_TRUE(decoding.outcome().ends_with("|more at " + std::to_string(size)))
          << ::testing::PrintToString(row.bytes) << " cut at " << size;
    }
  }
}

TEST(ChunkedDecoder, DecodesByteByByte) {
  GuardPage page(4096);
  for (const Row& row : kRows) {
    Decoding decoding(row.options);
    for (size_t i = 0; i < row.bytes.size() && decoding.feed(page.place(row.bytes.substr(i, 1))); ++i) {
    }
    EXPECT_EQ(decoding.outcome(), row.outcome) << ::testing::PrintToString(row.bytes);
  }
}

TEST(ChunkedDecoder, SizesOfEveryLengthAreTheirNumbers) {
  for (unsigned shift = 0; shift < 64; shift += 4) {
    const uint64_t size = uint64_t{1} << shift;
    char digits[17];
    std::snprintf(digits, sizeof digits, "%llx", static_cast<unsigned long long>(size));
    ChunkedDecoder decoder({});
    const std::string in = std::string(digits) + "\r\n" + std::string(std::min<uint64_t>(size, 64) + 1, 'x');
    const ChunkedDecoder::Step step = decoder.decode(in);
    EXPECT_EQ(step.error, ParseError::none);
    EXPECT_EQ(step.data.size(), std::min<uint64_t>(size, 65));
  }
}

// FAULTS: 200,000 chunks of one byte take well under a second.
TEST(ChunkedDecoder, TinyChunksAreCheap) {
  std::string body;
  for (int i = 0; i < 200'000; ++i) body += "1\r\nx\r\n";
  body += "0\r\n\r\n";
  ChunkedDecoder decoder({});
  const auto start = std::chrono::steady_clock::now();
  size_t data = 0;
  for (std::string_view in = body; !decoder.done();) {
    const auto step = decoder.decode(in);
    ASSERT_EQ(step.error, ParseError::none);
    data += step.data.size();
    in.remove_prefix(step.taken);
  }
  EXPECT_EQ(data, 200'000u);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

// A trailer section that never ends costs no more than its limit, though it comes in one huge read.
TEST(ChunkedDecoder, EndlessTrailersStopAtTheirLimit) {
  std::string body = "0\r\n";
  while (body.size() < (1u << 20)) body += "Name: value\r\n";
  const auto limits = [&](size_t read) {
    Decoding decoding(ParseOptions{.max_fields = 100'000});
    for (size_t at = 0; at < body.size() && decoding.feed(std::string_view(body).substr(at, read));)
      at += read;
    return decoding.outcome();
  };
  EXPECT_EQ(limits(body.size()), "|bad head-too-large at 262147");
  EXPECT_EQ(limits(1000), "|bad head-too-large at 262147");
}

TEST(ChunkedDecoder, TellsAnErrorInAChunkFromOneInTheTrailers) {
  ChunkedDecoder decoder({});
  ASSERT_EQ(decoder.decode("5\n").error, ParseError::bare_lf);
  EXPECT_FALSE(decoder.in_trailers());
  decoder.reset();
  ASSERT_EQ(decoder.decode("0\r\nA: b\n").error, ParseError::bare_lf);
  EXPECT_TRUE(decoder.in_trailers());
  decoder.reset();
  EXPECT_FALSE(decoder.in_trailers());
}

TEST(ChunkedDecoder, ResetsForAnotherBody) {
  ChunkedDecoder decoder({});
  ASSERT_EQ(decoder.decode("0\r\nA: b\r\n\r\n").state, State::done);
  ASSERT_EQ(decoder.trailers().size(), 1u);
  decoder.reset();
  EXPECT_EQ(decoder.state(), State::chunks);
  EXPECT_TRUE(decoder.trailers().empty());
  EXPECT_EQ(decoder.decode("2\r\nhi").data, "hi");

  ASSERT_EQ(decoder.decode("x").state, State::bad);
  decoder.reset();
  EXPECT_EQ(decoder.decode("0\r\n\r\n").state, State::done);
  EXPECT_EQ(decoder.decode("0\r\n\r\n").taken, 0u) << "done takes nothing";
}

TEST(ChunkedDecoder, MovesWithItsTrailers) {
  ChunkedDecoder first({});
  first.decode("0\r\nName: value\r\n");
  ChunkedDecoder second = std::move(first);
  ASSERT_EQ(second.decode("\r\n").state, State::done);
  EXPECT_EQ(second.trailers()[0].name, "Name");
  EXPECT_EQ(second.trailers()[0].value, "value");
}

}  // namespace
}  // namespace godwit::parser
