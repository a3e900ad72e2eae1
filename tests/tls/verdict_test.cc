// SPDX-License-Identifier: MIT
// The caller's word about a server's certificates: EngineOptions::ask, Engine::verdict and Engine::answer.
#include <ctime>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "godwit/tests/support/tls_peer.h"
#include "godwit/tls/engine.h"

namespace godwit::tls {
namespace {

using test::Certificate;
using test::TlsPeer;

// Each test runs over both versions.
class VerdictTest : public testing::TestWithParam<int> {
 protected:
  VerdictTest() { server_ = serve(leaf_); }

  std::shared_ptr<const Context> context(ContextOptions options = {}) {
    options.system_roots = false;
    options.roots = {Pem::from_text(root_.pem())};
    return Context::make(options).context;
  }

  std::unique_ptr<TlsPeer> serve(const Certificate& leaf) {
    return std::make_unique<TlsPeer>(test::TlsPeerOptions{
        .chain = {&leaf}, .max_version = static_cast<uint16_t>(GetParam()), .early_data = true});
  }

  // begin makes a connection and goes on until the caller is asked, or the handshake is over.
  Status begin(EngineOptions options = {}) {
    options.server_name = "a.example";
    options.session_key = "a.example:443";
    options.ask = true;
    engine_ = std::make_unique<Engine>(*context_, options);
    peer_ = std::make_unique<TlsPeer>(*server_);
    return go_on();
  }

  Status go_on() { return test::connect(*engine_, *peer_); }

  // exchange reads one answer, with which tickets come.
  void exchange() {
    peer_->write("answer");
    const std::string down = peer_->take();
    engine_->feed(test::bytes(down));
    std::string read;
    test::read_all(*engine_, read);
    EXPECT_EQ(read, "answer");
  }

