// SPDX-License-Identifier: MIT
#include "godwit/benchmarks/tls/transport_client.h"

#include <utility>

#include <uv.h>

#include "godwit/core/net/tls_transport.h"

namespace godwit::benchmarks {
namespace {

TlsOptions trusting(const TlsServer& server) {
  TlsOptions options;
  options.ca_pem = server.root().pem();
  return options;
}

}  // namespace

TransportClient::TransportClient(TlsServer& server) : profile_(trusting(server)) {
  auto* tls = new net::TlsTransport(loop_, ports::TransportPtr(new testing::ScriptedTransport(wire_)),
                                    profile_, "a.example", 443);
  transport_.reset(tls);
  tls->handshake({[](void* self, const Error& error, std::string_view) {
                    static_cast<TransportClient*>(self)->ok_ = !error;
                  },
                  this});
  for (int flights = 0; flights < 4; ++flights) {
    uv_run(loop_.uv(), UV_RUN_NOWAIT);
    server.peer().feed(std::exchange(wire_->sent, {}));
    const std::string down = server.peer().take();
    if (!down.empty()) wire_->deliver(down);
  }
  transport_->attach(*this);
  transport_->read(true);
}

}  // namespace godwit::benchmarks
