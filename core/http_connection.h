// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "godwit/core/body.h"
#include "godwit/core/bytes.h"
#include "godwit/core/callback.h"
#include "godwit/core/error.h"
#include "godwit/core/headers.h"
#include "godwit/core/http_connection_options.h"
#include "godwit/core/http_response.h"
#include "godwit/core/loop.h"
#include "godwit/core/port.h"
#include "godwit/core/proxy_response.h"
#include "godwit/core/response.h"
#include "godwit/core/tls_context.h"

namespace godwit {

namespace ports {
class Connector;
class Scheduler;
}  // namespace ports

// HttpConnection is http.client's HTTPConnection without blocking: one server, one request after the other,
// by the names that Python's programmers know. Many hosts and many requests at a time are Client's affair.
//
//   request(...) -> getresponse(f)            f gets the response, or why there is none
//   putrequest -> putheader* -> endheaders -> send* -> getresponse(f)
//
// Its three states and the errors in the wrong one are http.client's:
//
//   idle             putrequest, request        else cannot_send_request
//   request_started  putheader, endheaders      else cannot_send_header
//   request_sent     getresponse, send          else response_not_ready; back to idle with the call
//
// A call that is not possible says so at once, changes nothing and never calls back; diagnosis() has the
// sentence. What goes wrong later is told to the callback that waits for it, exactly once.
//
// The next request may be made as soon as getresponse() was called. It goes out when the response before it
// was read to its end, or at once over a connection of its own if that one ends its own (will_close);
// getresponse() is response_not_ready until then.
//
// With a pipeline_depth of n, up to n requests may be made one behind the other (putrequest is possible in
// request_sent, too), and up to n responses be asked for; they come in the order of the requests. Those that
// may be are sent ahead of the responses that are awaited (ClientOptions::pipeline_depth says which, and
// core/README.md what it is good for), the others wait. A response that is not read holds up those behind it.
// If the connection ends, or is cancelled, before a response has begun, its callback hears
// remote_disconnected: nothing is sent again by itself.
//
// A connection may be destroyed at any time, in its callbacks too, but for its Loop, which must outlive it:
// what is pending then is never called.
class HttpConnection {
 public:
  using State = HttpConnectionState;
  static constexpr uint16_t kDefaultPort = kHttpPort;

  // HttpConnection to "host", "host:port", "[v6]" or "[v6]:port"; nothing is connected yet. A host that is
  // none is told by every call, with its position in `detail`.
  HttpConnection(Loop& loop, std::string_view host, HttpConnectionOptions options = {});
  HttpConnection(Loop& loop, std::string_view host, uint16_t port, HttpConnectionOptions options = {});
  // HttpConnection over ports of one's own, which outlive it: a test's transports.
  HttpConnection(ports::Scheduler& scheduler, ports::Connector& connector, std::string_view host,
                 HttpConnectionOptions options = {});
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  // request does a request's sending in one call: putrequest, the headers, endheaders. Host and
  // Accept-Encoding among the headers take the place of ours. If it fails nothing was sent, and the state is
  // idle.
  Error request(std::string_view method, std::string_view url);
  Error request(std::string_view method, std::string_view url, Body body, const Headers& headers = {},
                BodyEncoding encoding = {});

  // putrequest begins a request. `url` is sent as it is: a path, "" for "/", "*", an absolute URL. Every
  // byte of it is visible ASCII, or the error is invalid_url with the position. Host is the authority of an
  // absolute URL, else the server's name; user and password never get there.
  Error putrequest(std::string_view method, std::string_view url, SkipFields skip = {});

  // putheader adds a field; of several values one list is made, joined by ", ". Names are tokens, values
  // free of control characters; diagnosis() names the byte that is not, and its position.
  Error putheader(std::string_view name, std::string_view value);
  Error putheader(std::string_view name, std::integral auto value) {
    return putheader(name, std::string_view(std::to_string(value)));
  }
  template <class... Values>
  Error putheader(std::string_view name, std::string_view first, std::string_view second,
                  const Values&... more) {
    const std::string joined = std::string(first).append(", ").append(second);
    return putheader(name, std::string_view(joined), std::string_view(more)...);
  }

  // endheaders sends the head, and the body if there is one: with the length put by hand, in the
  // Transfer-Encoding put by hand, or framed by us. If there is none but a framing was put, send() gives it.
  // If it fails the request is dropped, and the state is idle.
  Error endheaders(Body body = {}, BodyEncoding encoding = {});

