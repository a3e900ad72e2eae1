// SPDX-License-Identifier: MIT
// TlsOptions::on_verify, asked by a transport.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/tests/core/net/tls_rig.h"

namespace godwit::net {
namespace {

using godwit::testing::ScriptedTransport;
using godwit::testing::Wire;
using test::TlsPeer;
using testing::leaf;
using testing::Outcome;
using testing::TlsTransportTest;
using testing::trusting;

class TlsVerifyTest : public TlsTransportTest {
 protected:
  TlsVerifyTest() {
    keeping([this](VerifyRequest request) { asked.push_back(std::move(request)); });
  }

  void keeping(std::function<void(VerifyRequest)> on_verify) {
    TlsOptions options = trusting();
    options.on_verify = std::move(on_verify);
    profile = TlsProfile(options);
  }

  void serve(const test::Certificate& certificate) {
    peer = std::make_unique<TlsPeer>(test::TlsPeerOptions{
        .chain = {&certificate}, .max_version = static_cast<uint16_t>(GetParam()), .alpn = "http/1.1"});
  }

  std::vector<VerifyRequest> asked;
};

INSTANTIATE_TEST_SUITE_P(Versions, TlsVerifyTest, ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_P(TlsVerifyTest, TheQuestionSaysWhoAndWhatWeThink) {
  start();
  settle();
  ASSERT_EQ(asked.size(), 1u);
  const VerifyRequest& request = asked[0];
  EXPECT_EQ(request.host(), "a.example");
  EXPECT_EQ(request.port(), 443);
  EXPECT_EQ(request.verdict(), Verdict::trusted);
  EXPECT_EQ(request.reason(), "");
  EXPECT_EQ(request.problem(), "");
  ASSERT_EQ(request.peer().describe().size(), 1u);
  const CertificateInfo info = request.peer().describe()[0];
  EXPECT_EQ(info.names, std::vector<std::string>{"a.example"});
  EXPECT_TRUE(info.public_key_pin.starts_with("sha256//")) << info.public_key_pin;
  EXPECT_TRUE(request.pending());
  EXPECT_EQ(outcome.calls, 0);
  settle();
  EXPECT_EQ(asked.size(), 1u) << "asked once";
  EXPECT_EQ(outcome.calls, 0);
}

TEST_P(TlsVerifyTest, ALaterYesGoesOn) {
  start();
  settle();
  ASSERT_EQ(asked.size(), 1u);
  asked[0].accept();
  EXPECT_EQ(outcome.calls, 0) << "not from inside of the answer";
  EXPECT_FALSE(asked[0].pending());
  asked[0].reject("too late");
  settle();
  ASSERT_EQ(outcome.calls, 1);
  EXPECT_FALSE(outcome.error) << outcome.diagnosis;
  transport->attach(recorder);
  transport->read(true);
  deliver(from_peer("plaintext"));
  EXPECT_EQ(recorder.received, "plaintext");
}

TEST_P(TlsVerifyTest, AnAnswerAtOnce) {
  keeping([](VerifyRequest request) { request.accept(); });
  connect();
  keeping([](VerifyRequest request) { request.reject("not today"); });
  make_peer();
  start();
  settle();
  ASSERT_EQ(outcome.calls, 1);
  EXPECT_EQ(outcome.error.code, Errc::certificate_rejected);
  EXPECT_EQ(outcome.error.phase, Phase::tls);
  EXPECT_EQ(outcome.diagnosis, "certificate for a.example is rejected by the application: not today");
  EXPECT_EQ(transport->tls()->peer.describe().size(), 1u);
}

TEST_P(TlsVerifyTest, AStrangerIsTrustedOnTheCallersWordAlone) {
  const test::Certificate stranger = test::make_certificate(test::leaf_spec("a.example"));
  serve(stranger);
  start();
  settle();
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].verdict(), Verdict::refused);
  EXPECT_EQ(asked[0].reason(), "self-signed");
  EXPECT_EQ(asked[0].problem(), "certificate for a.example is self-signed and not trusted");
  // Moving it about changes nothing.
  VerifyRequest moved = std::move(asked[0]);
  asked.clear();
  moved.accept();
  settle();
  ASSERT_EQ(outcome.calls, 1);
  EXPECT_FALSE(outcome.error) << outcome.diagnosis;
}

TEST_P(TlsVerifyTest, WithoutVerificationTheVerdictSaysSo) {
  TlsOptions options;
  options.verify = false;
  options.on_verify = [this](VerifyRequest request) { asked.push_back(std::move(request)); };
  profile = TlsProfile(options);
  start();
  settle();
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].verdict(), Verdict::unchecked);
}

TEST_P(TlsVerifyTest, DroppedIsRejected) {
  for (const bool overwritten : {false, true}) {
    make_peer();
    start();
    settle();
    ASSERT_EQ(asked.size(), 1u);
    if (overwritten) asked[0] = VerifyRequest({}, nullptr);
    asked.clear();
    settle();
    ASSERT_EQ(outcome.calls, 1);
    EXPECT_EQ(outcome.error.code, Errc::certificate_rejected);
    EXPECT_EQ(outcome.diagnosis, "certificate for a.example is rejected by the application");
  }
  // A refusal of our own stands.
  const test::Certificate stranger = test::make_certificate(test::leaf_spec("a.example"));
  serve(stranger);
  start();
  settle();
  asked.clear();
  settle();
  EXPECT_EQ(outcome.diagnosis, "certificate for a.example is self-signed and not trusted");
}

