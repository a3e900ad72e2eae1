// SPDX-License-Identifier: MIT
// What the golden logs in tests/spec/http1 can't show: calls from inside events, in every event.
#include "godwit/core/http1/http1_session.h"

#include <string>

#include <gtest/gtest.h>

#include "godwit/core/http1/http1_session_factory.h"
#include "godwit/tests/core/http1/exchange.h"

namespace godwit::http1 {
namespace {

using testing::Exchange;
using testing::get;
using testing::Peer;

constexpr std::string_view kEverything =
    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    "3\r\nabc\r\n3\r\ndef\r\n0\r\nX: y\r\n\r\n";

TEST(Http1Session, AnIdleOneIsSmall) {
  EXPECT_LE(sizeof(Http1Session), 72u);
}

TEST(Http1Session, NothingIsWrittenBeforeSend) {
  Peer peer;
  Exchange exchange;
  EXPECT_FALSE(peer.session.wants_write());
  EXPECT_EQ(peer.session.capacity(), 1u);
  exchange.submit(peer);
  EXPECT_EQ(peer.session.capacity(), 0u);
  EXPECT_FALSE(peer.session.reusable());
  EXPECT_TRUE(peer.session.wants_write());
  EXPECT_EQ(exchange.sink.sent_events, 0);
  peer.send();
  EXPECT_EQ(exchange.sink.sent_events, 1);
  EXPECT_TRUE(exchange.sink.sent_complete);
  EXPECT_FALSE(peer.session.wants_write());
}

TEST(Http1Session, DataIsASliceOfTheInput) {
  Peer peer;
  Exchange exchange;
  exchange.submit(peer);
  peer.send();
  struct Slice final : ports::StreamSink {
    const std::byte* at = nullptr;
    size_t size = 0;
    void on_sent(bool) override {}
    void on_informational(const ports::MessageHead&) override {}
    void on_head(const ports::MessageHead&) override {}
    size_t on_data(Bytes data) override {
      at = data.data();
      return size = data.size();
    }
    void on_trailers(const ports::MessageHead&) override {}
    void on_end(const Error&, std::string_view) override {}
  } slice;
  peer.session.cancel(exchange.id);
  Peer other;
  other.session.submit(exchange.head, slice);
  other.send();
  const std::string response = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  EXPECT_EQ(other.session.recv(bytes_of(response)), response.size());
  EXPECT_EQ(slice.size, 5u);
  EXPECT_EQ(slice.at, bytes_of(response).data() + response.size() - 5);
}

TEST(Http1Session, A1_TheNextRequestIsSubmittedInOnEnd) {
  Peer peer;
  Exchange first, second;
  first.sink.on_event = [&](std::string_view event) {
    if (event != "end") {
      EXPECT_EQ(peer.session.capacity(), 0u);
      return;
    }
    EXPECT_TRUE(peer.session.reusable());
    ASSERT_EQ(peer.session.capacity(), 1u);
    second.submit(peer);
  };
  first.submit(peer);
  peer.send();
  peer.recv(kEverything);
  EXPECT_EQ(first.sink.ends, 1);
  EXPECT_NE(first.id, second.id);
  EXPECT_TRUE(second.sink.sent_complete);
  peer.recv("HTTP/1.1 204 No\r\n\r\n");
  EXPECT_EQ(second.sink.record(), "head 1.1 204 \"No\"\nend ok in body after 0 bytes\n");
  EXPECT_TRUE(peer.session.reusable());
}

TEST(Http1Session, A1_CancelInAnyEventSilencesTheRest) {
  for (const std::string_view at : {"informational", "head", "data", "trailers"}) {
    for (const bool byte_by_byte : {false, true}) {
      SCOPED_TRACE(at);
      Peer peer;
      Exchange exchange;
      bool cancelled = false;
      exchange.sink.on_event = [&](std::string_view event) {
        EXPECT_FALSE(cancelled) << event;
        if (event != at) return;
        cancelled = true;
        peer.session.cancel(exchange.id);
        EXPECT_EQ(peer.session.capacity(), 0u);
      };
      exchange.submit(peer);
      peer.send();
      if (byte_by_byte) {
        for (char byte : kEverything) peer.recv({&byte, 1});
      } else {
        peer.recv(kEverything);
      }
      EXPECT_TRUE(cancelled);
      EXPECT_EQ(peer.left, "") << "what still arrives is dropped";
      EXPECT_EQ(exchange.sink.ends, 0);
      // Behind the last chunk both sides are complete, and nothing is in the way of the next exchange.
      EXPECT_EQ(peer.session.reusable(), at == "trailers");
      EXPECT_EQ(peer.session.close_reason(), at == "trailers" ? "" : "the response was not read to its end");
    }
  }
}

TEST(Http1Session, A1_CancelBeforeAnythingWasSent) {
  Peer peer;
  Exchange exchange;
  exchange.submit(peer);
  peer.session.cancel(exchange.id);
  EXPECT_FALSE(peer.session.wants_write());
  // The peer knows nothing of it.
  EXPECT_TRUE(peer.session.reusable());
  peer.session.cancel(exchange.id);
  EXPECT_EQ(get(peer, "HTTP/1.1 204 No\r\n\r\n"), "head 1.1 204 \"No\"\nend ok in body after 0 bytes\n");
  peer.end();
  EXPECT_EQ(exchange.sink.record(), "");
}

TEST(Http1Session, A1_AStreamThatIsOverIsNobodysToControl) {
  Peer peer;
  EXPECT_EQ(get(peer, "HTTP/1.1 204 No\r\n\r\n"), "head 1.1 204 \"No\"\nend ok in body after 0 bytes\n");
  Exchange second;
  second.submit(peer);
  const ports::StreamId over = second.id - 1;
  peer.session.cancel(over);
  peer.session.pause(over);
  peer.session.end_continue_wait(over);
  peer.session.resume_upload(over);
  EXPECT_EQ(peer.session.received(over), 0u);
  peer.send();
  peer.recv("HTTP/1.1 204 No\r\n\r\n");
  EXPECT_EQ(second.sink.ends, 1);
}

TEST(Http1Session, PausedBetweenEventsNothingIsTaken) {
  Peer peer;
  Exchange exchange;
  exchange.submit(peer);
  peer.send();
  peer.session.pause(exchange.id);
  EXPECT_FALSE(peer.session.wants_read());
  EXPECT_EQ(peer.session.recv(bytes_of(kEverything)), 0u);
  peer.session.resume(exchange.id);
  EXPECT_TRUE(peer.session.wants_read());
  peer.recv(kEverything);
  EXPECT_EQ(exchange.sink.ends, 1);
}

TEST(Http1Session, AnEndOfTheConnectionWaitsBehindAPause) {
  Peer peer;
  Exchange exchange;
  exchange.submit(peer);
  peer.send();
  exchange.sink.on_event = [&](std::string_view event) {
    if (event == "head") peer.session.pause(exchange.id);
  };
  peer.recv("HTTP/1.1 200 OK\r\n\r\nall of it");
  peer.end();
  EXPECT_EQ(exchange.sink.body, "");
  EXPECT_EQ(exchange.sink.ends, 0);
  EXPECT_FALSE(peer.session.reusable());
  peer.session.resume(exchange.id);
  peer.recv({});
  EXPECT_EQ(exchange.sink.record(),
            "head 1.1 200 \"OK\"\ndata \"all of it\"\nend ok in body after 9 bytes\n");
}

TEST(Http1Session, ReceivedCountsAsTheErrorDoes) {
  Peer peer;
  Exchange exchange;
  exchange.submit(peer);
  peer.send();
  EXPECT_EQ(peer.session.received(exchange.id), 0u);
  peer.recv("HTTP/1.1 200 OK\r\n");
  EXPECT_EQ(peer.session.received(exchange.id), 17u);
  EXPECT_EQ(peer.session.expected(exchange.id), Error::kUnknown);
  peer.recv("Content-Length: 9\r\n\r\nabc");
  EXPECT_EQ(peer.session.received(exchange.id), 3u);
  EXPECT_EQ(peer.session.expected(exchange.id), 9u);
  peer.end({.code = Errc::receive_failed, .sys = -104, .detail = 7}, "reset");
  EXPECT_EQ(exchange.sink.error.code, Errc::incomplete_read);
  EXPECT_EQ(exchange.sink.error.received, 3u);
  EXPECT_EQ(exchange.sink.error.expected, 9u);
  EXPECT_EQ(exchange.sink.error.sys, -104);
  EXPECT_EQ(exchange.sink.error.detail, 7u);
}

TEST(Http1Session, N6_TheConnectionEndsWhileIdle) {
  Peer peer;
  peer.end();
  EXPECT_FALSE(peer.session.reusable());
  EXPECT_EQ(peer.session.close_reason(), "the peer closed the connection");
}

TEST(Http1Session, N7_BytesOnAnIdleConnection) {
  Peer peer;
  peer.recv("HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_EQ(peer.left, "");
  EXPECT_FALSE(peer.session.reusable());
  EXPECT_EQ(peer.session.capacity(), 0u);
  EXPECT_TRUE(peer.session.close_reason().starts_with("unsolicited-bytes"));
}

TEST(Http1Session, N7_BytesThatArriveBetweenSubmitAndSend) {
  Peer peer;
  get(peer, "HTTP/1.1 204 No\r\n\r\n");
  Exchange exchange;
  exchange.submit(peer);
  peer.recv("H");
  EXPECT_EQ(exchange.sink.error.code, Errc::unsolicited_bytes);
  EXPECT_EQ(exchange.sink.error.received, 0u);
  EXPECT_EQ(peer.sent.find("GET", 1), std::string::npos) << "the request was never written";
}

// The response of the spec's cases cut at each byte: what arrived is delivered, then one error.
TEST(Http1Session, N8_CutAtEachByte) {
  const size_t interim = kEverything.find("HTTP/1.1 200");
  const size_t body = kEverything.find("3\r\nabc");
  for (size_t size = 0; size < kEverything.size(); ++size) {
    SCOPED_TRACE(size);
    Peer peer;
    Exchange exchange;
    exchange.submit(peer);
    peer.send();
    peer.recv(kEverything.substr(0, size));
    peer.end({.code = Errc::receive_failed, .sys = -104}, "connection reset by peer");
    const Error& error = exchange.sink.error;
    EXPECT_EQ(exchange.sink.ends, 1);
    EXPECT_EQ(error.code, size == 0 ? Errc::remote_disconnected : Errc::incomplete_read);
    EXPECT_EQ(error.phase, size < body ? Phase::head : Phase::body);
    EXPECT_EQ(error.received, size < body ? size : exchange.sink.body.size());
    EXPECT_EQ(error.expected, Error::kUnknown);
    EXPECT_EQ(error.sys, -104);
    EXPECT_TRUE(exchange.sink.diagnosis.ends_with(": connection reset by peer")) << exchange.sink.diagnosis;
    EXPECT_EQ(exchange.sink.record().find("informational") != std::string::npos, size >= interim);
    EXPECT_EQ(exchange.sink.record().find("head 1.1") != std::string::npos, size >= body);
    EXPECT_EQ(exchange.sink.body, std::string("abcdef").substr(0, exchange.sink.body.size()));
    EXPECT_FALSE(peer.session.reusable());
  }
}

// What TLS refused, or an alert said, is no race with a server that closes: nobody asks again because of it.
TEST(Http1Session, ATlsFailureBeforeAnyByteIsNoDisconnect) {
  for (const Errc code : {Errc::tls_failed, Errc::tls_truncated}) {
    Peer peer;
    Exchange exchange;
    exchange.submit(peer);
    peer.send();
    peer.end({.code = code, .detail = 7}, "the reason");
    EXPECT_EQ(exchange.sink.error.code, code == Errc::tls_failed ? code : Errc::remote_disconnected);
    EXPECT_EQ(exchange.sink.error.phase, Phase::head);
    EXPECT_EQ(exchange.sink.error.detail, 7u);
    EXPECT_EQ(exchange.sink.diagnosis, "the connection ended before any response byte: the reason");
  }
}

TEST(Http1Session, H1_AnEndlessHeadStopsAtTheLimit) {
  Peer peer({.max_head = 1000});
  Exchange exchange;
  exchange.submit(peer);
  peer.send();
  peer.recv("HTTP/1.1 200 OK\r\n");
  size_t given = 17;
  for (; exchange.sink.ends == 0 && given < 5000; given += 6) peer.recv("A: b\r\n");
  EXPECT_EQ(exchange.sink.error.code, Errc::head_too_large);
  EXPECT_EQ(exchange.sink.error.received, 1000u);
  EXPECT_LE(given, 1006u);
}

TEST(Http1Session, H1_MegabytesBehindHalfAHeadAreOneSlice) {
  Peer peer;
  Exchange exchange;
  exchange.submit(peer);
  peer.send();
  peer.recv("HTTP/1.1 200 OK\r\nContent-");
  const std::string body(1 << 20, 'x');
  int slices = 0;
  exchange.sink.on_event = [&](std::string_view event) { slices += event == "data"; };
  peer.recv("Length: 1048576\r\n\r\n" + body);
  EXPECT_EQ(exchange.sink.body, body);
  EXPECT_EQ(slices, 1);
  EXPECT_TRUE(peer.session.reusable());
}

// Each byte of a head is looked at once, however it arrives: a second look at all that came before
// would make this take minutes.
TEST(Http1Session, N12_AHeadByteByByteCostsNoMoreThanItsBytes) {
  Peer peer;
  Exchange exchange;
  exchange.submit(peer);
  peer.send();
  const std::string name = "\r\nX-Field: ";
  std::string head = "HTTP/1.1 204 No Content";
  for (int i = 0; i < 4; ++i) head += name + std::string(65000, 'x');
  head += "\r\n\r\n";
  for (char byte : head) peer.session.recv(bytes_of({&byte, 1}));
  EXPECT_EQ(exchange.sink.ends, 1);
  EXPECT_FALSE(exchange.sink.error);
}

TEST(Http1Session, TakingLessThanOfferedPauses) {
  Peer peer;
  Exchange exchange;
  exchange.sink.take_at_most = 2;
  exchange.submit(peer);
  peer.send();
  peer.recv("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(exchange.sink.body, "he");
  EXPECT_EQ(peer.left, "llo");
  EXPECT_FALSE(peer.session.wants_read());
  exchange.sink.take_at_most = 0;
  peer.session.resume(exchange.id);
  peer.recv({});
  EXPECT_EQ(peer.left, "llo") << "offered and declined";
  exchange.sink.take_at_most = 9;
  peer.session.resume(exchange.id);
  peer.recv({});
  EXPECT_EQ(exchange.sink.body, "hello");
  EXPECT_EQ(exchange.sink.ends, 1);
}

TEST(Http1Session, KeepAliveHintIsThatOfTheLastResponse) {
  Peer peer;
  EXPECT_EQ(peer.session.keep_alive_hint(), 0u);
  get(peer, "HTTP/1.1 204 No\r\nKeep-Alive: timeout=5, max=100\r\n\r\n");
  EXPECT_EQ(peer.session.keep_alive_hint(), 5u);
  get(peer, "HTTP/1.1 204 No\r\nKeep-Alive: timeout=99999999999\r\n\r\n");
  EXPECT_EQ(peer.session.keep_alive_hint(), UINT32_MAX);
  get(peer, "HTTP/1.1 204 No\r\n\r\n");
  EXPECT_EQ(peer.session.keep_alive_hint(), 0u);
}

TEST(Http1Session, StreamsEndTheirOwnWayOnSessionsThatShareMemory) {
  SessionMemory memory({});
  Http1Session a(memory), b(memory);
  Exchange one, two;
  const ports::StreamId id_one = a.submit(one.head, one.sink);
  b.submit(two.head, two.sink);
  WriteBuffer out;
  a.send(out);
  b.send(out);
  // One session's stream comes free inside its end, and another's request takes its place.
  Exchange three;
  Http1Session c(memory);
  two.sink.on_event = [&](std::string_view event) {
    if (event == "end") c.submit(three.head, three.sink);
  };
  b.recv(bytes_of("HTTP/1.1 204 No\r\n\r\n"));
  c.send(out);
  a.recv(bytes_of("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab"));
  c.recv(bytes_of("HTTP/1.1 404 None\r\nContent-Length: 0\r\n\r\n"));
  a.recv(bytes_of("cd"));
  EXPECT_EQ(one.sink.body, "abcd");
  EXPECT_EQ(one.sink.ends + two.sink.ends + three.sink.ends, 3);
  EXPECT_EQ(a.received(id_one), 0u);
  EXPECT_TRUE(a.reusable() && b.reusable() && c.reusable());
}

TEST(Http1SessionFactory, KnowsTheProtocolsItSpeaks) {
  Http1SessionFactory factory({});
  EXPECT_NE(factory.make_session(""), nullptr);
  EXPECT_NE(factory.make_session("http/1.1"), nullptr);
  EXPECT_EQ(factory.make_session("h2"), nullptr);
  Exchange exchange("G T");
  std::string diagnosis;
  std::unique_ptr<ports::PreparedHead> prepared;
  EXPECT_EQ(factory.prepare(exchange.head, prepared, diagnosis).code, Errc::invalid_request);
  EXPECT_NE(diagnosis, "");
  EXPECT_EQ(prepared, nullptr);
}

TEST(Http1SessionFactory, APreparedHeadIsSentAgainAndAgain) {
  Http1SessionFactory factory({});
  Exchange exchange("PUT", "four");
  ASSERT_FALSE(exchange.headers.add("User-Agent", "godwit"));
  std::unique_ptr<ports::PreparedHead> prepared;
  std::string diagnosis;
  ASSERT_FALSE(factory.prepare(exchange.head, prepared, diagnosis)) << diagnosis;
  const ports::PreparedHead* const made = prepared.get();
  exchange.head.prepared = made;
  // Nothing but what was prepared is looked at, so that a fault put in afterwards is not seen.
  exchange.head.target = "/ not looked at";
  Peer peer;
  for (int i = 0; i < 2; ++i) {
    peer.sent.clear();
    exchange.submit(peer);
    peer.send();
    EXPECT_EQ(peer.sent,
              "PUT / HTTP/1.1\r\nHost: example.com\r\nAccept-Encoding: identity\r\nContent-Length: "
              "4\r\nUser-Agent: godwit\r\n\r\nfour");
    peer.recv("HTTP/1.1 204 No Content\r\n\r\n");
  }
  EXPECT_EQ(exchange.sink.ends, 2);
  // Another request takes its memory over.
  Exchange other;
  ASSERT_FALSE(factory.prepare(other.head, prepared, diagnosis)) << diagnosis;
  EXPECT_EQ(prepared.get(), made);
  other.head.prepared = made;
  peer.sent.clear();
  other.submit(peer);
  peer.send();
  EXPECT_EQ(peer.sent, "GET / HTTP/1.1\r\nHost: example.com\r\nAccept-Encoding: identity\r\n\r\n");
}

}  // namespace
}  // namespace godwit::http1
