// SPDX-License-Identifier: MIT
// Servers that would have us work, or hold memory, for ever.
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "godwit/tests/support/tls_peer.h"
#include "godwit/tls/engine.h"

namespace godwit::tls {
namespace {

using namespace std::literals;
using test::bytes;
using test::Certificate;
using test::read_all;
using test::TlsPeer;

// kPatience is far more than any honest server sends before a client has to judge it, in octets.
constexpr size_t kPatience = 300'000;

class HostileTest : public testing::TestWithParam<int> {
 protected:
  HostileTest() {
    ContextOptions options;
    options.system_roots = false;
    options.roots = {Pem::from_text(root_.pem())};
    context_ = Context::make(options).context;
  }

  void begin() {
    engine_ = std::make_unique<Engine>(*context_, EngineOptions{.server_name = "a.example"});
    peer_ = std::make_unique<TlsPeer>(test::TlsPeerOptions{
        .chain = {&leaf_},
        .max_version = static_cast<uint16_t>(GetParam()),
        .ciphers = GetParam() == TLS1_2_VERSION ? "ECDHE-ECDSA-AES128-GCM-SHA256" : nullptr});
    EXPECT_EQ(engine_->handshake(), Status::want_input);
  }

  void establish() {
    begin();
    ASSERT_EQ(test::connect(*engine_, *peer_), Status::ok) << engine_->failure().sentence;
    // Tickets first.
    peer_->write("hello");
    const std::string hello = peer_->take();
    engine_->feed(bytes(hello));
    std::string got;
    ASSERT_EQ(read_all(*engine_, got), Status::want_input);
  }

  // flood feeds what `opening` begins, and `more` again and again, until the engine has had enough. Returns
  // how much it took.
  size_t flood(std::string_view opening, std::string_view more) {
    size_t taken = 0;
    for (std::string_view next = opening; taken < kPatience; next = more) {
      engine_->feed(bytes(next));
      taken += next.size();
      std::string got;
      const Status status = read_all(*engine_, got);
      if (status == Status::failed) return taken;
      EXPECT_EQ(status, Status::want_input);
    }
    ADD_FAILURE() << "it would have gone on for ever";
    return taken;
  }

