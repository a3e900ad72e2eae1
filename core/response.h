// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "godwit/core/bytes.h"
#include "godwit/core/callback.h"
#include "godwit/core/error.h"
#include "godwit/core/headers.h"
#include "godwit/core/proxy_response.h"
#include "godwit/core/stream.h"
#include "godwit/core/timing.h"
#include "godwit/core/tls_info.h"

namespace godwit {

class Response;

// InterimResponse is a 1xx response (RFC 9110, 15.2); it lives for the callback.
struct InterimResponse {
  int status;
  std::string_view reason;
  const Headers& headers;
};

// ResponseHandler receives the events of an exchange; the user implements it and keeps it until
// on_done has returned. Sequences:
//
//   on_informational* on_head on_body* on_trailers? on_done(ok)
//   on_informational* on_head on_body* on_done(incomplete-read)
//   on_done(connect-failed)
//
// on_done comes exactly once and last, whatever happens. Events never come from inside a call of
// send, pause, resume or cancel.
class ResponseHandler {
 public:
  virtual ~ResponseHandler() = default;
  virtual void on_informational(Response&, const InterimResponse&) {}
  virtual void on_head(Response&) {}
  // on_body gives exactly blocksize bytes, the last block what is left; blocksize 0 gives them as
  // they arrive. The block lives for the callback.
  virtual void on_body(Response&, Bytes) {}
  virtual void on_trailers(Response&) {}
  virtual void on_done(Response&, const Error&) = 0;
};

// Response is an exchange as its user sees it: from Client::send until its on_done has returned.
// Everything may be called from any callback, in any order.
class Response {
 public:
  Response(const Response&) = delete;
  Response& operator=(const Response&) = delete;

  // Callbacks instead of a handler; attach them before returning to the loop. Each returns *this.
  Response& on_informational(Callback<void(Response&, const InterimResponse&)> f);
  Response& on_head(Callback<void(Response&)> f);
  Response& on_body(Callback<void(Response&, Bytes)> f);
  Response& on_trailers(Callback<void(Response&)> f);
  Response& on_done(Callback<void(Response&, const Error&)> f);

  // The head; zero or empty before on_head. reason() is NUL-terminated.
  int status() const { return status_; }
  std::string_view reason() const { return reason_; }
  // version is 10 or 11, as in http.client.
  int version() const { return version_; }
  const Headers& headers() const { return headers_ ? *headers_ : kNoFields; }
  // trailers are there from on_trailers on (RFC 9110, 6.5): fields that frame, route or authorise are
  // left out of them, as RFC 9110 6.5.1 forbids them there.
  const Headers& trailers() const { return trailers_ ? *trailers_ : kNoFields; }

  // url is the request's URL as it was understood, without fragment.
  std::string_view url() const { return url_; }
  // body_bytes counts body bytes received so far, after transfer decoding; in on_body, those in hand and
  // what arrived with them are among these.
  uint64_t body_bytes() const { return body_bytes_; }
  // remote is the peer's "address:port", empty before a connection is there.
  std::string_view remote() const { return control_->remote(*this); }
  // reused: the connection had served an earlier exchange.
  bool reused() const { return reused_; }
  // tls tells what the handshake agreed on; null on a plain connection. If the server's certificate was
  // refused it has the certificates alone.
  const TlsInfo* tls() const { return control_->tls(*this); }
  const Timing& timing() const { return timing_; }
  // diagnosis is what the failing layer said in words, to go with the Error; empty if nothing.
  std::string_view diagnosis() const { return diagnosis_; }

  // proxy_response is what a proxy answered that refused a tunnel (Errc::proxy_refused); else null.
  const ProxyResponse* proxy_response() const { return proxy_response_.get(); }

  // detach hands over the connection of an exchange that speaks HTTP no longer: one answered by 101 to an
  // Upgrade that it asked for, or by 2xx to CONNECT. To be called in on_head or in on_done; at all other
  // times, for all other exchanges and a second time it gives an empty Stream. Without a call the connection
  // is closed.
  Stream detach() { return std::move(tunnel_); }

  // pause takes effect before the next event: nothing is delivered and nothing more is read from
  // the peer until resume(). Deadlines for arriving bytes stand still, Timeouts::total goes on.
  void pause();
  void resume();
  bool paused() const { return paused_; }

  // cancel ends the exchange: nothing but on_done(cancelled) follows, soon. The connection is closed
  // unless the response was complete.
  void cancel();

  // resume_upload has a BodySource that said `later` pulled again.
  void resume_upload();

  // user_data is the caller's own word; godwit never looks at it.
  void* user_data = nullptr;

 protected:
  struct Control;
  struct Callbacks;
  Response(const Control& control, Callbacks& callbacks) : control_(&control), callbacks_(&callbacks) {}
  ~Response() = default;

  // Control is how calls of the user reach the exchange.
  struct Control {
    void (*pause)(Response&);
    void (*resume)(Response&);
    void (*cancel)(Response&);
    void (*resume_upload)(Response&);
    std::string_view (*remote)(const Response&);
    const TlsInfo* (*tls)(const Response&);
  };

  // Callbacks are the user's that were attached instead of a handler.
  struct Callbacks {
    Callback<void(Response&, const InterimResponse&)> on_informational;
    Callback<void(Response&)> on_head;
    Callback<void(Response&, Bytes)> on_body;
    Callback<void(Response&)> on_trailers;
    Callback<void(Response&, const Error&)> on_done;

    void reset() {
      on_informational.reset();
      on_head.reset();
      on_body.reset();
      on_trailers.reset();
      on_done.reset();
    }
  };

  static const Headers kNoFields;

  Callbacks& attached() {
    has_callbacks_ = true;
    return *callbacks_;
  }

  // What every exchange sets and reads stands together.
  const Control* const control_;
  ResponseHandler* handler_ = nullptr;
  std::unique_ptr<Headers> headers_;
  std::unique_ptr<Headers> trailers_;
  std::string_view reason_;
  std::string_view url_;
  Stream tunnel_;  // to be detached
  uint64_t body_bytes_ = 0;
  uint16_t status_ = 0;
  uint8_t version_ = 0;
  bool reused_ = false;
  bool paused_ = false;
  bool has_callbacks_ = false;  // some were attached: who has a handler need not look at them
  Timing timing_;
  std::string diagnosis_;
  std::unique_ptr<ProxyResponse> proxy_response_;
  Callbacks* const callbacks_;  // looked at only if has_callbacks_
};

}  // namespace godwit
