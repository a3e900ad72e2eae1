// SPDX-License-Identifier: MIT
// Several requests on one session: whose response is whose, and what becomes of those that get none.
#include <deque>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "godwit/core/http1/http1_session.h"
#include "godwit/tests/core/http1/exchange.h"

namespace godwit::http1 {
namespace {

using testing::Exchange;
using testing::get;
using testing::Peer;

constexpr uint32_t kDepth = 4;
constexpr std::string_view kEmpty = "HTTP/1.1 204 No\r\n\r\n";
constexpr std::string_view kEmptyRecord = "head 1.1 204 \"No\"\nend ok in body after 0 bytes\n";

// Pipeline is a peer that has answered one request, and requests that are sent ahead on it.
struct Pipeline {
  explicit Pipeline(size_t count, size_t room = WriteBuffer::kSize) : peer({}, room, kDepth) {
    EXPECT_EQ(get(peer, kEmpty), kEmptyRecord);
    peer.sent.clear();
    for (size_t i = 0; i < count; ++i) add();
  }
  Exchange& add(std::string_view method = "GET") {
    Named& exchange = exchanges.emplace_back(method);
    exchange.target = "/" + std::to_string(exchanges.size());
    exchange.head.target = exchange.target;
    exchange.head.pipelines = true;
    exchange.submit(peer);
    return exchange;
  }
  std::string record(size_t i) const { return exchanges[i].sink.record(); }

