// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "godwit/core/ports/route.h"
#include "godwit/core/ports/transport.h"
#include "godwit/core/proxy/connect_tunnel.h"

namespace godwit::net {

// TunnelHandshake has a proxy at the other end of a transport open a tunnel to an origin: it moves the bytes
// of a ConnectTunnel.
//
//   start -> done -> tunnel().state() open     -> take_transport, early
//                    tunnel().state() not open -> why is in tunnel()
class TunnelHandshake final : private ports::Transport::Delegate {
 public:
  // Done hears that the proxy's answer is known. Called once, never from inside start(), not after the
  // handshake's end. The callee may destroy the handshake.
  struct Done {
    void (*call)(void* context);
    void* context;
  };

  // TunnelHandshake over `transport`, which is closed with it unless taken. No deadline here.
  TunnelHandshake(ports::TransportPtr transport, const ports::Origin& origin, const Headers& headers,
                  const Limits& limits);
  TunnelHandshake(const TunnelHandshake&) = delete;
  TunnelHandshake& operator=(const TunnelHandshake&) = delete;

  void start(Done done);

  // expire: the time for an answer is over; tunnel() says what that means. Done is not called.
  void expire() { tunnel_.expire(); }

  proxy::ConnectTunnel& tunnel() { return tunnel_; }

  // take_transport hands over the open tunnel, its reading off, and early what has already come through it.
  ports::TransportPtr take_transport() { return std::move(transport_); }
  Bytes early() const { return bytes_of(early_); }

 private:
  void on_bytes(Bytes bytes) override;
  void on_end(const Error& error, std::string_view diagnosis) override;
  void on_writable() override;
  void on_write_failed(const Error& error) override;

  ports::TransportPtr transport_;
  proxy::ConnectTunnel tunnel_;
  std::string early_;
  Done done_{};
};

}  // namespace godwit::net
