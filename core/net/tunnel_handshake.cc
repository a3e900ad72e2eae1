// SPDX-License-Identifier: MIT
#include "godwit/core/net/tunnel_handshake.h"

#include <utility>

namespace godwit::net {

TunnelHandshake::TunnelHandshake(ports::TransportPtr transport, const ports::Origin& origin,
                                 const Headers& headers, const Limits& limits)
    : transport_(std::move(transport)), tunnel_(origin.host, origin.port, headers, limits) {}

void TunnelHandshake::start(Done done) {
  done_ = done;
  transport_->attach(*this);
  transport_->read(true);
  on_writable();
}

void TunnelHandshake::on_bytes(Bytes bytes) {
  const size_t taken = tunnel_.recv(bytes);
  if (tunnel_.state() == proxy::ConnectTunnel::State::asking) return;
  transport_->read(false);
  early_ = text_of(bytes.subspan(taken));
  done_.call(done_.context);
}

void TunnelHandshake::on_end(const Error& error, std::string_view diagnosis) {
  tunnel_.recv_end(error ? diagnosis : std::string_view());
  done_.call(done_.context);
}

void TunnelHandshake::on_writable() {
  const Bytes output = tunnel_.output();
  if (!output.empty()) tunnel_.wrote(transport_->write(output));
}

// The other direction says what happened: a refusal, a reset, an end.
void TunnelHandshake::on_write_failed(const Error&) {}

}  // namespace godwit::net
