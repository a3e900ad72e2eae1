// SPDX-License-Identifier: MIT
#include "godwit/core/net/tls_transport.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/tests/core/net/tls_rig.h"
#include "godwit/tests/support/heap_bytes.h"

namespace godwit::net {
namespace {

using godwit::testing::ScriptedTransport;
using godwit::testing::Wire;
using test::TlsPeer;
using testing::leaf;
using testing::Outcome;
using testing::Recorder;
using testing::TlsTransportTest;
using testing::trusting;

INSTANTIATE_TEST_SUITE_P(Versions, TlsTransportTest, ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_P(TlsTransportTest, ShakesHandsWholeAndByteByByte) {
  for (size_t piece : {SIZE_MAX, size_t{1}, size_t{7}}) {
    make_peer();
    connect(piece);
    const TlsInfo* info = transport->tls();
    ASSERT_TRUE(info);
    EXPECT_EQ(info->version, GetParam() == TLS1_3_VERSION ? "TLSv1.3" : "TLSv1.2");
    EXPECT_EQ(info->alpn, "http/1.1");
    EXPECT_FALSE(info->cipher.empty());
    EXPECT_EQ(transport->remote(), "192.0.2.1:80");
    EXPECT_EQ(peer->server_name, "a.example");
  }
}

TEST_P(TlsTransportTest, TheNextConnectionToTheServerResumes) {
  connect();
  EXPECT_FALSE(transport->tls()->resumed);
  deliver(from_peer("tickets come with the first record"));
  const std::unique_ptr<TlsPeer> first = std::move(peer);
  peer = std::make_unique<TlsPeer>(*first);
  connect();
  EXPECT_TRUE(transport->tls()->resumed);
  EXPECT_EQ(transport->tls()->version, GetParam() == TLS1_3_VERSION ? "TLSv1.3" : "TLSv1.2");
  EXPECT_EQ(transport->tls()->alpn, "http/1.1");
}

TEST_P(TlsTransportTest, NoSessionIsUsedAgainIfThatIsOff) {
  TlsOptions options = trusting();
  options.session_reuse = false;
  TlsProfile off{options};
  EXPECT_FALSE(off.sessions());
  EXPECT_TRUE(profile.sessions());
  options = trusting();
  options.verify = false;
  EXPECT_FALSE(TlsProfile(options).sessions());
}

TEST_P(TlsTransportTest, ReadingIsOffUntilAsked) {
  start();
  settle();
  ASSERT_EQ(outcome.calls, 1);
  EXPECT_FALSE(wire->reading);
  transport->attach(recorder);
  transport->read(true);
  EXPECT_TRUE(wire->reading);
}

TEST_P(TlsTransportTest, BytesBothWaysInOddPieces) {
  connect();
  const std::string down = text(300'000);
  const std::string up = text(200'001);
  deliver(from_peer(down), 1009);
  EXPECT_EQ(recorder.received, down);
  EXPECT_EQ(transport->write(bytes_of(up)), up.size());
  peer->feed(wire->sent);
  EXPECT_EQ(peer->received, up);
}

TEST_P(TlsTransportTest, SmallRecordsThatCameTogetherAreDeliveredTogether) {
  connect();
  const std::string down = text(TlsTransport::kDelivery);
  std::string records;
  for (size_t at = 0; at < down.size(); at += 1000)
    records += from_peer(std::string_view(down).substr(at, 1000));
  deliver(records);
  EXPECT_EQ(recorder.deliveries, 1);
  EXPECT_EQ(recorder.received, down);
  records = from_peer(down);
  records += from_peer("more");
  deliver(records);
  EXPECT_EQ(recorder.deliveries, 3);
  EXPECT_EQ(recorder.received, down + down + "more");
}

// A crawler holds very many of them: what TLS adds to an idle connection, this object and all of BoringSSL's.
class IdleTlsTransportTest : public TlsTransportTest {
 protected:
  static constexpr size_t kLimit = 3584;

  void SetUp() override {
    if (!test::heap_is_real()) GTEST_SKIP() << "a sanitizer's heap says nothing";
  }

  size_t heap_of_one() {
    connect();                      // what is made once
    constexpr size_t kCount = 512;  // malloc keeps a few freed ones of each size, which count as in use
    std::vector<std::shared_ptr<Wire>> wires;
    std::vector<ports::TransportPtr> idle;
    const size_t lower = [&] {
      const size_t before = test::heap_bytes();
      for (size_t i = 0; i < kCount; ++i) {
        wires.push_back(std::make_shared<Wire>());
        idle.emplace_back(new ScriptedTransport(wires.back()));
      }
      return test::heap_bytes() - before;
    }();
    wires.clear();
    idle.clear();
    for (size_t i = 0; i < kCount; ++i) {
      make_peer();
      connect();
      transport->write(bytes_of("request"));
      peer->feed(std::exchange(wire->sent, {}));
      deliver(from_peer("answer"));
      idle.push_back(std::move(transport));
      wire->sent.shrink_to_fit();
    }
    driver.turns();
    peer.reset();
    wire.reset();
    const size_t with = test::heap_bytes();
    idle.clear();
    driver.turns();
    const size_t each = (with - test::heap_bytes() - lower) / kCount;
    make_peer();
    connect();
    return each;
  }
};

INSTANTIATE_TEST_SUITE_P(Versions, IdleTlsTransportTest, ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_P(IdleTlsTransportTest, OneIsSmall) {
  const size_t each = heap_of_one();
  RecordProperty("bytes", static_cast<int>(each));
  EXPECT_LE(each, kLimit);
  EXPECT_GT(each, sizeof(TlsTransport));
}

TEST_P(IdleTlsTransportTest, WhatAServerStaplesIsHeldOnceForAllOfThem) {
  staple = std::string(20'000, 'a');
  make_peer();
  EXPECT_LE(heap_of_one(), kLimit);
  EXPECT_EQ(transport->tls()->ocsp, OcspStatus::malformed);
  EXPECT_EQ(transport->tls()->peer.ocsp().der, staple);
}

TEST_P(TlsTransportTest, ReadOffInTheMiddleKeepsTheRest) {
  connect();
  const std::string down = text(200'000);
  recorder.at_bytes = [&] { transport->read(false); };
  deliver(from_peer(down));
  EXPECT_EQ(recorder.deliveries, 1);
  EXPECT_FALSE(wire->reading);
  driver.turns();
  EXPECT_EQ(recorder.deliveries, 1);
  int deliveries = 1;
  while (recorder.received.size() < down.size()) {
    transport->read(true);
    EXPECT_EQ(recorder.deliveries, deliveries) << "delivered from inside read()";
    driver.turns();
    ASSERT_EQ(recorder.deliveries, ++deliveries);
  }
  EXPECT_EQ(recorder.received, down);
  EXPECT_GE(deliveries, 3);
}

TEST_P(TlsTransportTest, AnEndWaitsForThePlaintextBeforeIt) {
  connect();
  const std::string down = text(150'000);
  recorder.at_bytes = [&] { transport->read(false); };
  peer->write("first");
  std::string bytes = peer->take() + from_peer(down);
  peer->close();
  bytes += peer->take();
  deliver(bytes);
  while (!recorder.ended) {
    ASSERT_LT(recorder.received.size(), down.size() + 6);
    transport->read(true);
    driver.turns();
  }
  EXPECT_EQ(recorder.received, "first" + down);
  EXPECT_FALSE(*recorder.ended);
}

TEST_P(TlsTransportTest, N11_AShortTransportBelowIsBackpressure) {
  connect();
  const std::string up = text(500'000);
  wire->write_limit = 10'000;
  size_t taken = transport->write(bytes_of(up));
  EXPECT_LT(taken, up.size());
  EXPECT_LE(taken, tls::Engine::kOutputLimit);
  EXPECT_EQ(transport->write(bytes_of(up)), 0u);
  wire->open_window(1000);  // not all of what is pending
  EXPECT_EQ(recorder.writable, 0);
  recorder.at_writable = [&] { taken += transport->write(bytes_of(std::string_view(up).substr(taken))); };
  for (int i = 0; i < 1000 && taken < up.size(); ++i) wire->open_window(7001);
  EXPECT_EQ(taken, up.size());
  wire->open_window(SIZE_MAX);
  peer->feed(wire->sent);
  EXPECT_EQ(peer->received, up);
}

TEST_P(TlsTransportTest, CloseSaysCloseNotifyIfThatNeedsNoWaiting) {
  connect();
  transport.reset();
  EXPECT_TRUE(wire->closed);
  peer->feed(wire->sent);
  EXPECT_TRUE(peer->got_close);

  make_peer();
  connect();
  wire->write_limit = 0;
  transport.reset();
  EXPECT_TRUE(wire->closed);
}

TEST_P(TlsTransportTest, CloseNotifyIsACleanEndOnce) {
  connect();
  peer->write("bye");
  peer->close();
  deliver(peer->take());
  ASSERT_TRUE(recorder.ended);
  EXPECT_FALSE(*recorder.ended);
  EXPECT_EQ(recorder.received, "bye");
  wire->end();
}

TEST_P(TlsTransportTest, T3_AnEndWithoutCloseNotifyIsTruncation) {
  connect();
  deliver(from_peer("part"));
  wire->end();
  ASSERT_TRUE(recorder.ended);
  EXPECT_EQ(recorder.ended->code, Errc::tls_truncated);
  EXPECT_EQ(recorder.received, "part");
  EXPECT_FALSE(recorder.diagnosis.empty());
}

TEST_P(TlsTransportTest, AResetBelowStaysAReset) {
  connect();
  Error reset;
  reset.code = Errc::receive_failed;
  reset.sys = UV_ECONNRESET;
  wire->end(reset, "connection reset by peer");
  ASSERT_TRUE(recorder.ended);
  EXPECT_EQ(recorder.ended->code, Errc::receive_failed);
  EXPECT_EQ(recorder.ended->sys, UV_ECONNRESET);
  EXPECT_EQ(recorder.diagnosis, "connection reset by peer");
}

TEST_P(TlsTransportTest, AFailedWriteBelowIsToldOnce) {
  connect();
  Error failed;
  failed.code = Errc::send_failed;
  failed.sys = UV_EPIPE;
  wire->delegate->on_write_failed(failed);
  ASSERT_TRUE(recorder.write_failed);
  EXPECT_EQ(recorder.write_failed->sys, UV_EPIPE);
  EXPECT_EQ(transport->write(bytes_of("x")), 0u);
  // What the peer had sent still arrives.
  deliver(from_peer("answer"));
  EXPECT_EQ(recorder.received, "answer");
}

TEST_P(TlsTransportTest, ADamagedRecordEndsWithAnAlert) {
  connect();
  std::string bytes = from_peer("damaged");
  bytes[bytes.size() - 3] ^= 1;
  deliver(bytes);
  ASSERT_TRUE(recorder.ended);
  EXPECT_EQ(recorder.ended->code, Errc::tls_failed);
  EXPECT_FALSE(recorder.diagnosis.empty());
  peer->feed(wire->sent);
  EXPECT_NE(peer->error.find("BAD_RECORD_MAC"), std::string::npos) << peer->error;
}

TEST_P(TlsTransportTest, T2_AWrongNameIsRefusedAndThePeerIsTold) {
  start("b.example");
  settle();
  EXPECT_EQ(outcome.calls, 1);
  EXPECT_EQ(outcome.error.code, Errc::certificate_rejected);
  EXPECT_EQ(outcome.error.phase, Phase::tls);
  EXPECT_NE(outcome.diagnosis.find("b.example"), std::string::npos) << outcome.diagnosis;
  EXPECT_FALSE(peer->error.empty());
}

TEST_P(TlsTransportTest, T1_PlainHttpIsNamed) {
  start();
  deliver("HTTP/1.1 400 Bad Request\r\n\r\n");
  EXPECT_EQ(outcome.error.code, Errc::tls_not_tls);
  EXPECT_NE(outcome.diagnosis.find("HTTP/1.1 400"), std::string::npos) << outcome.diagnosis;
}

TEST_P(TlsTransportTest, T1_AnEndAtEveryByteOfTheHandshake) {
  start();
  peer->feed(std::exchange(wire->sent, {}));
  const std::string flight = peer->take();
  // A client of TLS 1.3 has finished when it has the whole flight.
  const size_t last = GetParam() == TLS1_3_VERSION ? flight.size() - 1 : flight.size();
  const bool reset_too[] = {false, true};
  for (size_t cut = 0; cut <= last; cut += cut < 200 ? 1 : 13) {
    for (bool reset : reset_too) {
      start();
      Error error;
      if (reset) {
        error.code = Errc::receive_failed;
        error.sys = UV_ECONNRESET;
      }
      // The flight answers another ClientHello: it fails by itself, or by the end.
      deliver(std::string_view(flight).substr(0, cut));
      if (outcome.calls == 0) wire->end(error, reset ? "connection reset by peer" : "");
      ASSERT_EQ(outcome.calls, 1) << cut;
      EXPECT_TRUE(outcome.error.code == Errc::tls_failed) << cut << ' ' << name(outcome.error.code);
      EXPECT_EQ(outcome.error.phase, Phase::tls);
      EXPECT_FALSE(outcome.diagnosis.empty());
      if (cut == 0) {
        EXPECT_EQ(outcome.error.sys, reset ? UV_ECONNRESET : 0);
      }
    }
  }
}

TEST_P(TlsTransportTest, A1_CloseInsideEveryEventIsTheLastOne) {
  for (int which = 0; which < 4; ++which) {
    recorder = Recorder();
    make_peer();
    connect();
    int closed = 0;
    const auto close = [&] {
      ++closed;
      transport.reset();
    };
    switch (which) {
      case 0:
        recorder.at_bytes = close;
        deliver(from_peer(text(300'000)), 70'000);
        break;
      case 1:
        recorder.at_end = close;
        peer->close();
        deliver(peer->take());
        break;
      case 2:
        recorder.at_writable = close;
        wire->write_limit = 0;
        transport->write(bytes_of("x"));
        transport->write(bytes_of("y"));
        wire->open_window(SIZE_MAX);
        break;
      default:
        recorder.at_write_failed = close;
        wire->delegate->on_write_failed(Error{.code = Errc::send_failed});
    }
    driver.turns();
    EXPECT_EQ(closed, 1) << which;
    EXPECT_TRUE(wire->closed);
    EXPECT_EQ(recorder.deliveries, which == 0 ? 1 : 0);
  }
}

// When many servers answer in one turn, the loop comes back to its other work in between.
TEST_P(TlsTransportTest, HandshakesAreRationed) {
  constexpr size_t kCount = 3 * HandshakeQueue::kStepsPerTurn + 1;
  struct Conversation {
    std::unique_ptr<TlsPeer> peer;
    std::shared_ptr<Wire> wire;
    ports::TransportPtr transport;
    Outcome outcome;
  };
  std::vector<Conversation> all(kCount);
  for (Conversation& c : all) {
    make_peer();
    c.peer = std::move(peer);
    c.wire = std::make_shared<Wire>();
    c.transport = begin(c.wire, c.outcome);
  }
  driver.turns(10);
  size_t most = 0;
  const auto finished = [&] {
    return static_cast<size_t>(
        std::count_if(all.begin(), all.end(), [](auto& c) { return c.outcome.calls != 0; }));
  };
  for (int flight = 0; flight < 2; ++flight) {
    for (Conversation& c : all) c.peer->feed(std::exchange(c.wire->sent, {}));
    size_t before = finished();
    for (Conversation& c : all) {
      std::string lent = c.peer->take();
      if (!lent.empty()) c.wire->deliver(lent);
      std::fill(lent.begin(), lent.end(), '\xEE');
    }
    EXPECT_LE(finished() - before, static_cast<size_t>(HandshakeQueue::kStepsPerTurn));
    if (flight == 0) {
      EXPECT_EQ(std::count_if(all.begin(), all.end(), [](auto& c) { return !c.wire->reading; }),
                static_cast<std::ptrdiff_t>(
                    GetParam() == TLS1_3_VERSION ? kCount : kCount - HandshakeQueue::kStepsPerTurn));
    }
    for (int turn = 0; turn < 6; ++turn) {
      before = finished();
      driver.turns(1);
      most = std::max(most, finished() - before);
    }
  }
  EXPECT_EQ(finished(), kCount);
  EXPECT_LE(most, static_cast<size_t>(HandshakeQueue::kStepsPerTurn));
  for (Conversation& c : all) EXPECT_FALSE(c.outcome.error) << c.outcome.diagnosis;
}

TEST_P(TlsTransportTest, ClosedWhileWaitingForATurnIsSilent) {
  std::vector<std::shared_ptr<Wire>> wires;
  std::vector<ports::TransportPtr> all;
  for (int i = 0; i < 3 * HandshakeQueue::kStepsPerTurn; ++i) {
    wires.push_back(std::make_shared<Wire>());
    all.push_back(begin(wires.back(), outcome));
  }
  driver.turns(1);
  EXPECT_TRUE(wires.back()->sent.empty()) << "it does not wait";
  all.clear();
  driver.turns(5);
  EXPECT_EQ(outcome.calls, 0);
  for (const auto& closed : wires) EXPECT_TRUE(closed->closed);
}

TEST_P(TlsTransportTest, ClosedWhileShakingHandsIsSilent) {
  start();
  transport.reset();
  driver.turns();
  EXPECT_EQ(outcome.calls, 0);
  EXPECT_TRUE(wire->closed);
}

// TLS to a proxy, and TLS through it: the layers must not share a slab.
TEST_P(TlsTransportTest, StacksOnItself) {
  connect();
  auto* inner_transport = new TlsTransport(loop, std::move(transport), profile, "a.example", 443);
  transport.reset(inner_transport);
  TlsPeer inner({.chain = {&leaf()}, .max_version = static_cast<uint16_t>(GetParam())});
  Outcome inner_outcome;
  inner_transport->handshake(inner_outcome.done());
  const auto carry = [&] {
    driver.turns();
    peer->feed(std::exchange(wire->sent, {}));
    inner.feed(std::exchange(peer->received, {}));
    const std::string back = inner.take();
    if (!back.empty()) deliver(from_peer(back), 5000);
  };
  for (int i = 0; i < 10; ++i) carry();
  ASSERT_EQ(inner_outcome.calls, 1);
  ASSERT_FALSE(inner_outcome.error) << inner_outcome.diagnosis;

  transport->attach(recorder);
  transport->read(true);
  const std::string down = text(250'000);
  for (size_t at = 0; at < down.size(); at += 16384) inner.write(std::string_view(down).substr(at, 16384));
  carry();
  EXPECT_EQ(recorder.received, down);
  EXPECT_EQ(transport->write(bytes_of(down)), down.size());
  carry();
  EXPECT_EQ(inner.received, down);
}

}  // namespace
}  // namespace godwit::net
