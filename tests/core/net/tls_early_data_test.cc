// SPDX-License-Identifier: MIT
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "godwit/tests/core/net/tls_rig.h"

namespace godwit::net {
namespace {

using namespace std::literals;
using godwit::testing::ScriptedTransport;
using godwit::testing::Wire;
using test::TlsPeer;
using testing::leaf;
using testing::Outcome;
using testing::Recorder;
using testing::TlsTransportTest;
using testing::trusting;

// Early data: TLS 1.3 alone, with a server that was visited before.
class TlsTransportEarlyTest : public TlsTransportTest {
 protected:
  TlsTransportEarlyTest() {
    TlsOptions options = trusting();
    options.early_data = true;
    early = std::make_unique<TlsProfile>(options);
    server = std::make_unique<TlsPeer>(
        test::TlsPeerOptions{.chain = {&leaf()}, .alpn = "http/1.1", .early_data = true});
    visit_for_tickets();
  }

  // A visit without a session, which is never early.
  void visit_for_tickets() {
    visit();
    EXPECT_EQ(outcome.calls, 0);
    settle();
    EXPECT_EQ(outcome.calls, 1);
    transport->attach(recorder);
    transport->read(true);
    deliver(from_peer("tickets come with the first record"));
    recorder = Recorder();
  }

  // A connection up to its first flight.
  void visit() {
    peer = std::make_unique<TlsPeer>(*server);
    wire = std::make_shared<Wire>();
    outcome = Outcome();
    auto* tls =
        new TlsTransport(loop, ports::TransportPtr(new ScriptedTransport(wire)), *early, "a.example", 443);
    tls->handshake(outcome.done());
    transport.reset(tls);
    driver.turns();
  }

  void visit_early() {
    visit();
    ASSERT_EQ(outcome.calls, 1) << "handed over at once";
    ASSERT_FALSE(outcome.error);
    EXPECT_EQ(transport->tls()->alpn, "http/1.1");
    EXPECT_EQ(transport->tls()->early_data, EarlyData::not_tried);
    transport->attach(recorder);
    transport->read(true);
  }