TEST_P(TlsVerifyTest, AnAnswerAfterTheEndOfTheConnectionDoesNothing) {
  for (const bool yes : {true, false}) {
    make_peer();
    start();
    settle();
    ASSERT_EQ(asked.size(), 1u);
    transport.reset();
    EXPECT_FALSE(asked[0].pending());
    if (yes) asked[0].accept();
    driver.turns();
    if (!yes) asked[0].reject("x");
    asked.clear();
    driver.turns();
    EXPECT_EQ(outcome.calls, 0);
  }
}

TEST_P(TlsVerifyTest, ClosedFromInsideTheQuestion) {
  keeping([this](VerifyRequest request) {
    transport.reset();
    EXPECT_FALSE(request.pending());
    request.accept();
  });
  start();
  settle();
  driver.turns();
  EXPECT_EQ(outcome.calls, 0);
  EXPECT_TRUE(wire->closed);
}

TEST_P(TlsVerifyTest, ClosedBetweenTheAnswerAndWhatFollows) {
  start();
  settle();
  ASSERT_EQ(asked.size(), 1u);
  asked[0].accept();
  transport.reset();
  driver.turns();
  EXPECT_EQ(outcome.calls, 0);
}

TEST_P(TlsVerifyTest, T1_AnEndWhileItIsAskedIsToldAtOnce) {
  start();
  settle();
  ASSERT_EQ(asked.size(), 1u);
  wire->end({.code = Errc::receive_failed, .sys = UV_ECONNRESET}, "connection reset by peer");
  ASSERT_EQ(outcome.calls, 1);
  EXPECT_EQ(outcome.error.code, Errc::tls_failed);
  EXPECT_EQ(outcome.diagnosis, "connection reset by peer during the TLS handshake");
  EXPECT_FALSE(asked[0].pending());
  asked[0].accept();
  driver.turns();
  EXPECT_EQ(outcome.calls, 1);
}

TEST_P(TlsVerifyTest, NobodyFillsTheMemoryMeanwhile) {
  start();
  settle();
  ASSERT_EQ(asked.size(), 1u);
  const std::string piece(16 * 1024, '\x17');
  size_t taken = 0;
  for (; wire->reading && taken < 10 * TlsTransport::kHeldForAnswer; taken += piece.size()) deliver(piece);
  EXPECT_FALSE(wire->reading);
  EXPECT_LE(taken, TlsTransport::kHeldForAnswer + piece.size());
  asked[0].accept();
  driver.turns();
  ASSERT_EQ(outcome.calls, 1);
  if (GetParam() == TLS1_2_VERSION) {
    EXPECT_EQ(outcome.error.code, Errc::tls_failed) << "what was kept has been read";
    return;
  }
  // The server's last word of a handshake of TLS 1.3 came before that.
  EXPECT_FALSE(outcome.error);
  transport->attach(recorder);
  transport->read(true);
  driver.turns();
  ASSERT_TRUE(recorder.ended);
  EXPECT_EQ(recorder.ended->code, Errc::tls_failed);
}

TEST_P(TlsVerifyTest, ManyAtOnceInAnyOrder) {
  constexpr size_t kCount = 100;
  struct One {
    std::shared_ptr<Wire> wire = std::make_shared<Wire>();
    std::unique_ptr<TlsPeer> peer;
    Outcome outcome;
    ports::TransportPtr transport;
  };
  std::vector<One> all(kCount);
  const TlsPeer& first = *peer;
  for (One& one : all) {
    one.peer = std::make_unique<TlsPeer>(const_cast<TlsPeer&>(first));
    one.transport = begin(one.wire, one.outcome);
  }
  const auto settle_all = [&] {
    for (int i = 0; i < 60; ++i) {
      driver.turns();
      for (One& one : all) {
        one.peer->feed(std::exchange(one.wire->sent, {}));
        const std::string back = one.peer->take();
        if (!back.empty() && one.wire->delegate) one.wire->deliver(back);
      }
    }
  };
  settle_all();
  ASSERT_EQ(asked.size(), kCount);
  for (size_t i = 0; i < kCount; ++i) {
    VerifyRequest& request = asked[i * 37 % kCount];
    i % 2 == 0 ? request.accept() : request.reject("odd");
  }
  settle_all();
  size_t accepted = 0;
  for (One& one : all) {
    EXPECT_EQ(one.outcome.calls, 1);
    accepted += one.outcome.error ? 0 : 1;
  }
  EXPECT_EQ(accepted, kCount / 2);
  all.clear();
  driver.turns();
}

TEST_P(TlsVerifyTest, OnlyOneThatWeTrustedResumesUnasked) {
  const test::Certificate stranger = test::make_certificate(test::leaf_spec("a.example"));
  for (const bool trusted : {true, false}) {
    trusted ? serve(leaf()) : serve(stranger);
    const std::unique_ptr<TlsPeer> server = std::move(peer);
    int questions = 0;
    keeping([&](VerifyRequest request) {
      ++questions;
      request.accept();
    });
    for (const bool again : {false, true}) {
      peer = std::make_unique<TlsPeer>(*server);
      connect();
      EXPECT_EQ(transport->tls()->resumed, again);
      deliver(from_peer("tickets come with the first record"));
    }
    EXPECT_EQ(questions, trusted ? 1 : 2);
  }
}

}  // namespace
}  // namespace godwit::net
