// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "godwit/core/headers.h"

namespace godwit::ports {

// Origin is where to connect: RFC 9110's origin (scheme, host, port).
struct Origin {
  bool https = false;
  uint16_t port = 80;
  std::string host;  // as dialled: no brackets around IPv6

  bool operator==(const Origin&) const = default;
};

// Proxy is an HTTP proxy. https in its origin means TLS to the proxy itself.
struct Proxy {
  Origin origin;
  // headers are for the proxy alone: its Proxy-Authorization, and what else it is to be told. They go out
  // with CONNECT, or with each request that is sent to the proxy.
  Headers headers;

  bool operator==(const Proxy& other) const {
    return origin == other.origin && headers.wire() == other.headers.wire();
  }
};

// Route is whom a connection leads to and on which way: all that two requests must have in common to share
// one, and so the key of the pool.
//
//   direct                          {origin}
//   through a tunnel of a proxy     {origin, .tunnel = proxy}        CONNECT origin, then TLS if it is https
//   requests sent to a proxy        {proxy's origin, .to_proxy = true}
struct Route {
  // origin is whom HTTP is spoken with.
  Origin origin;
  // to_proxy: the origin is a proxy, whose TLS options are its own.
  bool to_proxy = false;
  // tls_profile is whose TLS options hold for an https origin: 0 is ClientOptions::tls, n the n-th of
  // ClientOptions::tls_profiles. What one profile trusts must not serve another.
  uint32_t tls_profile = 0;
  // tunnel is the proxy to go through; null: dialled directly. Never changed once it is here.
  std::shared_ptr<const Proxy> tunnel;

  bool operator==(const Route& other) const {
    const bool same_tunnel = tunnel == other.tunnel || (tunnel && other.tunnel && *tunnel == *other.tunnel);
    return origin == other.origin && to_proxy == other.to_proxy && tls_profile == other.tls_profile &&
           same_tunnel;
  }
};

}  // namespace godwit::ports
