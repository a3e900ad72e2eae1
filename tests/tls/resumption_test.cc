// SPDX-License-Identifier: MIT
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

// BoringSSL begins sessions by the system's clock, so ours starts there.
const int64_t kStart = static_cast<int64_t>(std::time(nullptr));
int64_t clock_now = kStart;

// Each test runs over both versions, with a server that makes tickets.
class ResumptionTest : public testing::TestWithParam<int> {
 protected:
  ResumptionTest() {
    clock_now = kStart;
    context_ = context({.system_roots = false});
    server_ = serve(leaf_);
  }

  std::shared_ptr<const Context> context(ContextOptions options, const Certificate* root = nullptr) {
    options.system_roots = false;
    options.roots = {Pem::from_text((root ? root : &root_)->pem())};
    options.now = [] { return clock_now; };
    return Context::make(options).context;
  }

  std::unique_ptr<TlsPeer> serve(const Certificate& leaf) {
    return std::make_unique<TlsPeer>(
        test::TlsPeerOptions{.chain = {&leaf}, .max_version = static_cast<uint16_t>(GetParam())});
  }

  // One connection, with one answer read, so that tickets have come. Returns how it went.
  Status visit(const std::shared_ptr<const Context>& ctx, const std::shared_ptr<SessionCache>& sessions,
               std::string_view host = "a.example") {
    Engine engine(*ctx,
                  {.server_name = host, .sessions = sessions, .session_key = std::string(host) + ":443"});
    TlsPeer peer(*server_);
    const Status status = test::connect(engine, peer);
    failure_ = engine.failure();
    resumed_ = engine.info().resumed;
    if (status != Status::ok) return status;
    EXPECT_EQ(SSL_session_reused(peer.ssl()) != 0, resumed_);
    peer.write("answer");
    const std::string down = peer.take();
    engine.feed(test::bytes(down));
    std::string read;
    test::read_all(engine, read);
    EXPECT_EQ(read, "answer");
    return status;
  }

  bool resumes(std::string_view host = "a.example") {
    EXPECT_EQ(visit(context_, sessions_, host), Status::ok) << failure_.sentence;
    return resumed_;
  }

  Certificate root_ = test::make_ca("Godwit Root");
  Certificate leaf_ = test::make_certificate(test::leaf_spec("a.example"), &root_);
  std::shared_ptr<const Context> context_;
  std::shared_ptr<SessionCache> sessions_ = std::make_shared<SessionCache>();
  std::unique_ptr<TlsPeer> server_;
  Failure failure_;
  bool resumed_ = false;
};

