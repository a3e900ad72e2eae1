// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "godwit/tools/embedded_server/leaf_profile.h"

namespace godwit::embedded {

// ServerOptions says where and how to serve. The address must be a loopback one: this server is made to
// misbehave on request.
struct ServerOptions {
  std::string address = "127.0.0.1";  // or any 127.x.y.z, "::1" or "localhost"
  uint16_t http_port = 0;             // 0: any free port
  uint16_t https_port = 0;
  bool tls = true;     // whether to serve HTTPS at all
  int backlog = 4096;  // the kernel's own limit (somaxconn) applies
  // How long a connection that owes no answer may stay silent.
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(60);
  // What the certificate says: by default, one that is good for localhost.
  LeafProfile leaf;
};

// Server is a loopback HTTP/1.1 and HTTPS server for tests, benchmarks and --embedded. Its routes are listed
// in README.md and by GET /. It shares no code with the client, so that it is an independent peer.
//
//   std::string error;
//   auto server = godwit::embedded::Server::start({}, error);
//   if (!server) ...                     // error is a sentence
//   fetch(server->http_url("/bytes/1000"));
class Server {
 public:
  // start listens, then serves on a thread of its own; the ports accept connections when it returns. On
  // failure it gives null, and a sentence in `error`. That thread blocks the signals
  // that a host may handle, and SIGPIPE.
  static std::unique_ptr<Server> start(const ServerOptions& options, std::string& error);

  // The destructor stops.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The ports in use; https_port is 0 without TLS.
  uint16_t http_port() const;
  uint16_t https_port() const;

  // http_url and https_url give "http://127.0.0.1:PORT" followed by `path`.
  std::string http_url(std::string_view path) const;
  std::string https_url(std::string_view path) const;

  // ca_pem is the certificate of the CA that issued the server's, made anew at each start; empty without TLS.
  const std::string& ca_pem() const;

  // Counters, readable from any thread at any time. A request counts when its answer has been produced.
  uint64_t connections_accepted() const;
  uint64_t requests_served() const;

  // stop closes every connection and joins the thread. Idempotent; not to be called from two threads.
  void stop();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace godwit::embedded
