// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <openssl/ssl.h>
#include <uv.h>

#include "godwit/tools/embedded_server/request_parser.h"

namespace godwit::embedded {

class Connection;

// Counters are written by the service's thread and may be read from any.
struct Counters {
  std::atomic<uint64_t> connections_accepted{0};
  std::atomic<uint64_t> requests_served{0};
};

// Slabs are what the connections of one loop share: each is used within one callback only.
struct Slabs {
  static constexpr size_t kReadSize = 64 * 1024;
  static constexpr size_t kOutSize = 64 * 1024;

  std::unique_ptr<char[]> read{new char[kReadSize]};       // as the socket gave it
  std::unique_ptr<char[]> plaintext{new char[kReadSize]};  // as TLS decrypted it
  std::unique_ptr<char[]> out{new char[kOutSize]};         // responses, before TLS
  size_t out_size = 0;
  std::string ciphertext;  // what TLS wants to send
  RequestHead head;
};

// Service serves on one loop: its listeners, its connections, and what they share. All of it belongs to
// the thread that runs the loop.
class Service {
 public:
  Service(uv_loop_t& loop, Counters& counters, std::chrono::milliseconds idle_timeout);
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // listen opens a listener; a null context means plain HTTP, and the service shares in any other. `port`
  // 0 takes any free one. It gives the port, or a negative libuv error.
  int listen(const std::string& address, uint16_t port, int backlog, SSL_CTX* context);

  // close closes everything; once the loop has run out of handles, the service may be destroyed.
  void close();

  // What connections use.
  uv_loop_t& loop() { return loop_; }
  Slabs& slabs() { return slabs_; }
  Counters& counters() { return counters_; }
  void add(Connection& connection);
  void remove(Connection& connection);

 private:
  struct Listener {
    uv_tcp_t tcp;
    Service* service;
    bssl::UniquePtr<SSL_CTX> context;
    bool open = false;
  };

  static void on_connection(uv_stream_t* listener, int status);
  static void on_sweep(uv_timer_t* timer);

  uv_loop_t& loop_;
  Counters& counters_;
  const std::chrono::milliseconds idle_timeout_;
  Slabs slabs_;
  Listener listeners_[2];
  size_t listener_count_ = 0;
  uv_timer_t sweep_;
  Connection* first_ = nullptr;
};

}  // namespace godwit::embedded
