// SPDX-License-Identifier: MIT
#include <algorithm>
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
using test::connect;
using test::leaf_spec;
using test::make_ca;
using test::make_certificate;
using test::read_all;
using test::take_output;
using test::TlsPeer;

// Each test runs over both versions, on a connection that has just shaken hands.
class StreamTest : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    ContextOptions options;
    options.system_roots = false;
    options.roots = {Pem::from_text(root_.pem())};
    context_ = Context::make(options).context;
    reconnect();
  }

  void reconnect(const char* ciphers = nullptr) {
    engine_ = std::make_unique<Engine>(*context_, EngineOptions{.server_name = "a.example"});
    peer_ = std::make_unique<TlsPeer>(test::TlsPeerOptions{
        .chain = {&leaf_}, .max_version = static_cast<uint16_t>(GetParam()), .ciphers = ciphers});
    ASSERT_EQ(connect(*engine_, *peer_), Status::ok) << engine_->failure().sentence;
  }

  // What the server has to send, with the tickets of TLS 1.3 first.
  std::string from_peer(std::string_view plaintext) {
    peer_->write(plaintext);
    return peer_->take();
  }

  std::string text(size_t size) {
    std::string out(size, '\0');
    for (char& c : out) c = static_cast<char>(seed_ = seed_ * 1103515245 + 12345, seed_ >> 16);
    return out;
  }

  uint32_t seed_ = 1;
  Certificate root_ = make_ca("Godwit Root");
  Certificate leaf_ = make_certificate(leaf_spec("a.example"), &root_);
  std::shared_ptr<const Context> context_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<TlsPeer> peer_;
};

INSTANTIATE_TEST_SUITE_P(Versions, StreamTest, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                           return version.param == TLS1_2_VERSION ? "tls12" : "tls13";
                         });

// What only one version has.
class StreamTls12Test : public StreamTest {};
class StreamTls13Test : public StreamTest {};
INSTANTIATE_TEST_SUITE_P(Only, StreamTls12Test, testing::Values(TLS1_2_VERSION));
INSTANTIATE_TEST_SUITE_P(Only, StreamTls13Test, testing::Values(TLS1_3_VERSION));

