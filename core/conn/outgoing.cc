// SPDX-License-Identifier: MIT
#include "godwit/core/conn/outgoing.h"

#include <iterator>
#include <utility>

#include "godwit/core/method.h"
#include "godwit/core/policy/pipelining.h"

namespace godwit::conn {

namespace {

// is_plain: there is a method and a URL, and none of what else has to be compared byte by byte.
bool is_plain(const Request& request) {
  return request.headers.empty() && request.target.empty() && request.tls_profile.empty() && !request.proxy;
}

}  // namespace

bool Outgoing::is_same(const Request& request) const {
  if (is_direct_ || request.body.kind() != Body::Kind::none || request_.body.kind() != Body::Kind::none)
    return false;
  if (request.version != request_.version || request.path_as_is != request_.path_as_is) return false;
  if (request.url != request_.url || request.method != request_.method) return false;
  if (is_plain_ && is_plain(request)) return true;
  return request.headers == request_.headers && request.target == request_.target &&
         request.tls_profile == request_.tls_profile && request.proxy == request_.proxy;
}

void Outgoing::take(Request&& request) {
  request_ = std::move(request);
  taken();
}

void Outgoing::take(const Request& request) {
  request_ = request;
  taken();
}

void Outgoing::take(Request&& request, DirectRequest&& direct) {
  request_ = std::move(request);
  taken();
  direct_ = std::move(direct);
  is_direct_ = true;
}

void Outgoing::taken() {
  if (is_direct_) direct_ = {};
  decided_ = is_direct_ = false;
  is_plain_ = is_plain(request_);
  idempotent_ = is_idempotent(request_.method);
  is_safe_ = is_safe(request_.method);
}

void Outgoing::decide_now(const ExchangeContext& context) {
  decided_ = true;
  place_ = {};
  url_text_ = {};
  diagnosis_.clear();
  target_.clear();
  way_.forwarder.reset();
  if (is_direct_) {
    way_.route = std::move(direct_.route);
    error_ = make_head(context);
    return;
  }
  error_ = find_way(context);
  if (error_) return;
  make_target();
  error_ = make_head(context);
}

Error Outgoing::find_way(const ExchangeContext& context) {
  if (const parser::UrlError bad_url = parsed_url_.parse(request_.url, request_.path_as_is)) {
    const bool scheme = bad_url.code == parser::UrlErrc::unsupported_scheme;
    diagnosis_ = parser::describe(bad_url);
    return {.code = scheme ? Errc::unsupported_scheme : Errc::invalid_url};
  }
  url_text_ = parsed_url_->href();
  url_text_ = url_text_.substr(0, url_text_.find('#'));
  if (Error error = context.router.choose(request_, *parsed_url_, way_, diagnosis_)) return error;
  return choose_tls_profile(context.options);
}

// choose_tls_profile sets the route's TLS profile, or says that there is none of that name.
Error Outgoing::choose_tls_profile(const ClientOptions& options) {
  ports::Route& route = way_.route;
  route.tls_profile = 0;
  if (request_.tls_profile.empty()) return {};
  const auto& profiles = options.tls_profiles;
  const auto found = profiles.find(request_.tls_profile);
  if (found == profiles.end()) {
    diagnosis_ = "there is no TLS profile \"" + request_.tls_profile + '"';
    return {.code = Errc::invalid_option};
  }
  if (route.origin.https && !route.to_proxy) {
    route.tls_profile = 1 + static_cast<uint32_t>(std::distance(profiles.begin(), found));
  }
  return {};
}

// make_target sets the request target where it is not the URL's path and query.
void Outgoing::make_target() {
  const std::string& target = request_.target;
  if (request_.method == method::kConnect) {
    // Authority-form, the port always with it (RFC 9112, 3.2.3).
    if (!target.empty()) return;
    target_.append(parsed_url_->host()).append(":").append(std::to_string(parsed_url_->port()));
    return;
  }
  // Absolute-form (RFC 9112, 3.2.2); that of `*` is the authority alone (3.2.4).
  if (!way_.forwarder || (!target.empty() && target != "*" && !target.starts_with('/'))) return;
  target_.append("http://").append(parsed_url_->authority());
  if (target != "*") target_.append(target.empty() ? parsed_url_->target() : target);
}

// make_head puts together what the session is to send, and says whether it can.
Error Outgoing::make_head(const ExchangeContext& context) {
  const DirectRequest& direct = direct_;
  const size_t blocksize = is_direct_ ? direct.blocksize : context.options.blocksize;
  std::string_view target = parsed_url_->target();
  if (!target_.empty()) {
    target = target_;
  } else if (!request_.target.empty()) {
    target = request_.target;
  }
  head_ = {.method = request_.method,
           .target = target,
           .authority = is_direct_ ? std::string_view(direct.authority) : parsed_url_->authority(),
           .headers = &request_.headers,
           .proxy_fields = way_.forwarder ? &way_.forwarder->headers : nullptr,
           .body = &request_.body,
           .version = request_.version,
           .blocksize = blocksize ? blocksize : ClientOptions{}.blocksize,
           .skip_host = direct.skip_host,
           .skip_accept_encoding = direct.skip_accept_encoding,
           .already_chunked = direct.already_chunked,
           .pipelines = context.options.pipeline_depth > 1 && policy::may_pipeline(request_)};
  const Error error = context.sessions.prepare(head_, prepared_head_, diagnosis_);
  head_.prepared = prepared_head_.get();
  return error;
}

void Outgoing::forget(bool has_body) {
  if (has_body) request_.body = Body();
  prepared_head_.reset();
  decided_ = false;
}

}  // namespace godwit::conn
