// SPDX-License-Identifier: MIT
#include <ctime>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "godwit/tests/support/sct_list.h"
#include "godwit/tests/support/tls_peer.h"
#include "godwit/tls/engine.h"
#include "godwit/tools/embedded_server/ocsp.h"

namespace godwit::tls {
namespace {

using embedded::OcspSingle;
using embedded::OcspSpec;
using test::Certificate;
using test::TlsPeer;

constexpr int64_t kHour = 3'600;
constexpr int64_t kDay = 24 * kHour;

// BoringSSL begins sessions by the system's clock, so ours starts there.
const int64_t kStart = static_cast<int64_t>(std::time(nullptr));
int64_t clock_now = kStart;

// What a server staples, and what comes of it; over both versions.
class RevocationTest : public testing::TestWithParam<int> {
 protected:
  RevocationTest() { clock_now = kStart; }

  std::shared_ptr<const Context> context(ContextOptions options = {}) {
    options.system_roots = false;
    options.roots = {Pem::from_text(root_.pem())};
    options.now = [] { return clock_now; };
    return Context::make(options).context;
  }

  std::shared_ptr<const Context> requiring() { return context({.require_ocsp = true}); }

  std::string response(OcspSingle::Status status, const Certificate* about = nullptr) {
    OcspSingle single{.certificate = (about != nullptr ? about : &leaf_)->x509.get(), .status = status};
    single.this_update = kStart - kDay;
    single.next_update = kStart + kHour;  // before sessions of TLS 1.2 end by themselves
    single.revoked_at = 1767312000;       // 2026-01-02
    single.reason = 1;
    return embedded::make_ocsp_response(
        {.issuer = root_.x509.get(), .singles = {single}, .key = root_.key.get(), .produced_at = kStart});
  }

  test::TlsPeerOptions server(std::string ocsp, const Certificate* leaf = nullptr) {
    return {.chain = {leaf != nullptr ? leaf : &leaf_},
            .max_version = static_cast<uint16_t>(GetParam()),
            .ocsp = std::move(ocsp)};
  }

  // One connection, with one answer read, so that tickets have come.
  Status visit(const std::shared_ptr<const Context>& ctx, TlsPeer& peer,
               const std::shared_ptr<SessionCache>& sessions = {}) {
    Engine engine(*ctx, {.server_name = "a.example", .sessions = sessions, .session_key = "a.example:443"});
    const Status status = test::connect(engine, peer);
    failure_ = engine.failure();
    info_ = {.resumed = engine.info().resumed, .ocsp = engine.info().ocsp};
    if (status != Status::ok) return status;
    peer.write("answer");
    const std::string down = peer.take();
    engine.feed(test::bytes(down));
    std::string read;
    test::read_all(engine, read);
    EXPECT_EQ(read, "answer");
    return status;
  }

  void expect_accepted(const std::shared_ptr<const Context>& ctx, const test::TlsPeerOptions& options,
                       std::string_view ocsp) {
    TlsPeer peer(options);
    EXPECT_EQ(visit(ctx, peer), Status::ok) << failure_.sentence;
    EXPECT_EQ(name(info_.ocsp), ocsp);
  }

  void expect_refused(const std::shared_ptr<const Context>& ctx, const test::TlsPeerOptions& options,
                      CertificateReason reason, std::string_view sentence, std::string_view alert) {
    TlsPeer peer(options);
    EXPECT_EQ(visit(ctx, peer), Status::failed);
    EXPECT_EQ(failure_.kind, FailureKind::certificate);
    EXPECT_EQ(name(failure_.reason), name(reason));
    EXPECT_EQ(failure_.sentence, sentence);
    EXPECT_EQ(peer.error, alert);
  }

  void expect_lacking(const std::shared_ptr<const Context>& ctx, const test::TlsPeerOptions& options,
                      std::string_view sentence) {
    expect_refused(ctx, options, CertificateReason::no_ocsp, sentence,
                   "TLSV1_ALERT_BAD_CERTIFICATE_STATUS_RESPONSE");
  }