  Certificate root_ = test::make_ca("Godwit Root");
  Certificate stranger_root_ = test::make_ca("Other Root");
  Certificate leaf_ = test::make_certificate(test::leaf_spec("a.example"), &root_);
  Certificate stranger_ = test::make_certificate(test::leaf_spec("a.example"), &stranger_root_);
  std::shared_ptr<const Context> context_ = context();
  std::unique_ptr<TlsPeer> server_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<TlsPeer> peer_;
};

INSTANTIATE_TEST_SUITE_P(Versions, VerdictTest, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_P(VerdictTest, OneThatWeTrustIsAskedAboutAndWaits) {
  ASSERT_EQ(begin(), Status::want_verdict);
  ASSERT_TRUE(engine_->verdict());
  EXPECT_EQ(engine_->verdict()->kind, FailureKind::none);
  ASSERT_TRUE(engine_->peer_certificates());
  EXPECT_EQ(engine_->peer_certificates()->describe(0).names, std::vector<std::string>{"a.example"});
  EXPECT_FALSE(engine_->established());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(go_on(), Status::want_verdict);
  std::byte octet{};
  EXPECT_EQ(engine_->read({&octet, 1}).status, Status::want_input);
  EXPECT_EQ(engine_->write({&octet, 1}).status, Status::want_input);
  EXPECT_EQ(peer_->client_subject, "");
  engine_->answer(true);
  EXPECT_EQ(go_on(), Status::ok);
  EXPECT_TRUE(peer_->established());
  EXPECT_FALSE(engine_->verdict());
  exchange();
}

TEST_P(VerdictTest, OneThatWeRefuseMayBeAccepted) {
  server_ = serve(stranger_);
  ASSERT_EQ(begin(), Status::want_verdict);
  EXPECT_EQ(engine_->verdict()->kind, FailureKind::certificate);
  EXPECT_EQ(engine_->verdict()->reason, CertificateReason::unknown_root);
  EXPECT_EQ(engine_->verdict()->sentence,
            "certificate for a.example leads to Other Root, which is not trusted");
  engine_->answer(true);
  EXPECT_EQ(go_on(), Status::ok);
  EXPECT_EQ(engine_->failure().kind, FailureKind::none);
  exchange();
}

TEST_P(VerdictTest, ARejectionNamesItsReasonAndIsToldToThePeer) {
  const struct {
    const Certificate& leaf;
    const char* why;
    CertificateReason reason;
    const char* sentence;
    const char* alert;
  } rows[] = {
      {leaf_, "its key has changed", CertificateReason::rejected,
       "certificate for a.example is rejected by the application: its key has changed", "BAD_CERTIFICATE"},
      {leaf_, "", CertificateReason::rejected, "certificate for a.example is rejected by the application",
       "BAD_CERTIFICATE"},
      {stranger_, "never seen", CertificateReason::rejected,
       "certificate for a.example is rejected by the application: never seen", "UNKNOWN_CA"},
      {stranger_, "", CertificateReason::unknown_root,
       "certificate for a.example leads to Other Root, which is not trusted", "UNKNOWN_CA"},
  };
  for (const auto& row : rows) {
    server_ = serve(row.leaf);
    ASSERT_EQ(begin(), Status::want_verdict);
    engine_->answer(false, row.why);
    EXPECT_EQ(go_on(), Status::failed);
    EXPECT_EQ(engine_->failure().kind, FailureKind::certificate);
    EXPECT_EQ(engine_->failure().reason, row.reason);
    EXPECT_EQ(engine_->failure().sentence, row.sentence);
    EXPECT_NE(peer_->error.find(row.alert), std::string::npos) << peer_->error;
    ASSERT_TRUE(engine_->peer_certificates());
    EXPECT_EQ(engine_->peer_certificates()->size(), 1u);
    // Too late.
    engine_->answer(true);
    EXPECT_EQ(engine_->handshake(), Status::failed);
  }
}

TEST_P(VerdictTest, PinsAndNoVerificationAreAskedAboutToo) {
  const auto pinned = context({.verify = false, .pins = "sha256//" + std::string(43, 'A') + "="});
  const auto unverified = context({.verify = false});
  context_ = pinned;
  ASSERT_EQ(begin(), Status::want_verdict);
  EXPECT_EQ(engine_->verdict()->reason, CertificateReason::not_pinned);
  engine_->answer(true);
  EXPECT_EQ(go_on(), Status::ok);

  context_ = unverified;
  ASSERT_EQ(begin(), Status::want_verdict);
  EXPECT_EQ(engine_->verdict()->kind, FailureKind::none);
  engine_->answer(false);
  EXPECT_EQ(go_on(), Status::failed);
}

TEST_P(VerdictTest, NobodyIsAskedUnlessThatIsWanted) {
  Engine engine(*context_, {.server_name = "a.example"});
  TlsPeer peer(*server_);
  EXPECT_EQ(test::connect(engine, peer), Status::ok);
  EXPECT_FALSE(engine.verdict());
  engine.answer(false);
  EXPECT_TRUE(engine.established());
}

TEST_P(VerdictTest, TheCertificatesOutliveTheConnectionAndItsContext) {
  std::vector<std::shared_ptr<const PeerCertificates>> kept;
  for (const bool accept : {true, false}) {
    ASSERT_EQ(begin(), Status::want_verdict);
    kept.push_back(engine_->peer_certificates());
    engine_->answer(accept);
    EXPECT_EQ(go_on(), accept ? Status::ok : Status::failed);
    kept.push_back(engine_->peer_certificates());
  }
  engine_.reset();
  context_.reset();
  for (const auto& certificates : kept) {
    ASSERT_TRUE(certificates);
    EXPECT_EQ(certificates->describe(0).names, std::vector<std::string>{"a.example"});
  }
  kept.clear();
}

TEST_P(VerdictTest, ACutWhileItIsAskedIsTheEnd) {
  ASSERT_EQ(begin(), Status::want_verdict);
  EXPECT_EQ(engine_->end_of_input(), Status::want_verdict);
  engine_->answer(true);
  std::byte octet{};
  EXPECT_EQ(engine_->read({&octet, 1}).status, Status::failed);
  EXPECT_EQ(engine_->failure().kind, FailureKind::truncated);
}

TEST_P(VerdictTest, ASessionOfOneThatWeTrustedIsNotAskedAboutAgain) {
  const auto sessions = std::make_shared<SessionCache>();
  ASSERT_EQ(begin({.sessions = sessions}), Status::want_verdict);
  engine_->answer(true);
  ASSERT_EQ(go_on(), Status::ok);
  exchange();
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(begin({.sessions = sessions}), Status::ok);
    EXPECT_TRUE(engine_->info().resumed);
    exchange();
  }
}

TEST_P(VerdictTest, ASessionAcceptedAgainstOurVerdictIsAskedAboutEachTime) {
  server_ = serve(stranger_);
  const auto sessions = std::make_shared<SessionCache>();
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(begin({.sessions = sessions}), Status::want_verdict) << i;
    EXPECT_EQ(engine_->verdict()->reason, CertificateReason::unknown_root);
    EXPECT_EQ(engine_->peer_certificates()->size(), 1u);
    engine_->answer(true);
    ASSERT_EQ(go_on(), Status::ok);
    EXPECT_EQ(engine_->info().resumed, i > 0);
    exchange();
  }
  // Without the caller's word it proves nothing.
  ASSERT_EQ(begin({.sessions = sessions}), Status::want_verdict);
  engine_->answer(false);
  EXPECT_EQ(go_on(), Status::failed);
  EXPECT_EQ(sessions->size(), 0u);
}

TEST_P(VerdictTest, ASessionWithAKeyThatIsNotPinnedIsAskedAboutEachTime) {
  // The chain itself is good, until its first certificate ends; it is the pin that was overruled.
  context_ = context({.pins = "sha256//" + std::string(43, 'A') + "="});
  const auto sessions = std::make_shared<SessionCache>();
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(begin({.sessions = sessions}), Status::want_verdict) << i;
    EXPECT_EQ(engine_->verdict()->reason, CertificateReason::not_pinned);
    engine_->answer(true);
    ASSERT_EQ(go_on(), Status::ok);
    EXPECT_EQ(engine_->info().resumed, i > 0);
    exchange();
  }
}

