// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "godwit/core/conn/exchange_context.h"
#include "godwit/core/conn/request_url.h"
#include "godwit/core/conn/router.h"
#include "godwit/core/error.h"
#include "godwit/core/ports/session.h"
#include "godwit/core/request.h"

namespace godwit::conn {

// DirectRequest is what a request brings with it that does not come from a URL: whom it goes to, by which
// name, and what is not to be added to it (RequestHead).
struct DirectRequest {
  ports::Route route;
  std::string authority;
  bool skip_host = false;
  bool skip_accept_encoding = false;
  bool already_chunked = false;
  // blocksize of a BodySource; ClientOptions::blocksize is that of received blocks alone then.
  size_t blocksize = 8192;
};

// Outgoing is a request with all that is decided about it before its first byte: its URL, whether it can be
// sent, by which way, and the bytes of its head. That is most of the work there is on a request that is sent
// on a connection in use; so it is kept (RequestMemory) for those that are the same, however many are open.
class Outgoing final {
 public:
  Outgoing() = default;
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;

  // take takes a request to a URL.
  void take(Request&& request);
  void take(const Request& request);
  // take takes a request that does not come from a URL; its target is set.
  void take(Request&& request, DirectRequest&& direct);

  // shares: the request is the same as this one but for its total_timeout, which it is given. What has a body
  // is always looked at anew: its length counts, and a source may have become another.
  bool shares(const Request& request) {
    if (!is_same(request)) return false;
    request_.total_timeout = request.total_timeout;
    return true;
  }

  // decide does what is not done yet, and says what is wrong with the request; diagnosis() goes with that.
  // The context is always that of the same client.
  const Error& decide(const ExchangeContext& context) {
    if (!decided_) decide_now(context);
    return error_;
  }
  const std::string& diagnosis() const { return diagnosis_; }

  const Request& request() const { return request_; }
  bool idempotent() const { return idempotent_; }
  // direct: it does not come from a URL. Such a request is never sent again by itself.
  bool direct() const { return is_direct_; }
  // early_data: it does no harm if the peer gets it twice, and there is no body (RFC 8470 2).
  bool early_data() const { return is_safe_ && !is_direct_ && request_.body.kind() == Body::Kind::none; }

  // What was decided.
  std::string_view url() const { return url_text_; }
  const ports::Route& route() const { return way_.route; }
  HostPlace& place() { return place_; }
  const ports::RequestHead& head() const { return head_; }

  // can_repeat: what was decided is good for the same request once more, which has no body.
  bool can_repeat() const { return decided_ && !error_ && request_.body.kind() == Body::Kind::none; }

  // rest gives up what need not be held for later.
  void rest() {
    const bool has_body = request_.body.kind() != Body::Kind::none;
    if (has_body || request_.url.size() + request_.headers.wire().size() > kKept) forget(has_body);
  }

  // The RequestMemory's: how many exchanges send it, and whether others may be given it. None has users that
  // belongs to somebody else.
  uint32_t users = 0;
  bool remembered = false;

 private:
  // kKept: what is shorter is kept; longer ones are taken in anew each time.
  static constexpr size_t kKept = 2048;

  bool is_same(const Request& request) const;
  void forget(bool has_body);
  void taken();
  void decide_now(const ExchangeContext& context);
  Error find_way(const ExchangeContext& context);
  Error choose_tls_profile(const ClientOptions& options);
  void make_target();
  Error make_head(const ExchangeContext& context);

  Request request_;
  DirectRequest direct_;
  RequestUrl parsed_url_;
  std::string_view url_text_;
  Way way_;
  HostPlace place_;
  std::string target_;  // where it is not the URL's path and query, nor what the user set
  ports::RequestHead head_;
  std::unique_ptr<ports::PreparedHead> prepared_head_;
  Error error_;
  std::string diagnosis_;
  bool decided_ = false;
  bool is_plain_ = false;
  bool idempotent_ = false;
  bool is_safe_ = false;
  bool is_direct_ = false;
};

}  // namespace godwit::conn
