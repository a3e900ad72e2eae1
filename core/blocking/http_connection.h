// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "godwit/core/blocking/http_response.h"
#include "godwit/core/http_connection.h"
#include "godwit/core/loop.h"

namespace godwit::blocking {

// Driver is the loop of one connection, and knows the responses that are read from it.
class Driver {
 protected:
  Driver() = default;
  ~Driver();
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  Loop& loop() { return loop_; }

  Error connect(godwit::HttpConnection& connection);
  HttpResponse getresponse(godwit::HttpConnection& connection);
  void drain(godwit::HttpConnection& connection);
  // let_go makes the responses outlive the connection's own.
  void let_go(bool ended_ones_alone);

 private:
  Loop loop_;
  std::vector<std::weak_ptr<HttpResponse::State>> responses_;
};

// Connection is http.client's face for programs that wait: an event-driven connection on a loop of its own,
// which runs while a call waits. All it has besides the calls below is the event-driven connection's own,
// errors and states included:
//
//   HttpConnection c("example.com");
//   c.request("GET", "/");
//   HttpResponse r = c.getresponse();
//   if (r) std::puts(r.read().value.c_str());
//   else std::puts(describe(r.error(), r.diagnosis()).c_str());
//
// A request is sent while getresponse() waits: what a borrowed body views stays until then. One thread at a
// time; not for use inside a callback of another loop, which would stand still meanwhile.
template <class Base>
class Connection final : private Driver, public Base {
 public:
  explicit Connection(std::string_view host, HttpConnectionOptions options = {})
      : Base(Driver::loop(), host, std::move(options)) {}
  Connection(std::string_view host, uint16_t port, HttpConnectionOptions options = {})
      : Base(Driver::loop(), host, port, std::move(options)) {}
  // For HttpsConnection: connections of one thread share a context.
  Connection(std::string_view host, HttpConnectionOptions options, const TlsContext& context)
      : Base(Driver::loop(), host, std::move(options), context) {}
  Connection(std::string_view host, uint16_t port, HttpConnectionOptions options, const TlsContext& context)
      : Base(Driver::loop(), host, port, std::move(options), context) {}
  ~Connection() { let_go(false); }

  // connect waits for the connection that the first request would make.
  Error connect() { return Driver::connect(*this); }

  // send waits until the transport has taken the bytes. If the peer takes none any more, the response says
  // so.
  Error send(Bytes data) {
    const Error error = Base::send(data);
    if (!error) drain(*this);
    return error;
  }
  Error send(std::string_view text) { return send(bytes_of(text)); }

  // getresponse waits for the head of the response to the request that was sent last.
  HttpResponse getresponse() { return Driver::getresponse(*this); }
};

using HttpConnection = Connection<godwit::HttpConnection>;
using HttpsConnection = Connection<godwit::HttpsConnection>;

}  // namespace godwit::blocking