  Certificate root_ = test::make_ca("Godwit Root");
  Certificate leaf_ = test::make_certificate(test::leaf_spec("a.example"), &root_);
  Failure failure_;
  ConnectionInfo info_;
};

INSTANTIATE_TEST_SUITE_P(Versions, RevocationTest, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_P(RevocationTest, AGoodResponseIsTold) {
  const std::string good = response(OcspSingle::Status::good);
  expect_accepted(context(), server(good), "good");
  expect_accepted(requiring(), server(good), "good");
}

TEST_P(RevocationTest, ARevokedCertificateIsRefused) {
  const std::string revoked = response(OcspSingle::Status::revoked);
  for (const auto& ctx : {context(), requiring()}) {
    expect_refused(
        ctx, server(revoked), CertificateReason::revoked,
        "certificate for a.example was revoked on 2026-01-02 (key compromise), by its stapled OCSP response",
        "SSLV3_ALERT_CERTIFICATE_REVOKED");
  }
}

TEST_P(RevocationTest, WithoutNeedAResponseThatProvesNothingIsIgnored) {
  const Certificate other = test::make_certificate(test::leaf_spec("b.example"), &root_);
  const auto ctx = context();
  expect_accepted(ctx, server(""), "none");
  expect_accepted(ctx, server("garbage"), "malformed");
  expect_accepted(ctx, server(response(OcspSingle::Status::unknown)), "unknown");
  expect_accepted(ctx, server(response(OcspSingle::Status::revoked, &other)), "unrelated");
  const std::string good = response(OcspSingle::Status::good);
  clock_now = kStart + 2 * kDay;
  expect_accepted(ctx, server(good), "expired");
}

TEST_P(RevocationTest, WithNeedItIsRefused) {
  const Certificate other = test::make_certificate(test::leaf_spec("b.example"), &root_);
  const auto ctx = requiring();
  const std::string begin =
      "certificate for a.example came without a good OCSP response, which is required: ";
  expect_lacking(ctx, server(""),
                 "certificate for a.example came without an OCSP response, which is required");
  expect_lacking(ctx, server("garbage"), begin + "the stapled one can't be parsed");
  expect_lacking(ctx, server(response(OcspSingle::Status::unknown)),
                 begin + "the stapled one says that its issuer does not know the certificate");
  expect_lacking(ctx, server(response(OcspSingle::Status::good, &other)),
                 begin + "the stapled one is for other certificates");
  const std::string later = embedded::make_ocsp_response({.response_status = 3});
  expect_lacking(ctx, server(later), begin + "the stapled one is no more than an error of the responder");
  const std::string forged =
      embedded::make_ocsp_response({.issuer = root_.x509.get(),
                                    .singles = {{.certificate = leaf_.x509.get(), .this_update = kStart}},
                                    .key = other.key.get()});
  expect_lacking(ctx, server(forged), begin + "the stapled one has no signature that its issuer stands for");
}

TEST_P(RevocationTest, WithNeedItHasDates) {
  const std::string good = embedded::make_ocsp_response(
      {.issuer = root_.x509.get(),
       .singles = {{.certificate = leaf_.x509.get(), .this_update = 1767312000, .next_update = 1767398400}},
       .key = root_.key.get()});
  const std::string begin =
      "certificate for a.example came without a good OCSP response, which is required: the stapled one ";
  clock_now = 1767312000 - kDay;
  expect_lacking(requiring(), server(good), begin + "is not valid before 2026-01-02");
  clock_now = 1767398400 + kDay;
  expect_lacking(requiring(), server(good), begin + "is expired since 2026-01-03");
}

TEST_P(RevocationTest, ACertificateMayDemandIt) {
  test::CertificateSpec spec = test::leaf_spec("a.example");
  spec.must_staple = true;
  const Certificate demanding = test::make_certificate(spec, &root_);
  expect_lacking(context(), server("", &demanding),
                 "certificate for a.example came without an OCSP response, which it demands itself "
                 "(must-staple)");
  expect_accepted(context(), server(response(OcspSingle::Status::good, &demanding), &demanding), "good");
}

TEST_P(RevocationTest, ResumedSessionsKeepTheStatus) {
  const auto ctx = context();
  const auto sessions = std::make_shared<SessionCache>();
  TlsPeer first(server(response(OcspSingle::Status::good)));
  ASSERT_EQ(visit(ctx, first, sessions), Status::ok);
  for (int i = 0; i < 2; ++i) {
    TlsPeer again(first);
    ASSERT_EQ(visit(ctx, again, sessions), Status::ok);
    EXPECT_TRUE(info_.resumed);
    EXPECT_EQ(name(info_.ocsp), "good");
  }
}

TEST_P(RevocationTest, ARequiredResponseEndsTheSessionWithIt) {
  for (const bool required : {false, true}) {
    clock_now = kStart;
    const auto ctx = context({.require_ocsp = required});
    const auto sessions = std::make_shared<SessionCache>();
    TlsPeer first(server(response(OcspSingle::Status::good)));
    ASSERT_EQ(visit(ctx, first, sessions), Status::ok);
    clock_now = kStart + kHour + 1;
    TlsPeer again(first);
    // Not a second longer; what is stapled in a new handshake is looked at with the skew of clocks.
    ASSERT_EQ(visit(ctx, again, sessions), Status::ok);
    EXPECT_EQ(info_.resumed, !required);
    EXPECT_EQ(name(info_.ocsp), "good");
  }
}

TEST_P(RevocationTest, ASessionCountsWithItsResponse) {
  for (const size_t size : {SessionCache::kMaxSessionBytes / 2, SessionCache::kMaxSessionBytes}) {
    const auto ctx = context();
    const auto sessions = std::make_shared<SessionCache>();
    TlsPeer peer(server(std::string(size, 'a')));
    ASSERT_EQ(visit(ctx, peer, sessions), Status::ok);
    EXPECT_EQ(sessions->size() > 0, size < SessionCache::kMaxSessionBytes);
    EXPECT_GE(sessions->bytes(), sessions->size() * size);
  }
}

TEST_P(RevocationTest, SavedSessionsAreCheckedAnew) {
  const auto ctx = context();
  const auto sessions = std::make_shared<SessionCache>();
  TlsPeer first(server(response(OcspSingle::Status::good)));
  ASSERT_EQ(visit(ctx, first, sessions), Status::ok);
  const std::string saved = sessions->save(clock_now);
  clock_now = kStart + kHour + 301;
  const auto loaded = std::make_shared<SessionCache>();
  ASSERT_EQ(loaded->load(saved, *ctx, clock_now), "");
  TlsPeer again(first);
  ASSERT_EQ(visit(ctx, again, loaded), Status::ok) << failure_.sentence;
  EXPECT_TRUE(info_.resumed);
  EXPECT_EQ(name(info_.ocsp), "expired");
}

TEST_P(RevocationTest, WhatCameIsShownWhetherItIsBelievedOrNot) {
  const struct {
    std::string staple;
    int64_t this_update, revoked_at;
  } rows[] = {{response(OcspSingle::Status::good), kStart - kDay, 0},
              {response(OcspSingle::Status::revoked), kStart - kDay, 1767312000},
              {"garbage", 0, 0},
              {"", 0, 0}};
  const auto ctx = context();
  for (const auto& row : rows) {
    test::TlsPeerOptions options = server(row.staple);
    options.scts = test::sct_list({test::sct('a', 1717200000123)});
    Engine engine(*ctx, {.server_name = "a.example"});
    TlsPeer peer(options);
    test::connect(engine, peer);
    const auto certificates = engine.peer_certificates();
    ASSERT_NE(certificates, nullptr);
    const StapleText staple = certificates->staple();
    EXPECT_EQ(std::string(staple.der.begin(), staple.der.end()), row.staple);
    EXPECT_EQ(staple.times.this_update, row.this_update);
    EXPECT_EQ(staple.times.revoked_at, row.revoked_at);
    const std::vector<SctText> scts = certificates->scts();
    ASSERT_EQ(scts.size(), 1u);
    EXPECT_EQ(scts[0].log_id, std::string(32, 'a'));
    EXPECT_EQ(scts[0].timestamp, 1717200000123u);
    EXPECT_FALSE(scts[0].embedded);
  }
}

TEST_P(RevocationTest, TimestampsInTheCertificateAreShown) {
  const std::string list = test::sct_list({test::sct('b', 5)});
  test::CertificateSpec spec = test::leaf_spec("a.example");
  const std::string octets = std::string("\x04") + static_cast<char>(list.size()) + list;
  spec.extensions = {{"1.3.6.1.4.1.11129.2.4.2", test::extension_der(octets)}};
  const Certificate leaf = test::make_certificate(spec, &root_);
  test::TlsPeerOptions options = server("", &leaf);
  options.scts = test::sct_list({test::sct('a', 1)});
  const auto ctx = context();
  Engine engine(*ctx, {.server_name = "a.example"});
  TlsPeer peer(options);
  ASSERT_EQ(test::connect(engine, peer), Status::ok) << engine.failure().sentence;
  const std::vector<SctText> scts = engine.peer_certificates()->scts();
  ASSERT_EQ(scts.size(), 2u);
  EXPECT_EQ(scts[1].log_id, std::string(32, 'b'));
  EXPECT_TRUE(scts[1].embedded);
}

TEST_P(RevocationTest, NothingIsAskedForWithVerificationOff) {
  for (const bool verify : {true, false}) {
    const auto ctx = context({.verify = verify});
    TlsPeer peer(server(response(OcspSingle::Status::revoked)));
    Engine engine(*ctx, {.server_name = "a.example"});
    EXPECT_EQ(test::connect(engine, peer) == Status::ok, !verify);
    EXPECT_EQ(name(engine.info().ocsp), verify ? "revoked" : "none");
    EXPECT_EQ(engine.peer_certificates()->staple().der.empty(), !verify);
  }
}

TEST(Revocation, CantBeRequiredWithVerificationOff) {
  const ContextResult result = Context::make({.verify = false, .require_ocsp = true});
  EXPECT_EQ(result.error, "an OCSP response is required, but nothing is verified");
}

}  // namespace
}  // namespace godwit::tls