  std::unique_ptr<TlsProfile> early;
  std::unique_ptr<TlsPeer> server;
};

INSTANTIATE_TEST_SUITE_P(Versions, TlsTransportEarlyTest, ::testing::Values(TLS1_3_VERSION));

TEST_P(TlsTransportEarlyTest, ARequestThatMayGoesOutWithTheFirstFlight) {
  visit_early();
  transport->allow_early_data(true);
  EXPECT_EQ(transport->write(bytes_of("request")), 7u);
  peer->feed(std::exchange(wire->sent, {}));
  EXPECT_EQ(peer->received, "request");
  peer->write("answer");
  deliver(peer->take(), 7);
  driver.turns();
  EXPECT_EQ(recorder.received, "answer");
  EXPECT_EQ(transport->tls()->early_data, EarlyData::accepted);
  EXPECT_TRUE(transport->tls()->resumed);
  EXPECT_EQ(outcome.calls, 1);
}

TEST_P(TlsTransportEarlyTest, WhatMayNotWaitsForTheEndOfTheHandshake) {
  visit_early();
  EXPECT_EQ(transport->write(bytes_of("request")), 0u);
  peer->feed(std::exchange(wire->sent, {}));
  EXPECT_EQ(peer->received, "");
  recorder.at_writable = [&] { EXPECT_EQ(transport->write(bytes_of("request")), 7u); };
  settle();
  EXPECT_EQ(recorder.writable, 1);
  EXPECT_EQ(peer->received, "request");
  EXPECT_EQ(transport->tls()->early_data, EarlyData::not_tried);
}

TEST_P(TlsTransportEarlyTest, WhatIsRefusedIsSentAgain) {
  visit_early();
  SSL_set_early_data_enabled(peer->ssl(), 0);
  transport->allow_early_data(true);
  EXPECT_EQ(transport->write(bytes_of("request")), 7u);
  settle();
  EXPECT_EQ(peer->received, "request");
  EXPECT_EQ(transport->tls()->early_data, EarlyData::rejected);
  EXPECT_EQ(recorder.writable, 0);
  deliver(from_peer("answer"));
  EXPECT_EQ(recorder.received, "answer");
}

TEST_P(TlsTransportEarlyTest, MoreThanTheLimitWaits) {
  visit_early();
  transport->allow_early_data(true);
  const std::string up = text(100'000);
  size_t taken = transport->write(bytes_of(up));
  EXPECT_GT(taken, 1000u);
  EXPECT_LE(taken, tls::Engine::kEarlyLimit);
  recorder.at_writable = [&] { taken += transport->write(bytes_of(std::string_view(up).substr(taken))); };
  settle();
  EXPECT_EQ(taken, up.size());
  EXPECT_TRUE(peer->received == up);
}

TEST_P(TlsTransportEarlyTest, ReadingStaysOffIfItIs) {
  visit_early();
  transport->read(false);
  EXPECT_TRUE(wire->reading) << "the handshake goes on";
  peer->feed(std::exchange(wire->sent, {}));
  peer->write("answer");
  deliver(peer->take());
  driver.turns();
  EXPECT_FALSE(wire->reading);
  EXPECT_EQ(recorder.received, "");
  transport->read(true);
  driver.turns();
  EXPECT_EQ(recorder.received, "answer");
}

TEST_P(TlsTransportEarlyTest, AHandshakeThatBreaksIsToldAsAnEnd) {
  const struct {
    std::function<void()> act;
    Errc code;
  } rows[] = {
      {[&] { deliver("\x15\x03\x03\x00\x02\x02\x50"s); }, Errc::early_data_rejected},  // internal_error
      {[&] { wire->end({.code = Errc::receive_failed, .sys = UV_ECONNRESET}, "connection reset by peer"); },
       Errc::early_data_rejected},
      {[&] { wire->end(); }, Errc::early_data_rejected},
  };
  for (const auto& row : rows) {
    recorder = Recorder();
    visit_early();
    transport->allow_early_data(true);
    EXPECT_EQ(transport->write(bytes_of("request")), 7u);
    row.act();
    driver.turns();
    ASSERT_TRUE(recorder.ended);
    EXPECT_EQ(recorder.ended->code, row.code);
    EXPECT_EQ(recorder.ended->phase, Phase::tls);
    EXPECT_FALSE(recorder.diagnosis.empty());
    EXPECT_EQ(outcome.calls, 1);
    // What broke is not tried with the same session.
    visit_for_tickets();
  }
}

TEST_P(TlsTransportEarlyTest, T1_AnEndAtEveryByteBehindARequest) {
  for (size_t cut = 0;; cut += 7) {
    recorder = Recorder();
    visit_early();
    transport->allow_early_data(true);
    transport->write(bytes_of("request"));
    peer->feed(std::exchange(wire->sent, {}));
    const std::string flight = peer->take();
    ASSERT_LT(cut, flight.size());
    deliver(flight.substr(0, cut));
    if (transport->tls()->early_data == EarlyData::accepted) break;  // the handshake is over
    ASSERT_FALSE(recorder.ended) << cut;
    wire->end();
    ASSERT_TRUE(recorder.ended) << cut;
    EXPECT_EQ(recorder.ended->code, Errc::early_data_rejected) << cut;
    EXPECT_EQ(recorder.received, "");
    visit_for_tickets();
  }
}

TEST_P(TlsTransportEarlyTest, AStrangerIsRefusedAtTheEnd) {
  const test::Certificate stranger = test::make_certificate(test::leaf_spec("a.example"));
  server = std::make_unique<TlsPeer>(test::TlsPeerOptions{.chain = {&stranger}, .early_data = true});
  visit_early();
  transport->allow_early_data(true);
  EXPECT_EQ(transport->write(bytes_of("request")), 7u);
  settle();
  ASSERT_TRUE(recorder.ended);
  EXPECT_EQ(recorder.ended->code, Errc::certificate_rejected);
  EXPECT_EQ(peer->received, "");
}

TEST_P(TlsTransportEarlyTest, ClosedBeforeTheEndOfTheHandshakeIsSilent) {
  visit_early();
  transport.reset();
  driver.turns();
  EXPECT_TRUE(wire->closed);
  EXPECT_FALSE(recorder.ended);
}

}  // namespace
}  // namespace godwit::net
