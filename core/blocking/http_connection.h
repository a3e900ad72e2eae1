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
  // wait_while runs the loop as long as that holds.
  template <class Condition>
  void wait_while(Condition condition) {
    loop_.hold();
    while (condition()) loop_.run_once();
    loop_.release();
  }
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
// What keeps a connection from being made is told where http.client raises it: by connect(), request(),
// endheaders(). They wait for the connection alone; the request is sent while send() and getresponse() wait,
// so that the answer of a server that takes no more of it is not lost. What a borrowed body views, and a
// source, stay until then. One thread at a time; not for use inside a callback of another loop, which would
// stand still meanwhile.
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

  // request and endheaders wait until the request has a connection. If none could be made the request is
  // dropped, and the state is idle. A request that waits for the response before it to be read does not wait
  // here; getresponse() says what became of it.
  Error request(std::string_view method, std::string_view url, Body body = {}, const Headers& headers = {},
                BodyEncoding encoding = {}) {
    const Error error = Base::request(method, url, std::move(body), headers, encoding);
    return error ? error : reach();
  }
  Error endheaders(Body body = {}, BodyEncoding encoding = {}) {
    const Error error = Base::endheaders(std::move(body), encoding);
    return error ? error : reach();
  }

  // send waits until the transport has taken the bytes, or what the source gave to its end. If the peer takes
  // none any more, the response says so.
  Error send(Bytes data) { return drained(Base::send(data)); }
  Error send(std::string_view text) { return send(bytes_of(text)); }
  Error send(BodySource& source) { return drained(Base::send(source)); }

  // getresponse waits for the head of the response to the request that was sent last.
  HttpResponse getresponse() { return Driver::getresponse(*this); }

  // loop is what the connection lives on: for a FileBody. It runs while a call waits.
  using Driver::loop;

 private:
  Error reach() {
    wait_while([this] { return Base::connecting(); });
    return Base::connect_failure();
  }
  Error drained(const Error& error) {
    if (!error) wait_while([this] { return Base::draining(); });
    return error;
  }
};

using HttpConnection = Connection<godwit::HttpConnection>;
using HttpsConnection = Connection<godwit::HttpsConnection>;

}  // namespace godwit::blocking
