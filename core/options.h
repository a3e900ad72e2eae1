// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "godwit/core/headers.h"
#include "godwit/core/tls_options.h"

namespace godwit {

// Timeouts of an exchange; zero and less mean none. Time is monotonic. A deadline is judged after the bytes
// that have already arrived were read, so a program that blocks its own loop loses no response.
struct Timeouts {
  using Duration = std::chrono::milliseconds;
  // queue: from send until a connection is there to use or being made.
  Duration queue{0};
  // resolve: for the name of the host, the wait for its turn among very many names included.
  Duration resolve{10'000};
  // connect: for TCP, over all addresses together.
  Duration connect{10'000};
  // proxy: for a proxy's answer to CONNECT; the proxy connects to the origin meanwhile.
  Duration proxy{30'000};
  // tls: for the handshake, with an https proxy for each of the two.
  Duration tls{10'000};
  // send: between two moments at which the peer takes bytes of the request.
  Duration send{60'000};
  // head: from the last byte of the request to the last byte of the response's head; behind others on its
  // connection (pipeline_depth) from the end of the response before it.
  Duration head{60'000};
  // body_idle: between two arrivals of body bytes; does not run while paused.
  Duration body_idle{60'000};
  // total: from send to done, whatever happens.
  Duration total{0};
  // expect_continue: how long a body with `Expect: 100-continue` waits for the peer's word before
  // it is sent anyway (RFC 9110, 10.1.1).
  Duration expect_continue{1'000};
  // idle: how long an unused connection is kept in the pool.
  Duration idle{90'000};
};

// Limits on what a peer may make us hold or do. Each error names its limit.
struct Limits {
  // max_line: bytes of one line of the head, a chunk-size line or a trailer line, with its CRLF.
  uint32_t max_line = 65536;
  // max_head: bytes of a head; interim responses share the budget of their final response.
  uint32_t max_head = 256 * 1024;
  // max_fields: field lines of one head or trailer section.
  uint32_t max_fields = 256;
  // max_informational: interim (1xx) responses before the final one.
  uint32_t max_informational = 16;

  bool operator==(const Limits&) const = default;
};

// ProxyOptions say which requests go through an HTTP proxy. Requests to https are sent through a tunnel that
// the proxy opens (CONNECT): it sees the host and nothing else. Requests to http are sent to the proxy
// itself, which reads and may change them, in absolute-form (RFC 9112, 3.2.2); max_connections_per_host then
// counts the connections to the proxy.
struct ProxyOptions {
  // url: "http://user:password@host:port", for every request; https speaks TLS to the proxy itself. Without a
  // scheme http is meant, without a port the scheme's own; user and password are percent-decoded.
  std::string url;
  // http_url, https_url: for requests to http and to https, instead of url.
  std::string http_url;
  std::string https_url;
  // credentials: "user:password" as they are, instead of those in the URLs. They are sent to the proxy alone
  // (Basic, RFC 7617), over http as good as in clear.
  std::string credentials;
  // headers: further fields for the proxy alone, with CONNECT or with each request sent to it.
  Headers headers;
  // tunnel_http: requests to http go through a tunnel as well.
  bool tunnel_http = false;
  // no_proxy: hosts that are reached directly: "example.com" (and all below it), an address, a network
  // "10.0.0.0/8", or "*".
  std::vector<std::string> no_proxy;
  // tls: for TLS to https proxies.
  TlsOptions tls;
};

// HostOverride makes `host:port` dial `address` instead of what the resolver says (curl --resolve).
struct HostOverride {
  std::string host;
  uint16_t port = 0;
  std::string address;
};

// kRateWindow is how long a body is watched before its rate is judged.
inline constexpr std::chrono::seconds kRateWindow{10};

// kMaxDnsAge is ClientOptions::max_dns_age as it comes.
inline constexpr std::chrono::seconds kMaxDnsAge{300};

// ClientOptions are fixed for the life of a Client.
struct ClientOptions {
  Timeouts timeouts;
  Limits limits;
  TlsOptions tls;
  // tls_profiles: further sets of TLS options, by the name that Request::tls_profile gives: another client
  // certificate, other roots. Connections and sessions are never shared between two profiles.
  std::map<std::string, TlsOptions> tls_profiles;
  // blocksize: every on_body gets exactly so many bytes, the last one the rest; 0 means as they
  // arrive. Also the size of reads from a BodySource.
  size_t blocksize = 8192;
  // min_rate: bytes a second at which the body of a response must arrive, judged over windows of
  // kRateWindow in which it is not paused; slower ones end with Errc::too_slow. 0 means any rate will do.
  uint32_t min_rate = 0;
  // max_connections_per_host: connections to one scheme, host and port; further requests queue in
  // order. 0 means no limit.
  uint32_t max_connections_per_host = 128;
  // pipeline_depth: how many requests may be on their way on one connection, in HTTP/1.1. 1 waits for each
  // response. With more, requests for which no further connection may be made (max_connections_per_host,
  // max_connections) are sent ahead of the responses that are awaited: they save round trips and system calls
  // where one server is asked much over few connections. Only idempotent requests without a body, without
  // Connection, Expect or Upgrade, and only where the server has kept the connection after a response in
  // HTTP/1.1. What it costs: responses come in order, so a slow or paused one holds up those behind it, and
  // if the connection ends early those are sent a second time, alone. Not all servers and proxies bear it.
  uint32_t pipeline_depth = 1;
  // max_connections: connections of the Client in all; 0 means no limit.
  uint32_t max_connections = 0;
  // proxy: none by default; the library never looks at the environment.
  ProxyOptions proxy;
  // overrides replace look-ups.
  std::vector<HostOverride> overrides;
  // max_dns_age: how old the answer to a look-up may be that is used once more, for another connection to the
  // same name. Never longer than its records allow (their time to live, 0 included), nor than a day; that a
  // name does not exist is believed as long as its zone's SOA record allows (RFC 2308), and a minute at most.
  // All on one Loop share the answers, and wait together for one that is under way; if no address of a name
  // can be reached, it is looked up afresh. 0 takes no answer that was there before.
  std::chrono::seconds max_dns_age{kMaxDnsAge};
  // public_addresses_only: hosts are connected to at addresses of the public internet alone: not at loopback,
  // private, link-local or other special ones (RFC 6890), by a name or as they are. Whoever fetches what
  // strangers ask for needs it: their names may lead into his own network. It is judged as each connection is
  // made, so that a name which leads elsewhere a second time gains nothing; a host without any other address
  // ends with address_refused. Overrides, and proxies, are reached wherever they are: they are your own word,
  // and where a proxy goes is the proxy's affair.
  bool public_addresses_only = false;
  // source_addresses: local IP addresses to connect from, used in turn; empty lets the system choose. One
  // that has no port left for a destination is passed over.
  std::vector<std::string> source_addresses;
  // wait_for_ports: if there is no local port left to connect from (EADDRNOTAVAIL), wait for one for as long
  // as Timeouts::connect, instead of ending with connect_failed at once. A closed connection keeps its port
  // for a minute (TIME_WAIT) on the side that closed it first.
  bool wait_for_ports = false;
};

}  // namespace godwit