TEST_P(VerdictTest, NoSessionIsKeptOfOneThatWasRejected) {
  const auto sessions = std::make_shared<SessionCache>();
  ASSERT_EQ(begin({.sessions = sessions}), Status::want_verdict);
  engine_->answer(false);
  EXPECT_EQ(go_on(), Status::failed);
  EXPECT_EQ(sessions->size(), 0u);
}

class VerdictTls13Test : public VerdictTest {};
INSTANTIATE_TEST_SUITE_P(Version, VerdictTls13Test, testing::Values(TLS1_3_VERSION));

TEST_P(VerdictTls13Test, NothingIsSentEarlyBeforeTheAnswer) {
  server_ = serve(stranger_);
  const auto sessions = std::make_shared<SessionCache>();
  ASSERT_EQ(begin({.sessions = sessions}), Status::want_verdict);
  engine_->answer(true);
  ASSERT_EQ(go_on(), Status::ok);
  exchange();

  engine_ = std::make_unique<Engine>(*context_, EngineOptions{.server_name = "a.example",
                                                              .sessions = sessions,
                                                              .session_key = "a.example:443",
                                                              .early_data = true,
                                                              .ask = true});
  peer_ = std::make_unique<TlsPeer>(*server_);
  ASSERT_EQ(engine_->handshake(), Status::want_verdict);
  EXPECT_EQ(engine_->write(test::bytes("secret")).size, 0u);
  engine_->answer(true);
  ASSERT_EQ(engine_->handshake(), Status::early);
  EXPECT_EQ(engine_->write(test::bytes("early")).size, 5u);
  EXPECT_EQ(go_on(), Status::ok);
  EXPECT_EQ(peer_->received, "early");
  EXPECT_EQ(engine_->info().early_data, EarlyData::accepted);
}

}  // namespace
}  // namespace godwit::tls
