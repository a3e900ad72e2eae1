// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "godwit/core/error.h"
#include "godwit/core/ports/route.h"
#include "godwit/core/ports/transport.h"
#include "godwit/core/proxy_response.h"

namespace godwit::ports {

// ConnectTiming holds nanoseconds that each part of making a connection took.
struct ConnectTiming {
  uint64_t resolve = 0;
  uint64_t connect = 0;
  uint64_t proxy = 0;
  uint64_t tls = 0;  // all handshakes together: with an https proxy there are two
};

// ConnectSink hears the outcome of one attempt: exactly one of on_connected and on_connect_failed, once,
// never from inside connect().
class ConnectSink {
 public:
  // on_connected hands over a transport, handshake done, reading off.
  virtual void on_connected(TransportPtr transport, const ConnectTiming& timing) = 0;
  // on_connect_failed: error.code, phase, sys and detail are set. The diagnosis lists every address
  // that was tried: "127.0.0.1:81: connection refused".
  virtual void on_connect_failed(const Error& error, std::string_view diagnosis) = 0;
  // on_proxy_response gives what the proxy of a tunnel answered, just before one of the above. It may be
  // moved from; the callee does nothing else here.
  virtual void on_proxy_response(ProxyResponse&) {}
  // on_certificate_rejected gives the peer's certificates, just before on_connect_failed with that error. The
  // callee does nothing else here.
  virtual void on_certificate_rejected(const TlsInfo&) {}

 protected:
  ~ConnectSink() = default;
};

// Connector makes connections: resolve, connect, [TLS to the proxy,] [CONNECT,] TLS.
class Connector {
 public:
  // Attempt is a connection being made; destroy it by abandon(), which silences it at once.
  class Attempt {
   public:
    virtual void abandon() = 0;

    // phase tells how far it is: resolve, connect, proxy or tls.
    virtual Phase phase() const = 0;

   protected:
    ~Attempt() = default;
  };

  // connect starts an attempt under the deadlines of Timeouts::resolve, connect, proxy and tls. The
  // attempt is the connector's; its pointer is dead after the sink was called or after abandon().
  virtual Attempt* connect(const Route& route, ConnectSink& sink) = 0;

 protected:
  ~Connector() = default;
};

}  // namespace godwit::ports
