// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "godwit/core/options.h"
#include "godwit/core/request.h"

namespace godwit {

// HttpConnectionOptions are fixed for the life of an HttpConnection.
struct HttpConnectionOptions {
  // timeout is http.client's: how long each single wait may last, for the name, the connection, TLS, the
  // proxy, and the peer in either direction. Zero: those of `timeouts` count.
  Timeouts::Duration timeout{0};
  // blocksize: size of reads from a BodySource, and of the blocks of a pushed body (HttpResponse::on_body).
  size_t blocksize = 8192;
  // source_address: local IP address to connect from; empty lets the system choose.
  std::string source_address;
  // auto_open: a request without a connection makes one; else it ends with not_connected.
  bool auto_open = true;
  // pipeline_depth: how many requests may be made before the response to the first is read to its end, and so
  // many are sent ahead of the responses that are awaited. 1 is http.client's way. See below.
  uint32_t pipeline_depth = 1;
  // version http10 sends HTTP/1.0: without Host and Accept-Encoding unless they are put, and a body must
  // have a length.
  HttpVersion version = HttpVersion::http11;
  Timeouts timeouts;
  Limits limits;
  // tls, as it comes, shares what it is made into, and TLS sessions, with all others on the loop; otherwise
  // this connection has it to itself: see TlsContext. Also for TLS to a proxy.
  TlsOptions tls;
  std::vector<HostOverride> overrides;
  // max_dns_age is that of ClientOptions.
  std::chrono::seconds max_dns_age{kMaxDnsAge};
};

// BodyEncoding says who makes the chunks of a body whose Transfer-Encoding was put by hand: we do
// (encode_chunked), or the body is in chunks already, and is held to that.
struct BodyEncoding {
  bool encode_chunked = false;
};

// SkipFields names fields that putrequest is not to add.
struct SkipFields {
  bool skip_host = false;
  bool skip_accept_encoding = false;
};

// TunnelOptions are about the way to a proxy.
struct TunnelOptions {
  // tls_to_proxy: TLS is spoken with the proxy itself, and for an HttpsConnection once more within.
  bool tls_to_proxy = false;
};

// HttpConnectionState is http.client's: what may be called next.
enum class HttpConnectionState : uint8_t { idle, request_started, request_sent };

}  // namespace godwit