  Certificate root_ = test::make_ca("Godwit Root");
  Certificate leaf_ = test::make_certificate(test::leaf_spec("a.example"), &root_);
  std::shared_ptr<const Context> context_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<TlsPeer> peer_;
};

INSTANTIATE_TEST_SUITE_P(Versions, HostileTest, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

// What one version alone can send.
class HostileTls12Test : public HostileTest {};
class HostileTls13Test : public HostileTest {};
INSTANTIATE_TEST_SUITE_P(Version, HostileTls12Test, testing::Values(TLS1_2_VERSION));
INSTANTIATE_TEST_SUITE_P(Version, HostileTls13Test, testing::Values(TLS1_3_VERSION));

TEST_P(HostileTest, AHelloOf16Mebibytes) {
  begin();
  // The length is judged, not believed.
  EXPECT_LT(flood("\x16\x03\x03\x00\x04\x02\xff\xff\xff"sv, "\x16\x03\x03\x00\x01x"sv), 300u);
  EXPECT_EQ(engine_->failure().sentence, "TLS protocol error: excessive message size");
}

// In TLS 1.3 the message is encrypted; BoringSSL's limit is the same one.
TEST_P(HostileTls12Test, ACertificateMessageOf16Mebibytes) {
  begin();
  peer_->feed(test::take_output(*engine_));
  const std::string flight = peer_->take();
  // The handshake messages out of their records, up to the Certificate, whose length is made a lie.
  std::string messages;
  for (size_t at = 0; at + 5 <= flight.size();) {
    const size_t size = static_cast<uint8_t>(flight[at + 3]) * 256u + static_cast<uint8_t>(flight[at + 4]);
    messages += flight.substr(at + 5, size);
    at += 5 + size;
  }
  const size_t hello = 4 + static_cast<uint8_t>(messages[2]) * 256u + static_cast<uint8_t>(messages[3]);
  ASSERT_EQ(messages[hello], 11) << "Certificate follows ServerHello";
  messages.resize(hello);
  messages += "\x0b\xff\xff\xff";
  std::string record = "\x16\x03\x03"s + static_cast<char>(messages.size() >> 8);
  record += static_cast<char>(messages.size());
  record += messages;
  EXPECT_LT(flood(record, "\x16\x03\x03\x00\x01x"sv), record.size() + 300);
  EXPECT_EQ(engine_->failure().sentence, "TLS protocol error: excessive message size");
}

// T5
TEST_P(HostileTest, EmptyRecordsInTheHandshake) {
  begin();
  EXPECT_LT(flood({}, "\x16\x03\x03\x00\x00"sv), 1000u);
  EXPECT_EQ(engine_->failure().kind, FailureKind::protocol);
  EXPECT_NE(engine_->failure().sentence, "");
}

TEST_P(HostileTest, WarningsInTheHandshake) {
  begin();
  EXPECT_LT(flood({}, "\x15\x03\x03\x00\x02\x01\x5a"sv), 100u);
  EXPECT_EQ(engine_->failure().kind, FailureKind::protocol);
}

TEST_P(HostileTest, ChangeCipherSpecsInTheHandshake) {
  begin();
  EXPECT_LT(flood({}, "\x14\x03\x03\x00\x01\x01"sv), 1000u);
  EXPECT_EQ(engine_->failure().kind, FailureKind::protocol);
}

// T5
TEST_P(HostileTest, EmptyRecords) {
  establish();
  EXPECT_LT(flood(peer_->seal(SSL3_RT_APPLICATION_DATA, "", 1000), {}), kPatience);
  EXPECT_EQ(engine_->failure().sentence, "TLS protocol error: too many empty fragments");
}

TEST_P(HostileTest, Warnings) {
  establish();
  EXPECT_LT(flood(peer_->seal(SSL3_RT_ALERT, "\x01\x5a", 1000), {}), kPatience);
  EXPECT_EQ(engine_->failure().kind, FailureKind::protocol);
}

TEST_P(HostileTest, ChangeCipherSpecs) {
  establish();
  EXPECT_LT(flood({}, "\x14\x03\x03\x00\x01\x01"sv), 1000u);
  EXPECT_EQ(engine_->failure().kind, FailureKind::protocol);
}

// T4
TEST_P(HostileTls13Test, KeyUpdates) {
  for (const int request : {SSL_KEY_UPDATE_NOT_REQUESTED, SSL_KEY_UPDATE_REQUESTED}) {
    establish();
    for (int i = 0; i < 1000; ++i) {
      ASSERT_TRUE(SSL_key_update(peer_->ssl(), request));
      // An update goes out with what is written next; one without is asked for as often as that.
      SSL_write(peer_->ssl(), "", 0);
    }
    peer_->write("at last");
    flood(peer_->take(), {});
    EXPECT_EQ(engine_->failure().sentence, "TLS protocol error: too many key updates");
    EXPECT_LT(engine_->output().size(), 10'000u);
  }
}

// T4
TEST_P(HostileTls13Test, AuthenticationAfterTheHandshakeIsRefused) {
  establish();
  // CertificateRequest with an empty context and signature_algorithms.
  const auto request = "\x0d\x00\x00\x0b\x00\x00\x08\x00\x0d\x00\x04\x00\x02\x04\x03"sv;
  flood(peer_->seal(SSL3_RT_HANDSHAKE, request), {});
  EXPECT_EQ(engine_->failure().kind, FailureKind::protocol);
  EXPECT_EQ(
      engine_->failure().sentence,
      "peer sent a handshake message that has no place after the handshake; a client certificate must be "
      "asked for during it");
  peer_->feed(test::take_output(*engine_));
  EXPECT_EQ(peer_->error, "SSLV3_ALERT_UNEXPECTED_MESSAGE");
}

}  // namespace
}  // namespace godwit::tls
