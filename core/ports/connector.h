// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "godwit/core/error.h"
#include "godwit/core/ports/transport.h"

namespace godwit::ports {

// Origin is where to connect: RFC 9110's origin (scheme, host, port).
struct Origin {
  bool https = false;
  uint16_t port = 80;
  std::string host;  // as dialled: no brackets around IPv6

  bool operator==(const Origin&) const = default;
};

// ConnectTiming holds nanoseconds that each part of making a connection took.
struct ConnectTiming {
  uint64_t resolve = 0;
  uint64_t connect = 0;
  uint64_t tls = 0;
};

// ConnectSink hears the outcome of one attempt: exactly one of both, once, never from inside connect().
class ConnectSink {
 public:
  // on_connected hands over a transport, handshake done, reading off.
  virtual void on_connected(TransportPtr transport, const ConnectTiming& timing) = 0;
  // on_connect_failed: error.code, phase, sys and detail are set. The diagnosis lists every address
  // that was tried: "127.0.0.1:81: connection refused".
  virtual void on_connect_failed(const Error& error, std::string_view diagnosis) = 0;

 protected:
  ~ConnectSink() = default;
};

// Connector makes connections: resolve, connect, TLS.
class Connector {
 public:
  // Attempt is a connection being made; destroy it by abandon(), which silences it at once.
  class Attempt {
   public:
    virtual void abandon() = 0;

    // phase tells how far it is: resolve, connect or tls.
    virtual Phase phase() const = 0;

   protected:
    ~Attempt() = default;
  };

  // connect starts an attempt under the deadlines of Timeouts::resolve, connect and tls. The attempt
  // is the connector's; its pointer is dead after the sink was called or after abandon().
  virtual Attempt* connect(const Origin& origin, ConnectSink& sink) = 0;

 protected:
  ~Connector() = default;
};

}  // namespace godwit::ports