TEST_P(StreamTest, ThereAndBack) {
  EXPECT_EQ(engine_->write(bytes("GET / HTTP/1.1\r\n\r\n")).size, 18u);
  peer_->feed(take_output(*engine_));
  EXPECT_EQ(peer_->received, "GET / HTTP/1.1\r\n\r\n");
  const std::string down = from_peer("HTTP/1.1 200 OK\r\n\r\n");
  engine_->feed(bytes(down));
  std::string got;
  EXPECT_EQ(read_all(*engine_, got), Status::want_input);
  EXPECT_EQ(got, "HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_EQ(engine_->unread(), 0u);
}

TEST_P(StreamTest, NothingIsReadOrWrittenForNoOctets) {
  EXPECT_EQ(engine_->write({}).status, Status::ok);
  EXPECT_TRUE(engine_->output().empty());
  const std::string down = from_peer("x");
  engine_->feed(bytes(down));
  const ReadResult none = engine_->read({});
  EXPECT_EQ(none.status, Status::ok);
  EXPECT_EQ(none.size, 0u);
  std::string got;
  EXPECT_EQ(read_all(*engine_, got), Status::want_input);
  EXPECT_EQ(got, "x");
  engine_->feed({});
  EXPECT_EQ(read_all(*engine_, got), Status::want_input);
}

TEST_P(StreamTest, BigTransfersInOddSizes) {
  const std::string body = text(1'000'003);
  for (const size_t piece : {1u, 4095u, 16384u, 65537u, 2'000'000u}) {
    for (const size_t feed : {7919u, 65536u, 2'000'000u}) {
      if (piece == 1 && feed != 65536) continue;
      const std::string down = from_peer(body);
      std::string got;
      for (std::string_view rest = down; !rest.empty(); rest.remove_prefix(std::min(feed, rest.size()))) {
        const std::string lent(rest.substr(0, feed));
        engine_->feed(bytes(lent));
        ASSERT_EQ(read_all(*engine_, got, piece), Status::want_input) << engine_->failure().sentence;
        ASSERT_EQ(engine_->unread(), 0u);
      }
      ASSERT_TRUE(got == body) << piece << " " << feed;
    }
  }
}

TEST_P(StreamTest, ByteByByteThroughEverySplitOfARecord) {
  std::string down = from_peer("hello");
  down += from_peer(", world");
  std::string got;
  for (const char c : down) {
    const std::string lent(1, c);
    engine_->feed(bytes(lent));
    ASSERT_EQ(read_all(*engine_, got), Status::want_input);
  }
  EXPECT_EQ(got, "hello, world");
  for (size_t split = 0;; ++split) {
    const std::string again = from_peer("again");
    if (split > again.size()) break;
    engine_->feed(bytes(again).first(split));
    std::string part;
    ASSERT_EQ(read_all(*engine_, part), Status::want_input);
    engine_->feed(bytes(again).subspan(split));
    ASSERT_EQ(read_all(*engine_, part), Status::want_input);
    ASSERT_EQ(part, "again") << split;
  }
}

TEST_P(StreamTest, OneReadFillsFromManyRecords) {
  std::string down;
  for (int i = 0; i < 10; ++i) down += from_peer("0123456789");
  engine_->feed(bytes(down));
  std::byte out[35];
  const ReadResult result = engine_->read(out);
  EXPECT_EQ(result.size, 35u);
  EXPECT_GT(engine_->unread(), 0u);
}

TEST_P(StreamTest, AReaderThatStopsMayHold) {
  const std::string body = text(100'000);
  std::string down = from_peer(body);
  engine_->feed(bytes(down));
  std::string got(10, '\0');
  ASSERT_EQ(engine_->read(std::as_writable_bytes(std::span(got))).size, 10u);
  engine_->hold();
  down.assign(down.size(), 'X');
  const std::string more = from_peer("more");
  engine_->feed(bytes(more));
  EXPECT_EQ(read_all(*engine_, got), Status::want_input);
  EXPECT_TRUE(got == body + "more");
}

TEST_P(StreamTest, WritingStopsAtTheOutputLimit) {
  const std::string body = text(1'000'003);
  std::string_view rest = body;
  size_t rounds = 0;
  while (!rest.empty()) {
    const std::string moved(rest);  // another address each time
    const WriteResult result = engine_->write(bytes(moved));
    ASSERT_EQ(result.status, Status::ok);
    ASSERT_GT(result.size, 0u);
    ASSERT_LE(engine_->output().size(), Engine::kOutputLimit + 1024);
    rest.remove_prefix(result.size);
    if (!rest.empty()) {
      ASSERT_GE(engine_->output().size(), Engine::kOutputLimit);
      ASSERT_EQ(engine_->write(bytes(rest)).size, 0u);
    }
    peer_->feed(take_output(*engine_));
    ++rounds;
  }
  EXPECT_TRUE(peer_->received == body);
  EXPECT_EQ(rounds, 16u);
}

TEST_P(StreamTest, OutputDrainedInAnyPieces) {
  const std::string body = text(300'000);
  std::string_view rest = body;
  for (size_t part = 1; !rest.empty() || !engine_->output().empty(); part = part * 7 % 4099) {
    rest.remove_prefix(engine_->write(bytes(rest.substr(0, part))).size);
    const size_t size = std::min(engine_->output().size(), part);
    peer_->feed(test::text(engine_->output().first(size)));
    engine_->drained(size);
  }
  EXPECT_TRUE(peer_->received == body) << peer_->error;
}

TEST_P(StreamTest, CloseNotifyFromThePeer) {
  std::string down = from_peer("last words");
  peer_->close();
  down += peer_->take() + "bytes after the end";
  engine_->feed(bytes(down));
  std::string got;
  EXPECT_EQ(read_all(*engine_, got), Status::closed);
  EXPECT_EQ(got, "last words");
  EXPECT_EQ(engine_->unread(), 0u);
  EXPECT_EQ(read_all(*engine_, got), Status::closed);
  EXPECT_EQ(engine_->end_of_input(), Status::closed);
  EXPECT_EQ(engine_->failure().kind, FailureKind::none);
  // Our direction is still open.
  EXPECT_EQ(engine_->write(bytes("bye")).size, 3u);
  engine_->close_notify();
  peer_->feed(take_output(*engine_));
  EXPECT_EQ(peer_->received, "bye");
  EXPECT_TRUE(peer_->got_close);
}

TEST_P(StreamTest, CloseNotifyFromUs) {
  engine_->close_notify();
  const std::string up = take_output(*engine_);
  EXPECT_FALSE(up.empty());
  engine_->close_notify();
  EXPECT_TRUE(engine_->output().empty());
  EXPECT_EQ(engine_->write(bytes("late")).status, Status::closed);
  EXPECT_EQ(engine_->write({}).status, Status::ok);
  peer_->feed(up);
  EXPECT_TRUE(peer_->got_close);
  // Reading goes on until the peer has said its last.
  std::string down = from_peer("last words");
  peer_->close();
  down += peer_->take();
  engine_->feed(bytes(down));
  std::string got;
  EXPECT_EQ(read_all(*engine_, got), Status::closed);
  EXPECT_EQ(got, "last words");
}

TEST_P(StreamTest, NoCloseNotifyBeforeTheHandshake) {
  Engine engine(*context_, {.server_name = "a.example"});
  engine.close_notify();
  EXPECT_TRUE(engine.output().empty());
}

TEST_P(StreamTest, TruncationAtEveryByte) {
  for (size_t cut = 0;; ++cut) {
    reconnect();
    std::string got;
    const std::string first = from_peer("whole");
    engine_->feed(bytes(first));
    ASSERT_EQ(read_all(*engine_, got), Status::want_input);
    std::string down = from_peer("record");
    const size_t data = down.size();
    peer_->close();
    down += peer_->take();
    if (cut == down.size()) break;
    engine_->feed(bytes(down).first(cut));
    // The verdict comes after the plaintext that was received in whole.
    const Status verdict = engine_->end_of_input();
    EXPECT_EQ(verdict, cut < data ? Status::failed : Status::ok) << cut;
    EXPECT_EQ(read_all(*engine_, got), Status::failed);
    EXPECT_EQ(got, cut < data ? "whole" : "wholerecord");
    EXPECT_EQ(engine_->failure().kind, FailureKind::truncated);
    EXPECT_EQ(engine_->failure().sentence, "connection ended without TLS close_notify");
    EXPECT_TRUE(engine_->output().empty());
  }
}

TEST_P(StreamTest, AnyFlippedByteFails) {
  for (size_t at = 0;; ++at) {
    reconnect();
    std::string got;
    const std::string first = from_peer("before");
    engine_->feed(bytes(first));
    read_all(*engine_, got);
    std::string down = from_peer("record");
    if (at == down.size()) break;
    down[at] = static_cast<char>(down[at] ^ 0x10);
    engine_->feed(bytes(down));
    Status status = read_all(*engine_, got);
    if (status == Status::want_input) status = engine_->end_of_input();  // the length was made longer
    EXPECT_EQ(status, Status::failed) << at;
    EXPECT_EQ(got, "before");
    const FailureKind kind = engine_->failure().kind;
    if (kind != FailureKind::truncated) {
      EXPECT_EQ(kind, FailureKind::protocol) << engine_->failure().sentence;
      peer_->feed(take_output(*engine_));
      EXPECT_NE(peer_->error, "") << at;  // our alert
    }
  }
}

TEST_P(StreamTest, PlaintextBeforeADamagedRecordIsDelivered) {
  std::string down = from_peer("sound");
  std::string damaged = from_peer("damaged");
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  down += damaged;
  engine_->feed(bytes(down));
  std::string got;
  EXPECT_EQ(read_all(*engine_, got), Status::failed);
  EXPECT_EQ(got, "sound");
  EXPECT_EQ(engine_->failure().sentence, "TLS protocol error: decryption failed or bad record mac");
  EXPECT_EQ(read_all(*engine_, got), Status::failed);
  EXPECT_EQ(engine_->write(bytes("x")).status, Status::failed);
  EXPECT_EQ(engine_->end_of_input(), Status::failed);
}

// T4
TEST_P(StreamTls13Test, KeyUpdates) {
  std::string down, expected;
  for (const int request : {SSL_KEY_UPDATE_NOT_REQUESTED, SSL_KEY_UPDATE_REQUESTED}) {
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(SSL_key_update(peer_->ssl(), request));
      down += from_peer("after update ");
      expected += "after update ";
    }
  }
  std::string got;
  for (const char c : down) {
    const std::string lent(1, c);
    engine_->feed(bytes(lent));
    ASSERT_EQ(read_all(*engine_, got), Status::want_input) << engine_->failure().sentence;
  }
  EXPECT_EQ(got, expected);
  EXPECT_EQ(engine_->write(bytes("new keys")).size, 8u);
  peer_->feed(take_output(*engine_));
  EXPECT_EQ(peer_->received, "new keys") << peer_->error;
}

// T4
TEST_P(StreamTls13Test, TicketsAtOddMoments) {
  // A fresh connection whose tickets are still on the way when data, an update and more data follow.
  Engine engine(*context_, {.server_name = "a.example"});
  TlsPeer peer({.chain = {&leaf_}});
  engine.handshake();
  peer.feed(take_output(engine));
  const std::string flight = peer.take();
  engine.feed(bytes(flight));
  ASSERT_EQ(engine.handshake(), Status::ok);
  ASSERT_EQ(engine.write(bytes("request")).size, 7u);
  peer.feed(take_output(engine));
  // BoringSSL's server sends its tickets with its first data.
  peer.write("answer");
  std::string down = peer.take();
  ASSERT_GT(down.size(), 200u) << "no tickets";
  SSL_key_update(peer.ssl(), SSL_KEY_UPDATE_REQUESTED);
  peer.write(" and more");
  down += peer.take();
  std::string got;
  for (const char c : down) {
    const std::string lent(1, c);
    engine.feed(bytes(lent));
    ASSERT_EQ(read_all(engine, got), Status::want_input) << engine.failure().sentence;
  }
  EXPECT_EQ(got, "answer and more");
  EXPECT_EQ(peer.received, "request");
}

// T4
TEST_P(StreamTls12Test, RenegotiationIsRefused) {
  reconnect("ECDHE-ECDSA-AES128-GCM-SHA256");
  const std::string hello_request = peer_->seal(SSL3_RT_HANDSHAKE, "\0\0\0\0"sv);
  engine_->feed(bytes(hello_request));
  std::string got;
  EXPECT_EQ(read_all(*engine_, got), Status::failed);
  EXPECT_EQ(engine_->failure().kind, FailureKind::renegotiation);
  EXPECT_EQ(engine_->failure().sentence, "peer asked to renegotiate, which is always refused");
  peer_->feed(take_output(*engine_));
  EXPECT_EQ(peer_->error, "TLSV1_ALERT_NO_RENEGOTIATION");
}

// T4
TEST_P(StreamTls12Test, AnAlertInTheMiddleIsNamed) {
  reconnect("ECDHE-ECDSA-AES128-GCM-SHA256");
  const std::string alert = peer_->seal(SSL3_RT_ALERT, "\x02\x50"sv);
  engine_->feed(bytes(alert));
  std::string got;
  EXPECT_EQ(read_all(*engine_, got), Status::failed);
  EXPECT_EQ(engine_->failure().kind, FailureKind::alert);
  EXPECT_EQ(engine_->failure().sentence, "peer sent alert internal_error");
}

// T5
TEST_P(StreamTest, AnOversizedRecordIsRefused) {
  std::string got;
  engine_->feed(bytes("\x17\x03\x03\x48\x00"sv));
  EXPECT_EQ(read_all(*engine_, got), Status::failed);
  EXPECT_EQ(engine_->failure().kind, FailureKind::protocol);
}

TEST_P(StreamTest, ReadAndWriteDriveTheHandshake) {
  Engine engine(*context_, {.server_name = "a.example"});
  TlsPeer peer({.chain = {&leaf_}});
  std::byte octet;
  EXPECT_EQ(engine.read({&octet, 1}).status, Status::want_input);
  peer.feed(take_output(engine));
  const std::string flight = peer.take();
  engine.feed(bytes(flight));
  EXPECT_EQ(engine.write(bytes("request")).size, 7u);
  peer.feed(take_output(engine));
  EXPECT_EQ(peer.received, "request");
}

}  // namespace
}  // namespace godwit::tls
