// SPDX-License-Identifier: MIT
// Bodies that are pushed by send(), and uploads that do not go to their end.
#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "godwit/tests/http_client/rig.h"

namespace godwit::testing {
namespace {

// Begun is a request whose head is out and whose body is to be pushed.
struct Begun : Rig {
  explicit Begun(std::string_view field, std::string_view value, BodyEncoding encoding = {}) {
    EXPECT_FALSE(connection->putrequest("POST", "/", {.skip_host = true, .skip_accept_encoding = true}));
    EXPECT_FALSE(connection->putheader(field, value));
    EXPECT_FALSE(connection->endheaders({}, encoding));
    wire = accept();
    take(wire);
  }
  // pushed gives what a send puts on the wire.
  std::string pushed(std::string_view text) {
    const Error error = connection->send(text);
    EXPECT_FALSE(error) << describe(error, connection->diagnosis());
    run();
    return take(wire);
  }
  std::shared_ptr<Wire> wire;
};

// row: 1.3/send, 1.3/user-content-length
TEST(HttpConnectionUpload, SendGoesOutAsItIsUpToTheAnnouncedLength) {
  Begun begun("Content-Length", "10");
  EXPECT_EQ(begun.pushed("0123"), "0123");
  EXPECT_EQ(begun.pushed("456"), "456");
  const Error too_long = begun->send("7890");
  EXPECT_EQ(too_long.code, Errc::body_length_mismatch);
  EXPECT_EQ(too_long.received, 11u);
  EXPECT_EQ(too_long.expected, 10u);
  EXPECT_EQ(begun->diagnosis(), "the request body would have 11 bytes, not the 10 announced");
  const Error too_short = begun->end();
  EXPECT_EQ(too_short.code, Errc::body_length_mismatch);
  EXPECT_EQ(too_short.received, 7u);
  EXPECT_EQ(too_short.expected, 10u);
  EXPECT_EQ(begun.pushed("789"), "789") << "what was refused did no harm";
  EXPECT_FALSE(begun->end());
  EXPECT_EQ(begun->send("x").code, Errc::body_length_mismatch);
  Got got;
  ASSERT_FALSE(begun->getresponse(got.callback()));
  begun.deliver(begun.wire, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(got.status, 200);
  EXPECT_FALSE(got.response->request_incomplete());
  EXPECT_TRUE(begun->connected());
}

// row: 1.3/user-content-length
TEST(HttpConnectionUpload, ABodyThatIsNotAsLongAsAnnouncedIsRefusedWithBothNumbers) {
  Rig rig;
  Headers four;
  ASSERT_FALSE(four.add("Content-Length", "4"));
  const Error error = rig->request("POST", "/", "abc", four);
  EXPECT_EQ(error.code, Errc::body_length_mismatch);
  EXPECT_EQ(error.received, 3u);
  EXPECT_EQ(error.expected, 4u);
  EXPECT_NE(rig->diagnosis().find("3 bytes, not 4"), std::string_view::npos) << rig->diagnosis();
  rig.run();
  EXPECT_EQ(rig.connector.attempts, 0);
}

// row: 1.3/send, 1.3/user-transfer-encoding
TEST(HttpConnectionUpload, OnesOwnChunksEndTheRequest) {
  Begun begun("Transfer-Encoding", "chunked");
  EXPECT_EQ(begun.pushed("3\r\nab"), "3\r\nab");
  EXPECT_EQ(begun.pushed("c\r\n0\r\n"), "c\r\n0\r\n");
  EXPECT_EQ(begun.pushed("X-Sum: 1\r\n\r\n"), "X-Sum: 1\r\n\r\n");
  EXPECT_EQ(begun->send("GET / HTTP/1.1\r\n\r\n").code, Errc::invalid_state) << "the last chunk was sent";
  EXPECT_EQ(begun->diagnosis(), "the request is complete");
  EXPECT_FALSE(begun->send("")) << "nothing is nothing too much";
}

// row: 1.3/chunk-format, 1.3/body-kinds
TEST(HttpConnectionUpload, OurChunksHaveTrailersIfTheyAreGiven) {
  Begun begun("Transfer-Encoding", "chunked", {.encode_chunked = true});
  EXPECT_EQ(begun.pushed("hello world"), "B\r\nhello world\r\n");
  EXPECT_EQ(begun.pushed(""), "") << "an empty chunk would be the last";
  Headers trailers;
  ASSERT_FALSE(trailers.add("X-Sum", "9"));
  ASSERT_FALSE(begun->end(trailers));
  begun.run();
  EXPECT_EQ(Rig::take(begun.wire), "0\r\nX-Sum: 9\r\n\r\n");
  EXPECT_EQ(begun->send("more").code, Errc::invalid_state);
}

TEST(HttpConnectionUpload, TrailersNeedChunksOfOurs) {
  Begun begun("Content-Length", "3");
  Headers trailers;
  ASSERT_FALSE(trailers.add("X-Sum", "9"));
  EXPECT_EQ(begun->end(trailers).code, Errc::invalid_request);
}

// row: 1.3/send
TEST(HttpConnectionUpload, SendWithoutABodyToSend) {
  Rig rig;
  EXPECT_EQ(rig->send("x").code, Errc::invalid_state);
  EXPECT_EQ(rig->end().code, Errc::invalid_state);
  EXPECT_EQ(rig->on_drain([] {}).code, Errc::invalid_state);
  ASSERT_FALSE(rig->request("GET", "/"));
  EXPECT_EQ(rig->send("x").code, Errc::invalid_state) << "nothing announced it";
  auto wire = rig.accept();
  EXPECT_TRUE(wire->sent.ends_with("\r\n\r\n"));
}

// row: 1.3/body-kinds
TEST(HttpConnectionUpload, QueuedAndOnDrain) {
  Begun begun("Content-Length", "100");
  int drained = 0;
  ASSERT_FALSE(begun->on_drain([&] { ++drained; }));
  begun.wire->write_limit = 10;
  ASSERT_FALSE(begun->send(std::string(8, 'a')));
  EXPECT_EQ(begun->queued(), 8u);
  EXPECT_EQ(drained, 0) << "never from inside the call";
  begun.run();
  EXPECT_EQ(begun->queued(), 0u);
  EXPECT_EQ(drained, 1);
  // The transport takes two more; the rest is the connection's, and what comes next waits.
  ASSERT_FALSE(begun->send(std::string(10, 'b')));
  begun.run();
  ASSERT_FALSE(begun->send(std::string(10, 'c')));
  begun.run();
  EXPECT_EQ(begun->queued(), 10u);
  begun.wire->open_window(1000);
  begun.run();
  EXPECT_EQ(begun->queued(), 0u);
  EXPECT_EQ(begun.wire->sent.size(), 28u);
  EXPECT_EQ(drained, 3);
}

TEST(HttpConnectionUpload, ABodyThatIsNotGivenDoesNotKeepTheLoop) {
  Begun begun("Content-Length", "10");
  EXPECT_EQ(begun.scheduler.holds, 0);
  ASSERT_FALSE(begun->send("0123"));
  EXPECT_GT(begun.scheduler.holds, 0) << "it is to be sent";
  begun.run();
  EXPECT_EQ(begun.scheduler.holds, 0);
}

TEST(HttpConnectionUpload, TheNextRequestNeedsThisOneWhole) {
  Begun begun("Content-Length", "10");
  Got got;
  ASSERT_FALSE(begun->getresponse(got.callback()));
  EXPECT_EQ(begun->putrequest("GET", "/").code, Errc::cannot_send_request);
  EXPECT_EQ(begun->diagnosis(), "the body of the request before it is not complete");
  EXPECT_EQ(begun.pushed("0123456789"), "0123456789") << "also after getresponse()";
  EXPECT_FALSE(begun->putrequest("GET", "/"));
}

// row: 1.3/write-fails
TEST(HttpConnectionUpload, AnEarlyRefusalIsDeliveredThoughThePeerTakesNoMore) {
  for (const bool reset : {false, true}) {
    Begun begun("Content-Length", "1000000");
    begun.wire->write_limit = 4;
    ASSERT_FALSE(begun->send(std::string(1000, 'x')));
    begun.run();
    if (reset) begun.wire->delegate->on_write_failed({.code = Errc::send_failed, .phase = Phase::send});
    Got got;
    ASSERT_FALSE(begun->getresponse(got.callback()));
    begun.run();
    begun.deliver(begun.wire, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig");
    EXPECT_EQ(got.calls, 1);
    EXPECT_EQ(got.status, 413);
    EXPECT_TRUE(got.response->request_incomplete());
    ReadBack page;
    ASSERT_FALSE(got.response->read(3, page.callback()));
    begun.run();
    EXPECT_EQ(page.text, "big");
    EXPECT_FALSE(page.error);
    begun.run();
    EXPECT_EQ(begun->send("x").code, Errc::send_failed) << "nobody is there to take it";
    EXPECT_TRUE(begun.wire->closed) << "the request is not whole: no other may follow";
    EXPECT_FALSE(begun->request("GET", "/again"));
    Got again;
    EXPECT_FALSE(begun->getresponse(again.callback()));
    auto wire = begun.accept();
    EXPECT_EQ(wire->sent.substr(0, 11), "GET /again ");
    begun.deliver(wire, "HTTP/1.1 204 No Content\r\n\r\n");
    EXPECT_EQ(again.status, 204);
    EXPECT_EQ(begun->send("x").code, Errc::invalid_state);
    EXPECT_FALSE(begun->request("GET", "/third")) << "what was cut off long ago is in nobody's way";
  }
}

// Later has nothing at first.
struct Later final : BodySource {
  Pull pull(std::span<std::byte> out) override {
    ++pulls;
    if (text.empty()) return {0, State::later};
    std::memcpy(out.data(), text.data(), text.size());
    return {std::exchange(text, {}).size(), State::end};
  }
  std::string text;
  int pulls = 0;
};

TEST(HttpConnectionUpload, ASourceThatSaysLaterIsAskedAgain) {
  Rig rig;
  Later source;
  ASSERT_FALSE(rig->request("PUT", "/", Body::from(source)));
  auto wire = rig.accept();
  EXPECT_EQ(source.pulls, 1);
  Rig::take(wire);
  source.text = "now";
  rig->resume_upload();
  rig.run();
  EXPECT_EQ(wire->sent, "3\r\nnow\r\n0\r\n\r\n");
}

// Given gives its text at once, and says how long it is if it is told to.
struct Given final : BodySource {
  Given(std::string t, bool known)
      : text(std::move(t)), size(known ? std::optional(text.size()) : std::nullopt) {}
  Pull pull(std::span<std::byte> out) override {
    const size_t n = std::min(out.size(), text.size());
    std::memcpy(out.data(), text.data(), n);
    text.erase(0, n);
    return {n, text.empty() ? State::end : State::more};
  }
  std::optional<uint64_t> length() const override { return size; }
  std::string text;
  std::optional<uint64_t> size;
};

// row: 1.3/send, 1.3/body-kinds
TEST(HttpConnectionUpload, SourcesAreSentAmongTheBytes) {
  for (const bool known : {true, false}) {
    Begun begun("Content-Length", "10");
    int drained = 0;
    ASSERT_FALSE(begun->on_drain([&] { ++drained; }));
    Given source("2345", known), too_long("01234567890", true);
    EXPECT_EQ(begun.pushed("01"), "01");
    ASSERT_FALSE(begun->send(source));
    EXPECT_EQ(begun->queued(), 0u);
    EXPECT_EQ(begun->send(too_long).code, Errc::body_length_mismatch);
    begun.run();
    EXPECT_EQ(Rig::take(begun.wire), "2345");
    EXPECT_EQ(drained, 2);
    EXPECT_EQ(begun->send(too_long).received, 17u);
    EXPECT_EQ(begun.pushed("6789"), "6789");
    EXPECT_EQ(begun->send(source).code, known ? Errc::body_length_mismatch : Errc::invalid_state);
  }
}

// row: 1.3/send, 1.3/chunk-format
TEST(HttpConnectionUpload, SourcesInChunksOfOurs) {
  Begun begun("Transfer-Encoding", "chunked", {.encode_chunked = true});
  Given source("hello", false);
  ASSERT_FALSE(begun->send("a"));
  ASSERT_FALSE(begun->send(source));
  ASSERT_FALSE(begun->end());
  begun.run();
  EXPECT_EQ(Rig::take(begun.wire), "1\r\na\r\n5\r\nhello\r\n0\r\n\r\n");
}

// row: 1.3/user-content-length
TEST(HttpConnectionUpload, ASourceThatGivesMoreThanIsAnnouncedEndsTheRequest) {
  Begun begun("Content-Length", "3");
  Given source("hello", false);
  ASSERT_FALSE(begun->send(source));
  Got got;
  ASSERT_FALSE(begun->getresponse(got.callback()));
  begun.run();
  EXPECT_EQ(got.error.code, Errc::body_length_mismatch) << got.message;
  EXPECT_TRUE(begun.wire->closed);
}

// row: 1.3/send
TEST(HttpConnectionUpload, ASourceThatWaitsIsAskedAgain) {
  Begun begun("Content-Length", "3");
  Later source;
  ASSERT_FALSE(begun->send(source));
  begun.run();
  EXPECT_EQ(source.pulls, 1);
  EXPECT_GT(begun.scheduler.holds, 0) << "it is to be sent";
  source.text = "now";
  begun->resume_upload();
  begun.run();
  EXPECT_EQ(Rig::take(begun.wire), "now");
}

}  // namespace
}  // namespace godwit::testing