INSTANTIATE_TEST_SUITE_P(Versions, ResumptionTest, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_P(ResumptionTest, EveryConnectionAfterTheFirst) {
  EXPECT_FALSE(resumes());
  EXPECT_GT(sessions_->size(), 0u);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(resumes()) << i;
}

TEST_P(ResumptionTest, NotWithoutACache) {
  EXPECT_EQ(visit(context_, nullptr), Status::ok);
  EXPECT_EQ(visit(context_, nullptr), Status::ok);
  EXPECT_FALSE(resumed_);
}

TEST_P(ResumptionTest, NotBeyondItsKey) {
  const auto wide = [] {
    test::CertificateSpec spec = test::leaf_spec("a.example");
    spec.dns = {"a.example", "b.example"};
    return spec;
  }();
  const Certificate leaf = test::make_certificate(wide, &root_);
  server_ = serve(leaf);
  EXPECT_FALSE(resumes("a.example"));
  EXPECT_FALSE(resumes("b.example"));
  EXPECT_TRUE(resumes("a.example"));
}

TEST_P(ResumptionTest, NotWithAServerThatForgot) {
  EXPECT_FALSE(resumes());
  server_ = serve(leaf_);
  EXPECT_FALSE(resumes());
  EXPECT_TRUE(resumes());
}

// A full handshake in spite of the session goes through the whole verification.
TEST_P(ResumptionTest, AnotherCertificateIsVerified) {
  EXPECT_FALSE(resumes());
  const Certificate stranger = test::make_certificate(test::leaf_spec("a.example"));
  server_ = serve(stranger);
  EXPECT_EQ(visit(context_, sessions_), Status::failed);
  EXPECT_EQ(failure_.reason, CertificateReason::self_signed);
  EXPECT_EQ(sessions_->size(), 0u);
}

TEST_P(ResumptionTest, NothingIsKeptOfAnUnverifiedPeer) {
  const auto blind = context({.verify = false});
  EXPECT_EQ(visit(blind, sessions_), Status::ok);
  EXPECT_EQ(sessions_->size(), 0u);
  EXPECT_FALSE(resumes());
  const size_t kept = sessions_->size();
  EXPECT_EQ(visit(blind, sessions_), Status::ok);
  EXPECT_FALSE(resumed_);
  EXPECT_EQ(sessions_->size(), kept);
}

TEST_P(ResumptionTest, NotPastTheEndOfTheCertificate) {
  test::CertificateSpec spec = test::leaf_spec("a.example");
  spec.not_after = kStart + 60;
  const Certificate brief = test::make_certificate(spec, &root_);
  server_ = serve(brief);
  EXPECT_FALSE(resumes());
  clock_now = kStart + 59;
  EXPECT_TRUE(resumes());
  clock_now = kStart + 61;
  EXPECT_EQ(visit(context_, sessions_), Status::failed);
  EXPECT_EQ(failure_.reason, CertificateReason::expired);
}

TEST_P(ResumptionTest, NotPastItsOwnEnd) {
  EXPECT_FALSE(resumes());
  clock_now = kStart + SessionCache::kMaxAge + 1;
  EXPECT_FALSE(resumes());
}

TEST_P(ResumptionTest, ALoadedSessionIsVerifiedByTheSettingsOfItsUser) {
  EXPECT_FALSE(resumes());
  const std::string octets = sessions_->save(clock_now);

  auto loaded = std::make_shared<SessionCache>();
  ASSERT_EQ(loaded->load(octets, *context_, clock_now), "");
  EXPECT_EQ(visit(context_, loaded), Status::ok) << failure_.sentence;
  EXPECT_TRUE(resumed_);

  const Certificate other_root = test::make_ca("Another Root");
  const auto stranger = context({}, &other_root);
  loaded = std::make_shared<SessionCache>();
  ASSERT_EQ(loaded->load(octets, *stranger, clock_now), "");
  EXPECT_EQ(visit(stranger, loaded), Status::failed);
  EXPECT_EQ(failure_.reason, CertificateReason::unknown_root);
  EXPECT_EQ(loaded->size(), 0u);
}

// What one cache must never do: this shows that the chain of a session is looked at, and not only its origin.
TEST_P(ResumptionTest, ASessionUnderAWrongNameIsRefused) {
  EXPECT_FALSE(resumes());
  auto forged = std::make_shared<SessionCache>();
  const std::string octets = sessions_->save(clock_now);
  ASSERT_EQ(forged->load(octets, *context_, clock_now), "");
  SavedSession saved = forged->take("a.example:443", clock_now);
  ASSERT_TRUE(saved.session);
  forged->put("b.example:443", std::move(saved), clock_now);
  EXPECT_EQ(visit(context_, forged, "b.example"), Status::failed);
  EXPECT_EQ(failure_.reason, CertificateReason::wrong_host);
}

// RFC 5246 7.2.2: a connection that ended in a fatal alert must not be resumed.
TEST_P(ResumptionTest, AFailedConnectionIsForgotten) {
  EXPECT_FALSE(resumes());
  Engine engine(*context_,
                {.server_name = "a.example", .sessions = sessions_, .session_key = "a.example:443"});
  TlsPeer peer(*server_);
  ASSERT_EQ(test::connect(engine, peer), Status::ok);
  peer.write("answer");
  std::string down = peer.take();
  down.back() ^= 1;
  engine.feed(test::bytes(down));
  std::string read;
  EXPECT_EQ(test::read_all(engine, read), Status::failed);
  EXPECT_EQ(sessions_->size(), 0u);
}

TEST_P(ResumptionTest, ACutConnectionIsNot) {
  EXPECT_FALSE(resumes());
  Engine engine(*context_,
                {.server_name = "a.example", .sessions = sessions_, .session_key = "a.example:443"});
  TlsPeer peer(*server_);
  ASSERT_EQ(test::connect(engine, peer), Status::ok);
  std::string read;
  test::read_all(engine, read);
  engine.end_of_input();
  EXPECT_EQ(engine.failure().kind, FailureKind::truncated);
  EXPECT_GT(sessions_->size(), 0u);
}

}  // namespace
}  // namespace godwit::tls