  // send adds bytes to the body of a request whose framing was put by hand and that endheaders() left
  // without one. They are copied. More bytes than Content-Length announces are body_length_mismatch, with
  // both numbers, and none of them are sent.
  Error send(Bytes data);
  Error send(std::string_view text) { return send(bytes_of(text)); }
  // send of a source, a FileBody say, has it pulled to its end, behind what was sent before; it is borrowed
  // until then, or until the response is there. Of a source that knows its length all is checked at once, as
  // with bytes; another one that gives more than is announced ends the request with body_length_mismatch.
  Error send(BodySource& source);
  // end says that the body is complete, where neither a length nor a last chunk does: the chunks are ours
  // then (encode_chunked), and the trailers go behind the last. Too early for Content-Length is
  // body_length_mismatch.
  Error end(const Headers& trailers = {});
  // queued counts bytes that send() took and the transport has not, those of sources left aside. on_drain,
  // set for the request that is being sent, is called whenever nothing is left of either.
  size_t queued() const;
  Error on_drain(Callback<void()> f);

  // resume_upload has the BodySource of the last request, if it said `later`, pulled again; also one that
  // send() was given.
  void resume_upload();

  // getresponse asks for the response to the request that was sent last. With an error the response has no
  // status, but a diagnosis.
  Error getresponse(Callback<void(HttpResponse&, const Error&)> f);

  // on_informational hears interim responses: all 1xx but 101 (RFC 9110, 15.2).
  void on_informational(Callback<void(const InterimResponse&)> f);

  // connect makes the connection that the first request would make; f hears how it went, at once if there
  // is one.
  Error connect(Callback<void(const Error&)> f);

  // close drops the connection, and with it the request that was begun, those that wait, and the response
  // that is not read to its end; who waits hears `cancelled`. The state is idle; the next request connects
  // again. A response that had the connection to itself (will_close) goes on.
  void close();

  // set_tunnel has the server named by the constructor asked, by CONNECT, for a tunnel to `host`, to which
  // all requests then go. Before there is a connection. `headers` are for the proxy alone. The same forms of
  // host as in the constructor; each name, value and the host are checked as in putheader.
  Error set_tunnel(std::string_view host, std::optional<uint16_t> port = std::nullopt,
                   const Headers& headers = {}, TunnelOptions options = {});
  // proxy_response is what the proxy answered to the last CONNECT; null if it has not.
  const ProxyResponse* proxy_response() const;

  // set_debuglevel has the log hear, from level 1 on, what is connected, sent and received: heads alone,
  // without the values that log in (Authorization, cookies). Lines come without an end, also from inside
  // calls of the connection; the log must not call it.
  void set_debuglevel(int level);
  void on_log(Callback<void(std::string_view line)> f);

  // The constructor's values, as they were understood.
  const std::string& host() const;
  uint16_t port() const;
  uint16_t default_port() const;
  const HttpConnectionOptions& options() const;
  int debuglevel() const;
  State state() const;
  // connected: there is a connection that the next request may use, now or when it comes free.
  bool connected() const;
  // fileno is the descriptor of the connection's socket, -1 without one.
  int fileno() const;
  // diagnosis is the sentence to the last error that a call returned, or that connect() was told of.
  std::string_view diagnosis() const;

 protected:
  // For a face that waits. connecting: what was sent last waits for a connection that is being made.
  // connect_failure tells that none could be made, takes that request back, and has the state idle again.
  // draining: something that send() was given is not with the transport.
  bool connecting() const;
  Error connect_failure();
  bool draining() const;

  // For HttpsConnection: `context` is null without one.
  HttpConnection(Loop& loop, std::string_view host, std::optional<uint16_t> port,
                 HttpConnectionOptions options, std::shared_ptr<net::TlsProfile> context);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// HttpsConnection is HttpConnection over TLS. Through a tunnel, TLS is spoken with the tunnel's end. A
// context takes the place of HttpConnectionOptions::tls, which must be as it comes then: else every call is
// an invalid_option.
class HttpsConnection : public HttpConnection {
 public:
  static constexpr uint16_t kDefaultPort = kHttpsPort;
  HttpsConnection(Loop& loop, std::string_view host, HttpConnectionOptions options = {})
      : HttpConnection(loop, host, std::nullopt, std::move(options), nullptr) {}
  HttpsConnection(Loop& loop, std::string_view host, uint16_t port, HttpConnectionOptions options = {})
      : HttpConnection(loop, host, port, std::move(options), nullptr) {}
  HttpsConnection(Loop& loop, std::string_view host, HttpConnectionOptions options, const TlsContext& context)
      : HttpConnection(loop, host, std::nullopt, std::move(options), context.profile_) {}
  HttpsConnection(Loop& loop, std::string_view host, uint16_t port, HttpConnectionOptions options,
                  const TlsContext& context)
      : HttpConnection(loop, host, port, std::move(options), context.profile_) {}
};

}  // namespace godwit
