// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "godwit/tests/support/certificates.h"
#include "godwit/tests/support/loopback_front.h"
#include "godwit/tests/support/tls_peer.h"

namespace godwit::testing {

// TlsFront is TLS before a server that does not speak it: a loopback port that takes one connection, shakes
// hands as 127.0.0.1, and passes what is said to `target`, a loopback port, until either side closes.
class TlsFront {
 public:
  explicit TlsFront(uint16_t target)
      : ca_(test::make_ca("Front Root")), front_([this, target](int client) { serve(client, target); }) {}

  uint16_t port() const { return front_.port(); }
  std::string ca_pem() const { return ca_.pem(); }

 private:
  void serve(int client, uint16_t target) const {
    test::CertificateSpec spec;
    spec.ip = {"127.0.0.1"};
    const test::Certificate leaf = test::make_certificate(spec, &ca_);
    test::TlsPeer tls({.chain = {&leaf}});
    LoopbackFront::pass_on(client, target, [&](std::string_view bytes, bool from_client, int server) {
      from_client ? tls.feed(bytes) : tls.write(bytes);
      return LoopbackFront::send_all(client, tls.take()) &&
             LoopbackFront::send_all(server, std::exchange(tls.received, {}));
    });
  }

  const test::Certificate ca_;
  LoopbackFront front_;  // last: its thread uses what is above
};

}  // namespace godwit::testing
