// SPDX-License-Identifier: MIT
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "godwit/tests/support/tls_peer.h"
#include "godwit/tls/engine.h"

namespace godwit::tls {
namespace {

using test::bytes;
using test::Certificate;
using test::TlsPeer;

class EarlyDataTest : public testing::Test {
 protected:
  EarlyDataTest() {
    ContextOptions options;
    options.system_roots = false;
    options.roots = {Pem::from_text(root_.pem())};
    context_ = Context::make(options).context;
    server_ = serve(leaf_);
    visit_first();
  }

  static std::unique_ptr<TlsPeer> serve(const Certificate& leaf, uint16_t version = TLS1_3_VERSION) {
    return std::make_unique<TlsPeer>(
        test::TlsPeerOptions{.chain = {&leaf}, .max_version = version, .early_data = true});
  }

  // The connection that brings the tickets.
  void visit_first() {
    begin();
    ASSERT_EQ(engine_->handshake(), Status::want_input);
    ASSERT_EQ(test::connect(*engine_, *peer_), Status::ok);
    peer_->write("tickets come with the first record");
    EXPECT_EQ(read(), "tickets come with the first record");
    ASSERT_GT(sessions_->size(), 0u);
  }

  void begin(bool early_data = true) {
    engine_ = std::make_unique<Engine>(*context_, EngineOptions{.server_name = "a.example",
                                                                .sessions = sessions_,
                                                                .session_key = "a.example:443",
                                                                .early_data = early_data});
    peer_ = std::make_unique<TlsPeer>(*server_);
  }

  std::string read() {
    const std::string down = peer_->take();
    engine_->feed(bytes(down));
    std::string out;
    last_ = test::read_all(*engine_, out);
    return out;
  }

  // The request goes out as early data; then the handshake is brought to its end.
  Status request(std::string_view text) {
    EXPECT_EQ(engine_->handshake(), Status::early);
    EXPECT_EQ(engine_->write(bytes(text)).size, text.size());
    return test::connect(*engine_, *peer_);
  }

