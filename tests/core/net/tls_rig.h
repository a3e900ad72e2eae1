// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "godwit/core/net/tls_transport.h"
#include "godwit/tests/core/net/loopback.h"
#include "godwit/tests/core/net/recorder.h"
#include "godwit/tests/support/scripted_transport.h"
#include "godwit/tests/support/tls_peer.h"

namespace godwit::net::testing {

using godwit::testing::Wire;
using test::TlsPeer;

inline const test::Certificate& root() {
  static const test::Certificate made = test::make_ca("Godwit Root");
  return made;
}

inline const test::Certificate& leaf() {
  static const test::Certificate made = test::make_certificate(test::leaf_spec("a.example"), &root());
  return made;
}

inline TlsOptions trusting() {
  TlsOptions options;
  options.ca_pem = root().pem();
  return options;
}

struct Outcome {
  int calls = 0;
  Error error;
  std::string diagnosis;
  TlsTransport::Done done() {
    return {[](void* self, const Error& e, std::string_view text) {
              auto* outcome = static_cast<Outcome*>(self);
              ++outcome->calls;
              outcome->error = e;
              outcome->diagnosis = text;
            },
            this};
  }
};

// One TLS transport over a scripted one, with a server in memory. Everything runs over both versions.
class TlsTransportTest : public ::testing::TestWithParam<int> {
 protected:
  TlsTransportTest() { make_peer(); }
  ~TlsTransportTest() override {
    transport.reset();
    driver.turns();
  }

  void make_peer() {
    peer = std::make_unique<TlsPeer>(test::TlsPeerOptions{.chain = {&leaf()},
                                                          .max_version = static_cast<uint16_t>(GetParam()),
                                                          .alpn = "http/1.1",
                                                          .ocsp = staple});
  }

  ports::TransportPtr begin(const std::shared_ptr<Wire>& below, Outcome& told,
                            std::string_view host = "a.example") {
    auto* tls = new TlsTransport(loop, ports::TransportPtr(new godwit::testing::ScriptedTransport(below)),
                                 profile, host, 443);
    tls->handshake(told.done());
    return ports::TransportPtr(tls);
  }

  void start(std::string_view host = "a.example") {
    wire = std::make_shared<Wire>();
    outcome = Outcome();
    transport = begin(wire, outcome, host);
    EXPECT_EQ(outcome.calls, 0);
    EXPECT_TRUE(wire->sent.empty());
    driver.turns();
  }

  // deliver hands bytes up in pieces, from memory that is spoilt after each call.
  void deliver(std::string_view bytes, size_t piece = SIZE_MAX) {
    while (!bytes.empty() && wire->delegate) {
      std::string lent(bytes.substr(0, piece));
      bytes.remove_prefix(lent.size());
      wire->deliver(lent);
      std::fill(lent.begin(), lent.end(), '\xEE');
    }
  }

  // settle carries bytes to and fro until both sides rest.
  void settle(size_t piece = SIZE_MAX) {
    for (int i = 0; i < 20; ++i) {
      driver.turns();
      peer->feed(std::exchange(wire->sent, {}));
      const std::string back = peer->take();
      if (back.empty() && wire->sent.empty()) return;
      deliver(back, piece);
    }
  }

  void connect(size_t piece = SIZE_MAX) {
    start();
    settle(piece);
    ASSERT_EQ(outcome.calls, 1);
    ASSERT_FALSE(outcome.error) << outcome.diagnosis;
    transport->attach(recorder);
    transport->read(true);
    driver.turns();
  }

  std::string from_peer(std::string_view plaintext) {
    while (!plaintext.empty()) {
      const std::string_view part = plaintext.substr(0, 16384);
      peer->write(part);
      plaintext.remove_prefix(part.size());
    }
    return peer->take();
  }

  std::string text(size_t size) {
    std::string out(size, '\0');
    uint32_t seed = 1;
    for (char& c : out) c = static_cast<char>((seed = seed * 1103515245 + 12345) >> 16);
    return out;
  }

  TlsProfile profile{trusting()};
  LoopImpl loop;
  LoopDriver driver{loop};
  Recorder recorder;
  Outcome outcome;
  std::string staple;  // of the next peer
  std::unique_ptr<TlsPeer> peer;
  std::shared_ptr<Wire> wire;
  ports::TransportPtr transport;
};

}  // namespace godwit::net::testing
