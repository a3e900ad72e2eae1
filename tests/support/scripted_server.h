// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "godwit/tests/support/certificates.h"

namespace godwit::testing {

// Then is what a ScriptedServer does behind its bytes. fin ends the connection in good order, over TLS
// with close_notify; cut ends it without; reset is a RST.
enum class Then : uint8_t { keep, fin, cut, reset };

// Answer is what a ScriptedServer sends, whatever it means.
struct Answer {
  std::string bytes;
  Then then = Then::keep;
};

// WireFault replaces everything that a connection sends from byte `at` on, TLS records included.
struct WireFault {
  size_t at = SIZE_MAX;
  std::string garbage;
  Then then = Then::keep;
};

struct ScriptedRequest {
  std::string_view method;
  std::string_view target;
  size_t connection;  // in the order of their acceptance, from 0
  size_t number;      // on its connection, from 0
};

// ScriptedServer listens on a loopback port and answers each request head with the bytes that a function
// gives for it: an answer may be cut at any byte. It reads no bodies and judges nothing. It has a thread
// of its own, which calls the functions.
class ScriptedServer {
 public:
  struct Options {
    // chain makes it speak TLS: the server's certificate first. It outlives the server.
    std::vector<const test::Certificate*> chain = {};
    uint16_t max_tls_version = 0x0304;
    // fault is asked for each connection as it is accepted.
    std::function<WireFault(size_t connection)> fault = {};
  };
  using Script = std::function<Answer(const ScriptedRequest&)>;

  explicit ScriptedServer(Script script, Options options);
  explicit ScriptedServer(Script script) : ScriptedServer(std::move(script), Options()) {}
  // The destructor closes every connection and joins the thread.
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  uint16_t port() const { return port_; }
  // url gives an URL for 127.0.0.1, or for another host name that the client is told to find there.
  std::string url(std::string_view path, std::string_view host = "127.0.0.1") const;
  // connections counts those accepted so far, requests the heads that were answered; from any thread.
  size_t connections() const { return accepted_; }
  size_t requests() const { return answered_; }

 private:
  struct Connection;

  void serve();
  void accept_all(std::vector<std::unique_ptr<Connection>>& connections);
  // These are false when the connection is over.
  bool receive(Connection& connection);
  bool answer(Connection& connection);
  bool flush(Connection& connection);

  const Script script_;
  const Options options_;
  int listener_ = -1;
  int wake_ = -1;
  uint16_t port_ = 0;
  std::atomic<size_t> accepted_{0};
  std::atomic<size_t> answered_{0};
  std::thread thread_;
};

}  // namespace godwit::testing