  Certificate root_ = test::make_ca("Godwit Root");
  Certificate leaf_ = test::make_certificate(test::leaf_spec("a.example"), &root_);
  std::shared_ptr<const Context> context_;
  std::shared_ptr<SessionCache> sessions_ = std::make_shared<SessionCache>();
  std::unique_ptr<TlsPeer> server_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<TlsPeer> peer_;
  Status last_ = Status::ok;
};

TEST_F(EarlyDataTest, GoesOutWithTheClientHello) {
  begin();
  EXPECT_EQ(engine_->handshake(), Status::early);
  EXPECT_FALSE(engine_->established());
  const ConnectionInfo expected = engine_->info();
  EXPECT_EQ(expected.version, "TLSv1.3");
  EXPECT_TRUE(expected.resumed);
  EXPECT_EQ(expected.early_data, EarlyData::open);
  EXPECT_EQ(engine_->handshake(), Status::early);
  std::byte octet;
  EXPECT_EQ(engine_->read({&octet, 1}).status, Status::want_input);
  EXPECT_EQ(engine_->write(bytes("request")).size, 7u);

  peer_->feed(test::take_output(*engine_));
  EXPECT_EQ(peer_->received, "request");
  EXPECT_FALSE(peer_->established()) << "before the client has finished";
  peer_->write("answer");
  EXPECT_EQ(read(), "answer");
  EXPECT_TRUE(engine_->established());
  EXPECT_EQ(engine_->info().early_data, EarlyData::accepted);
  EXPECT_EQ(engine_->write(bytes(" more")).size, 5u);
  peer_->feed(test::take_output(*engine_));
  EXPECT_TRUE(peer_->established());
  EXPECT_EQ(peer_->received, "request more");
}

TEST_F(EarlyDataTest, OnlyIfAskedFor) {
  begin(false);
  EXPECT_EQ(engine_->handshake(), Status::want_input);
  EXPECT_EQ(engine_->write(bytes("request")).status, Status::want_input);
  EXPECT_EQ(test::connect(*engine_, *peer_), Status::ok);
  EXPECT_TRUE(engine_->info().resumed);
  EXPECT_EQ(engine_->info().early_data, EarlyData::none);
}

// T6
TEST_F(EarlyDataTest, WhatIsRefusedIsSentAgainOnce) {
  begin();
  SSL_set_early_data_enabled(peer_->ssl(), 0);
  EXPECT_EQ(request("request"), Status::ok);
  EXPECT_EQ(peer_->received, "request");
  EXPECT_TRUE(engine_->info().resumed);
  EXPECT_EQ(engine_->info().early_data, EarlyData::refused);
  peer_->write("answer");
  EXPECT_EQ(read(), "answer");
}

// T6
TEST_F(EarlyDataTest, AServerThatForgotGetsItAfterAFullHandshake) {
  server_ = serve(leaf_);
  begin();
  EXPECT_EQ(request("request"), Status::ok);
  EXPECT_EQ(peer_->received, "request");
  EXPECT_FALSE(engine_->info().resumed);
}

TEST_F(EarlyDataTest, ARetriedHelloRefusesIt) {
  begin();
  const int group = NID_secp384r1;
  ASSERT_TRUE(SSL_set1_curves(peer_->ssl(), &group, 1));
  EXPECT_EQ(request("request"), Status::ok);
  EXPECT_EQ(peer_->received, "request");
  EXPECT_EQ(engine_->info().group, "P-384");
}

TEST_F(EarlyDataTest, AStrangerIsStillRefused) {
  const Certificate stranger = test::make_certificate(test::leaf_spec("a.example"));
  server_ = serve(stranger);
  begin();
  EXPECT_EQ(request("request"), Status::failed);
  EXPECT_EQ(engine_->failure().reason, CertificateReason::self_signed);
  EXPECT_EQ(peer_->received, "");
  EXPECT_EQ(sessions_->size(), 0u);
}

// RFC 8446 D.3: the next connection must not try again.
TEST_F(EarlyDataTest, AServerThatWentBackToTls12FailsOnce) {
  server_ = serve(leaf_, TLS1_2_VERSION);
  begin();
  EXPECT_EQ(request("request"), Status::failed);
  EXPECT_EQ(engine_->failure().kind, FailureKind::protocol);
  begin();
  EXPECT_EQ(engine_->handshake(), Status::want_input);
  EXPECT_EQ(test::connect(*engine_, *peer_), Status::ok);
}

TEST_F(EarlyDataTest, ThereIsALimit) {
  for (const bool accepted : {true, false}) {
    begin();
    SSL_set_early_data_enabled(peer_->ssl(), accepted ? 1 : 0);
    std::string text(3 * Engine::kEarlyLimit, '\0');
    for (size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 31 >> 4);
    EXPECT_EQ(engine_->handshake(), Status::early);
    size_t taken = 0;
    WriteResult result;
    while ((result = engine_->write(bytes(text).subspan(taken))).size > 0) taken += result.size;
    EXPECT_EQ(result.status, Status::want_input);
    EXPECT_GT(taken, Engine::kEarlyLimit / 2);
    EXPECT_LE(taken, Engine::kEarlyLimit);
    EXPECT_EQ(test::connect(*engine_, *peer_), Status::ok);
    EXPECT_EQ(engine_->info().early_data, accepted ? EarlyData::accepted : EarlyData::refused);
    EXPECT_EQ(engine_->write(bytes(text).subspan(taken)).size, text.size() - taken);
    peer_->feed(test::take_output(*engine_));
    EXPECT_EQ(peer_->received.size(), text.size());
    EXPECT_TRUE(peer_->received == text);
    peer_->write("tickets");
    EXPECT_EQ(read(), "tickets");
  }
}

TEST_F(EarlyDataTest, ACutIsAFailure) {
  begin();
  EXPECT_EQ(engine_->handshake(), Status::early);
  EXPECT_EQ(engine_->write(bytes("request")).size, 7u);
  EXPECT_EQ(engine_->end_of_input(), Status::failed);
  EXPECT_EQ(engine_->failure().kind, FailureKind::truncated);
}

}  // namespace
}  // namespace godwit::tls