  struct Named : Exchange {
    using Exchange::Exchange;
    std::string target;
  };
  Peer peer;
  std::deque<Named> exchanges;
};

// Three responses of all framings that go on, the second to HEAD.
struct Three : Pipeline {
  explicit Three(size_t room = WriteBuffer::kSize) : Pipeline(0, room) {
    add();
    add("HEAD");
    add();
    peer.send();
  }
  static constexpr std::string_view kFirst = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst";
  static constexpr std::string_view kSecond = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n";
  static constexpr std::string_view kThird =
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nthi\r\n2\r\nrd\r\n0\r\nX: y\r\n\r\n";
  static std::string all() { return std::string(kFirst).append(kSecond).append(kThird); }
  void expect_all() {
    EXPECT_EQ(
        record(0),
        "head 1.1 200 \"OK\"\n  Content-Length: 5\ndata \"first\"\nend ok in body after 5 of 5 bytes\n");
    EXPECT_EQ(record(1), "head 1.1 200 \"OK\"\n  Content-Length: 6\nend ok in body after 0 bytes\n");
    EXPECT_EQ(record(2),
              "informational 1.1 103 \"Early Hints\"\n  Link: </a>\n"
              "head 1.1 200 \"OK\"\n  Transfer-Encoding: chunked\ndata \"third\"\ntrailers\n  X: y\n"
              "end ok in body after 5 bytes\n");
    EXPECT_TRUE(peer.session.reusable());
    EXPECT_EQ(peer.session.capacity(), kDepth);
  }
};

void expect_lost(const Exchange& exchange, std::string_view why) {
  EXPECT_EQ(exchange.sink.ends, 1);
  EXPECT_EQ(exchange.sink.error.code, Errc::remote_disconnected);
  EXPECT_EQ(exchange.sink.error.received, 0u);
  EXPECT_NE(exchange.sink.diagnosis.find(why), std::string::npos) << exchange.sink.diagnosis;
}

TEST(Pipelining, NobodyIsAheadUnlessTheDepthSaysSo) {
  Peer peer;
  EXPECT_EQ(get(peer, kEmpty), kEmptyRecord);
  EXPECT_EQ(peer.session.capacity(), 1u);
  Exchange exchange;
  exchange.head.pipelines = true;
  exchange.submit(peer);
  EXPECT_EQ(peer.session.capacity(), 0u);
}

TEST(Pipelining, OnlyBehindAResponseInHttp11ThatKeptTheConnection) {
  for (const std::string_view first :
       {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
    Peer peer({}, WriteBuffer::kSize, kDepth);
    EXPECT_EQ(peer.session.capacity(), 1u);
    Exchange exchange;
    exchange.head.pipelines = true;
    exchange.submit(peer);
    EXPECT_EQ(peer.session.capacity(), 0u) << "nobody knows yet what the peer speaks";
    peer.send();
    peer.recv(first);
    EXPECT_EQ(peer.session.capacity(), first.starts_with("HTTP/1.1") ? kDepth : 1u);
  }
}

TEST(Pipelining, ARequestThatDoesNotPipelineIsAlone) {
  Pipeline p(0);
  Exchange alone("POST");
  alone.submit(p.peer);
  EXPECT_EQ(p.peer.session.capacity(), 0u);
  p.peer.send();
  p.peer.recv(kEmpty);
  EXPECT_EQ(p.peer.session.capacity(), kDepth);
}

TEST(Pipelining, RequestsGoOutInOrderHoweverLittleRoomThereIs) {
  std::string whole;
  for (const size_t room : {size_t{7}, WriteBuffer::kSize}) {
    Three p(room);
    if (whole.empty()) whole = p.peer.sent;
    EXPECT_EQ(p.peer.sent, whole);
    const size_t one = whole.find("GET /1 "), two = whole.find("HEAD /2 "), three = whole.find("GET /3 ");
    EXPECT_EQ(one, 0u);
    EXPECT_LT(two, three);
    EXPECT_NE(three, std::string::npos);
    p.peer.recv(Three::all());
    p.expect_all();
  }
}

TEST(Pipelining, ThreeResponsesCutAnywhere) {
  const std::string all = Three::all();
  for (size_t cut = 0; cut <= all.size(); ++cut) {
    SCOPED_TRACE(cut);
    Three p;
    p.peer.recv(std::string_view(all).substr(0, cut));
    p.peer.recv(std::string_view(all).substr(cut));
    p.expect_all();
  }
  Three p;
  for (char byte : all) p.peer.recv({&byte, 1});
  p.expect_all();
}

TEST(Pipelining, TheConnectionEndsAfterEachByte) {
  const std::string all = Three::all();
  const size_t ends[] = {Three::kFirst.size(), Three::kFirst.size() + Three::kSecond.size(), all.size()};
  for (size_t cut = 0; cut < all.size(); ++cut) {
    SCOPED_TRACE(cut);
    Three p;
    p.peer.recv(std::string_view(all).substr(0, cut));
    p.peer.end({.code = Errc::receive_failed, .sys = -104}, "reset");
    for (size_t i = 0; i < 3; ++i) {
      const auto& sink = p.exchanges[i].sink;
      EXPECT_EQ(sink.ends, 1);
      if (cut >= ends[i]) {
        EXPECT_FALSE(sink.error);
      } else if (i != 0 && cut <= ends[i - 1]) {
        EXPECT_EQ(sink.error.code, Errc::remote_disconnected);
        EXPECT_EQ(sink.error.received, 0u);
      } else {
        EXPECT_EQ(sink.error.code, cut == 0 ? Errc::remote_disconnected : Errc::incomplete_read);
        EXPECT_EQ(sink.error.sys, -104);
      }
    }
    EXPECT_FALSE(p.peer.session.reusable());
  }
}

TEST(Pipelining, ABadResponseIsTheLast) {
  Pipeline p(3);
  p.peer.send();
  p.peer.recv(std::string(kEmpty) + "HTTP/1.1 2x0 OK\r\n\r\n" + std::string(kEmpty));
  EXPECT_EQ(p.record(0), kEmptyRecord);
  EXPECT_EQ(p.exchanges[1].sink.error.code, Errc::bad_status_line);
  expect_lost(p.exchanges[2], "the connection ended with a request before it: bad-status-line");
  EXPECT_EQ(p.peer.session.close_reason(), "bad-status-line");
  EXPECT_EQ(p.peer.left, "");
}

TEST(Pipelining, NobodyIsServedBehindAResponseThatCloses) {
  Pipeline p(3);
  p.peer.send();
  p.peer.recv("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\na");
  EXPECT_EQ(p.peer.session.capacity(), 0u) << "it is known before its end";
  p.peer.recv("bc" + std::string(kEmpty));
  EXPECT_FALSE(p.exchanges[0].sink.error);
  expect_lost(p.exchanges[1], "the response said Connection: close");
  expect_lost(p.exchanges[2], "the response said Connection: close");
}

TEST(Pipelining, ABodyUntilTheEndIsTheLast) {
  Pipeline p(2);
  p.peer.send();
  p.peer.recv("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");
  p.peer.end();
  EXPECT_EQ(p.exchanges[0].sink.body, "HTTP/1.1 200 OK\r\n\r\n");
  expect_lost(p.exchanges[1], "");
}

TEST(Pipelining, BytesBehindTheLastResponseAnswerNothing) {
  Pipeline p(2);
  p.peer.send();
  p.peer.recv(std::string(kEmpty).append(kEmpty).append("H"));
  EXPECT_EQ(p.record(0), kEmptyRecord);
  EXPECT_EQ(p.record(1), kEmptyRecord);
  EXPECT_TRUE(p.peer.session.close_reason().starts_with("unsolicited-bytes"));
}

TEST(Pipelining, NorDoThoseThatCameBeforeTheRequest) {
  Pipeline p(1);
  p.peer.send();
  p.add();
  p.peer.recv(std::string(kEmpty).append(kEmpty));
  EXPECT_EQ(p.record(0), kEmptyRecord);
  expect_lost(p.exchanges[1], "unsolicited-bytes");
  EXPECT_EQ(p.peer.sent.find("GET /2"), std::string::npos);
}

TEST(Pipelining, PausedAStreamHoldsThoseBehindIt) {
  Pipeline p(3);
  p.peer.send();
  p.peer.session.pause(p.exchanges[1].id);
  p.peer.recv(std::string(kEmpty).append(kEmpty).append(kEmpty));
  EXPECT_EQ(p.record(0), kEmptyRecord);
  EXPECT_FALSE(p.peer.session.wants_read());
  EXPECT_EQ(p.peer.left.size(), 2 * kEmpty.size());
  EXPECT_EQ(p.peer.session.answering(), p.exchanges[1].id);
  p.peer.end();
  p.peer.session.resume(p.exchanges[1].id);
  p.peer.recv({});
  EXPECT_EQ(p.record(1), kEmptyRecord);
  EXPECT_EQ(p.record(2), kEmptyRecord) << "what had arrived before the end counts";
}

TEST(Pipelining, CancelledBeforeAByteWentOutIsAsNeverAsked) {
  for (const size_t which : {1, 2}) {
    Pipeline p(1);
    p.peer.send();
    p.add();
    p.add();
    p.peer.session.cancel(p.exchanges[which].id);
    EXPECT_EQ(p.peer.session.capacity(), kDepth - 2);
    p.peer.send();
    EXPECT_EQ(p.peer.sent.find("GET /" + std::to_string(which + 1)), std::string::npos);
    p.peer.recv(std::string(kEmpty).append(kEmpty));
    EXPECT_EQ(p.record(0), kEmptyRecord);
    EXPECT_EQ(p.record(which), "");
    EXPECT_EQ(p.record(3 - which), kEmptyRecord);
    EXPECT_TRUE(p.peer.session.reusable());
  }
}

TEST(Pipelining, CancelledBetweenOthersItIsTheEndOfThoseBehind) {
  Pipeline p(3);
  p.peer.send();
  p.peer.session.cancel(p.exchanges[1].id);
  EXPECT_EQ(p.peer.session.capacity(), 0u);
  EXPECT_EQ(p.exchanges[2].sink.ends, 0);
  p.peer.recv(std::string(kEmpty).append(kEmpty).append(kEmpty));
  EXPECT_EQ(p.record(0), kEmptyRecord);
  EXPECT_EQ(p.record(1), "");
  expect_lost(p.exchanges[2], "a request that others were sent before was cancelled");
  EXPECT_FALSE(p.peer.session.reusable());
}

TEST(Pipelining, CancelledAsTheLastItEndsTheConnection) {
  Pipeline p(2);
  p.peer.send();
  p.peer.session.cancel(p.exchanges[1].id);
  p.peer.recv(kEmpty);
  EXPECT_EQ(p.record(0), kEmptyRecord);
  EXPECT_FALSE(p.peer.session.reusable());
  EXPECT_EQ(p.record(1), "");
}

TEST(Pipelining, CancelledHalfWrittenNothingMoreIsWritten) {
  Peer peer({}, 8, kDepth);
  EXPECT_EQ(get(peer, kEmpty), kEmptyRecord);
  Exchange a, b, c;
  for (Exchange* exchange : {&a, &b, &c}) {
    exchange->head.pipelines = true;
    exchange->submit(peer);
  }
  WriteBuffer out(8);
  while (!a.sink.sent_complete || b.sink.sent_events == 0) {
    out.clear();
    peer.session.send(out);
  }
  peer.session.cancel(b.id);
  EXPECT_FALSE(peer.session.wants_write());
  peer.recv(kEmpty);
  EXPECT_EQ(a.sink.record(), kEmptyRecord);
  expect_lost(c, "cancelled");
}

TEST(Pipelining, CancelledAsTheFirstThoseBehindEndWithTheNextRecv) {
  Pipeline p(3);
  p.peer.send();
  p.peer.session.cancel(p.exchanges[0].id);
  EXPECT_TRUE(p.peer.session.wants_read());
  p.peer.recv({});
  expect_lost(p.exchanges[1], "the response was not read to its end");
  expect_lost(p.exchanges[2], "the response was not read to its end");
  EXPECT_EQ(p.record(0), "");
}

TEST(Pipelining, CancelInAnyEventOfTheFirst) {
  for (const std::string_view at : {"head", "data", "trailers", "informational"}) {
    for (const bool byte_by_byte : {false, true}) {
      SCOPED_TRACE(at);
      Pipeline p(3);
      p.peer.send();
      Exchange& first = p.exchanges[0];
      first.sink.on_event = [&](std::string_view event) {
        if (event == at) p.peer.session.cancel(first.id);
      };
      const std::string in = std::string(Three::kThird).append(kEmpty).append(kEmpty);
      if (byte_by_byte) {
        for (char byte : in) p.peer.recv({&byte, 1});
      } else {
        p.peer.recv(in);
      }
      EXPECT_EQ(first.sink.ends, 0);
      EXPECT_EQ(p.peer.left, "");
      if (at == "trailers") {
        // The response was read to its end by then.
        EXPECT_EQ(p.record(1), kEmptyRecord);
        EXPECT_EQ(p.record(2), kEmptyRecord);
        EXPECT_TRUE(p.peer.session.reusable());
      } else {
        expect_lost(p.exchanges[1], "the response was not read to its end");
        expect_lost(p.exchanges[2], "the response was not read to its end");
      }
    }
  }
}

TEST(Pipelining, OthersAreCancelledAndAddedInOnEnd) {
  Pipeline p(2);
  p.peer.send();
  p.exchanges[0].sink.on_event = [&](std::string_view event) {
    if (event != "end") return;
    EXPECT_EQ(p.peer.session.capacity(), kDepth - 1);
    EXPECT_FALSE(p.peer.session.reusable());
    p.add();
    p.peer.session.cancel(p.exchanges[1].id);
  };
  p.peer.recv(kEmpty);
  EXPECT_EQ(p.record(1), "");
  expect_lost(p.exchanges[2], "the response was not read to its end");
}

TEST(Pipelining, OneAddedInOnEndIsTheLast) {
  Pipeline p(2);
  p.peer.send();
  p.exchanges[0].sink.on_event = [&](std::string_view event) {
    if (event == "end") p.add();
  };
  p.peer.recv(std::string(kEmpty).append(kEmpty));
  EXPECT_EQ(p.record(1), kEmptyRecord);
  EXPECT_EQ(p.exchanges[2].sink.ends, 0);
  p.peer.recv(kEmpty);
  EXPECT_EQ(p.record(2), kEmptyRecord);
}

TEST(Pipelining, WhatWasSentIsAnsweredThoughNothingMoreCanBe) {
  Pipeline p(2);
  p.peer.send();
  p.add();
  p.peer.session.send_end();
  EXPECT_FALSE(p.peer.session.wants_write());
  p.peer.recv(std::string(kEmpty).append(kEmpty));
  EXPECT_EQ(p.record(0), kEmptyRecord);
  EXPECT_EQ(p.record(1), kEmptyRecord);
  p.peer.end();
  EXPECT_EQ(p.exchanges[2].sink.error.code, Errc::remote_disconnected);
}

TEST(Pipelining, AnAnswerToTheFirstWhileTheNextIsHalfWritten) {
  Peer peer({}, 8, kDepth);
  EXPECT_EQ(get(peer, kEmpty), kEmptyRecord);
  Exchange a, b;
  for (Exchange* exchange : {&a, &b}) {
    exchange->head.pipelines = true;
    exchange->submit(peer);
  }
  WriteBuffer out(8);
  while (b.sink.sent_events == 0) {
    out.clear();
    peer.session.send(out);
  }
  peer.recv(kEmpty);
  EXPECT_EQ(a.sink.record(), kEmptyRecord);
  EXPECT_TRUE(b.sink.sent_complete);
  peer.recv(kEmpty);
  EXPECT_EQ(b.sink.record(), kEmptyRecord);
  EXPECT_TRUE(peer.session.reusable());
}

TEST(Pipelining, TheBudgetOfHeadsIsEachOnesOwn) {
  Peer peer({.max_head = 60}, WriteBuffer::kSize, kDepth);
  EXPECT_EQ(get(peer, kEmpty), kEmptyRecord);
  Exchange a, b;
  for (Exchange* exchange : {&a, &b}) {
    exchange->head.pipelines = true;
    exchange->submit(peer);
  }
  peer.send();
  const std::string reply = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  peer.recv(reply + reply);
  EXPECT_FALSE(a.sink.error);
  EXPECT_FALSE(b.sink.error);
}

}  // namespace
}  // namespace godwit::http1
