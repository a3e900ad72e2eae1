// SPDX-License-Identifier: MIT
#include "godwit/core/http1/body_encoder.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/tests/core/http1/scripted_source.h"

namespace godwit::http1 {
namespace {

using testing::ScriptedSource;
using State = BodySource::State;
using Step = BodyEncoder::Step;

RequestPlan chunked() {
  RequestPlan plan;
  plan.framing = RequestPlan::Framing::chunked;
  return plan;
}

RequestPlan of_length(uint64_t length) {
  RequestPlan plan;
  plan.framing = RequestPlan::Framing::length;
  plan.length = length;
  return plan;
}

struct Written {
  std::string text;
  Step last;
};

// run writes through buffers of `room` bytes until the encoder wants no more of them.
Written run(BodyEncoder& encoder, size_t room) {
  WriteBuffer out(room);
  Written written{{}, Step::wrote};
  for (;;) {
    written.last = encoder.step(out);
    if (written.last == Step::wrote) continue;
    written.text += text_of(out.bytes());
    if (written.last != Step::full || out.empty()) return written;
    out.clear();
  }
}

TEST(BodyEncoder, BytesOfAnyLengthThroughAnyRoom) {
  const std::string text(100, 'x');
  for (size_t room = 1; room <= 101; ++room) {
    const Body body = Body::borrow(bytes_of(text));
    BodyEncoder encoder;
    encoder.start(&body, of_length(100), 8192);
    const Written written = run(encoder, room);
    EXPECT_EQ(written.last, Step::done);
    EXPECT_EQ(written.text, text);
  }
}

TEST(BodyEncoder, ManyBytesAreLentAndNotCopied) {
  const std::string text(BodyEncoder::kLendFrom, 'x');
  const Body body = Body::borrow(bytes_of(text));
  BodyEncoder encoder;
  encoder.start(&body, of_length(text.size()), 8192);
  WriteBuffer out(100);
  EXPECT_EQ(encoder.step(out), Step::lent);
  EXPECT_TRUE(out.empty());
  EXPECT_EQ(encoder.lent().data(), bytes_of(text).data());
  EXPECT_EQ(encoder.lent().size(), text.size());
  EXPECT_FALSE(encoder.took(1000));
  EXPECT_EQ(encoder.lent().data(), bytes_of(text).data() + 1000);
  EXPECT_EQ(encoder.step(out), Step::lent);
  EXPECT_TRUE(encoder.took(text.size() - 1000));
}

TEST(BodyEncoder, WhatIsShortOrInChunksOrOfAnotherLengthIsNotLent) {
  struct Row {
    size_t size;
    RequestPlan plan;
  };
  constexpr size_t kFrom = BodyEncoder::kLendFrom;
  const Row rows[] = {{kFrom - 1, of_length(kFrom - 1)}, {kFrom, chunked()}, {kFrom, of_length(kFrom + 1)}};
  for (const Row& row : rows) {
    const std::string text(row.size, 'x');
    const Body body = Body::borrow(bytes_of(text));
    BodyEncoder encoder;
    encoder.start(&body, row.plan, 8192);
    EXPECT_TRUE(encoder.lent().empty());
    EXPECT_GE(run(encoder, 100).text.size(), text.size());
  }
}

TEST(BodyEncoder, NoBodyIsDoneAtOnce) {
  BodyEncoder encoder;
  encoder.start(nullptr, of_length(0), 8192);
  EXPECT_EQ(run(encoder, 100).text, "");
  encoder.start(nullptr, chunked(), 8192);
  const Written written = run(encoder, 100);
  EXPECT_EQ(written.last, Step::done);
  EXPECT_EQ(written.text, "0\r\n\r\n");
}

TEST(BodyEncoder, ChunksAreBlocksInUpperCaseHex) {
  ScriptedSource source({{std::string(11, 'a')}, {std::string(300, 'b')}});
  const Body body = Body::from(source);
  BodyEncoder encoder;
  encoder.start(&body, chunked(), 190);
  const Written written = run(encoder, 4096);
  EXPECT_EQ(written.last, Step::done);
  EXPECT_EQ(written.text, "B\r\n" + std::string(11, 'a') + "\r\nBE\r\n" + std::string(190, 'b') +
                              "\r\n6E\r\n" + std::string(110, 'b') + "\r\n0\r\n\r\n");
  EXPECT_EQ(source.largest_pull, 190u);
}

// decode takes the chunks off again; it trusts them.
std::string decode(std::string_view text, std::vector<size_t>& sizes) {
  std::string data;
  for (;;) {
    const size_t line = text.find("\r\n");
    const size_t size = std::stoul(std::string(text.substr(0, line)), nullptr, 16);
    text.remove_prefix(line + 2);
    if (size == 0) return data;
    sizes.push_back(size);
    data += text.substr(0, size);
    EXPECT_EQ(text.substr(size, 2), "\r\n");
    text.remove_prefix(size + 2);
  }
}

TEST(BodyEncoder, ChunksThroughAnyRoomThatHoldsOne) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += static_cast<char>('0' + i % 10);
  for (size_t room = 6; room <= 120; ++room) {
    SCOPED_TRACE(room);
    ScriptedSource source({{text}});
    const Body body = Body::from(source);
    BodyEncoder encoder;
    encoder.start(&body, chunked(), 64);
    const Written written = run(encoder, room);
    ASSERT_EQ(written.last, Step::done);
    std::vector<size_t> sizes;
    EXPECT_EQ(decode(written.text, sizes), text);
    // A block that fits into an empty buffer is never cut.
    if (room >= 64 + 6) {
      EXPECT_EQ(sizes, (std::vector<size_t>{64, 36}));
    }
  }
}

TEST(BodyEncoder, TrailersWithoutThoseThatMayNotBe) {
  Headers trailers;
  ASSERT_FALSE(trailers.add("X-Checksum", "1f"));
  ASSERT_FALSE(trailers.add("Content-Length", "5"));
  ASSERT_FALSE(trailers.add("transfer-encoding", "chunked"));
  ASSERT_FALSE(trailers.add("X-Other", "2"));
  for (size_t room = 7; room <= 80; ++room) {
    ScriptedSource source({{"ab", State::end}});
    source.trailer_fields = &trailers;
    const Body body = Body::from(source);
    BodyEncoder encoder;
    encoder.start(&body, chunked(), 2);
    const Written written = run(encoder, room);
    EXPECT_EQ(written.last, Step::done);
    EXPECT_EQ(written.text, "2\r\nab\r\n0\r\nX-Checksum: 1f\r\nX-Other: 2\r\n\r\n") << room;
  }
}

TEST(BodyEncoder, LaterParksUntilResume) {
  for (const bool with_length : {false, true}) {
    ScriptedSource source({{"ab", State::later}, {"", State::later}, {"cd", State::end}});
    const Body body = Body::from(source);
    BodyEncoder encoder;
    encoder.start(&body, with_length ? of_length(4) : chunked(), 8);
    Written written = run(encoder, 100);
    EXPECT_EQ(written.last, Step::parked);
    EXPECT_EQ(written.text, with_length ? "ab" : "2\r\nab\r\n");
    EXPECT_EQ(run(encoder, 100).last, Step::parked);
    EXPECT_EQ(source.pulls, 1) << "a parked source is left in peace";
    encoder.resume();
    EXPECT_EQ(run(encoder, 100).text, "");
    encoder.resume();
    written = run(encoder, 100);
    EXPECT_EQ(written.last, Step::done);
    EXPECT_EQ(written.text, with_length ? "cd" : "2\r\ncd\r\n0\r\n\r\n");
  }
}

TEST(BodyEncoder, MoreWithoutBytesYields) {
  ScriptedSource source({{"", State::more}, {"x", State::end}});
  const Body body = Body::from(source);
  BodyEncoder encoder;
  encoder.start(&body, chunked(), 8);
  EXPECT_EQ(run(encoder, 100).last, Step::yielded);
  EXPECT_FALSE(encoder.parked());
  EXPECT_EQ(run(encoder, 100).text, "1\r\nx\r\n0\r\n\r\n");
}

TEST(BodyEncoder, A4_AFailureEndsIt) {
  ScriptedSource source({{"ab"}, {"cd", State::failed}});
  const Body body = Body::from(source);
  BodyEncoder encoder;
  encoder.start(&body, chunked(), 8);
  const Written written = run(encoder, 100);
  EXPECT_EQ(written.last, Step::failed);
  EXPECT_EQ(written.text, "2\r\nab\r\n");
  EXPECT_EQ(encoder.given(), 2u);
}

TEST(BodyEncoder, A4_ASourceThatLiesAboutItsLength) {
  struct Row {
    std::deque<ScriptedSource::Piece> script;
    uint64_t announced;
    Step last;
    uint64_t given;
    std::string written;
  };
  const Row rows[] = {
      {{{"hello", State::end}}, 5, Step::done, 5, "hello"},
      {{{"hello"}}, 5, Step::done, 5, "hello"},
      {{{"hel"}, {"lo"}, {"", State::end}}, 5, Step::done, 5, "hello"},
      {{}, 0, Step::done, 0, ""},
      {{{"hell", State::end}}, 5, Step::mismatch, 4, "hell"},
      {{{"hello", State::end}}, 4, Step::mismatch, 5, ""},
      {{{"hello"}, {"!"}}, 5, Step::mismatch, 6, "hello"},
      {{{"x"}}, 0, Step::mismatch, 1, ""},
  };
  for (const Row& row : rows) {
    ScriptedSource source(row.script);
    const Body body = Body::from(source);
    BodyEncoder encoder;
    encoder.start(&body, of_length(row.announced), 8);
    const Written written = run(encoder, 100);
    EXPECT_EQ(written.last, row.last);
    EXPECT_EQ(written.text, row.written) << "not a byte more than announced";
    EXPECT_EQ(encoder.given(), row.given);
    EXPECT_EQ(encoder.announced(), row.announced);
  }
}

TEST(BodyEncoder, BlocksizeZeroIsTheDefault) {
  ScriptedSource source({{std::string(20000, 'x')}}, 20000);
  const Body body = Body::from(source);
  BodyEncoder encoder;
  encoder.start(&body, of_length(20000), 0);
  EXPECT_EQ(run(encoder, 65536).text.size(), 20000u);
  EXPECT_EQ(source.largest_pull, BodyEncoder::kDefaultBlocksize);
}

TEST(BodyEncoder, ChunksOfTheCallersAreReadAlongTheWay) {
  const auto written = [](std::string_view text, size_t room, size_t blocksize, Step last) {
    RequestPlan plan = chunked();
    plan.already_chunked = true;
    const Body body = Body::borrow(bytes_of(text));
    BodyEncoder encoder;
    encoder.start(&body, plan, blocksize);
    const Written w = run(encoder, room);
    EXPECT_EQ(w.last, last) << text;
    return w.text;
  };
  const std::string_view good = "5;name=value\r\nhello\r\n1\r\n!\r\n0\r\nX-Sum: 7\r\n\r\n";
  for (size_t room = 1; room <= good.size() + 1; ++room) {
    for (size_t blocksize : {size_t{1}, size_t{7}, size_t{8192}}) {
      EXPECT_EQ(written(good, room, blocksize, Step::done), good);
    }
  }
  // What is out of order, or comes after the last chunk, stays here, at whatever block it begins.
  for (size_t blocksize = 1; blocksize < 30; ++blocksize) {
    EXPECT_EQ(written("5\r\nhello\r\nGET / HTTP/1.1\r\n\r\n", 64, blocksize, Step::malformed).find('G'),
              std::string::npos);
    EXPECT_EQ(written("0\r\n\r\nGET", 64, blocksize, Step::malformed).find('G'), std::string::npos);
    written(good.substr(0, good.size() - 1), 64, blocksize, Step::malformed);
  }
}

}  // namespace
}  // namespace godwit::http1
