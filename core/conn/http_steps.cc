// SPDX-License-Identifier: MIT
#include "godwit/core/conn/http_steps.h"

#include <algorithm>
#include <utility>

#include "godwit/core/policy/request_line.h"
#include "godwit/parser/field_value.h"

namespace godwit::conn {

namespace {

std::string_view name(HttpConnectionState state) {
  switch (state) {
    case HttpConnectionState::idle:
      return "Idle";
    case HttpConnectionState::request_started:
      return "Request-started";
    case HttpConnectionState::request_sent:
      return "Request-sent";
  }
  return "unknown";
}

}  // namespace

Error HttpSteps::refuse(Errc code, std::string_view why) {
  diagnosis_.assign(why);
  return {.code = code};
}

Error HttpSteps::wrong_state(Errc code) {
  return refuse(code, std::string("the state is ").append(name(state_)));
}

// ---- the request ----

// may_begin says whether another request may be made now.
Error HttpSteps::may_begin() {
  const bool ahead = state_ == State::request_sent && sent_ < options_.pipeline_depth;
  if (state_ != State::idle && !ahead) return wrong_state(Errc::cannot_send_request);
  if (last_ && pushes_ && !last_->sent_all() && !last_->upload_finished()) {
    return refuse(Errc::cannot_send_request, "the body of the request before it is not complete");
  }
  if (!destination_.fault) return {};
  diagnosis_ = destination_.fault_diagnosis;
  return destination_.fault;
}

Error HttpSteps::putrequest(std::string_view method, std::string_view url, SkipFields skip) {
  if (const Error error = may_begin()) return error;
  return begin(method, url, skip);
}

Error HttpSteps::begin(std::string_view method, std::string_view url, SkipFields skip) {
  if (const Error error = policy::check_method(method, diagnosis_)) return error;
  if (const Error error = policy::check_url(url, diagnosis_)) return error;
  HttpCall& call = channel_.make_call();
  call.url = url;
  call.draft.method = method;
  call.draft.target = url.empty() ? std::string_view("/") : url;
  call.draft.version = options_.version;
  call.draft.headers.clear();
  call.prepared.route = destination_.route;
  call.prepared.authority = policy::authority_of(url);
  if (call.prepared.authority.empty()) call.prepared.authority = destination_.authority;
  const bool http10 = options_.version == HttpVersion::http10;
  call.prepared.skip_host = skip.skip_host || http10;
  call.prepared.skip_accept_encoding = skip.skip_accept_encoding || http10;
  call.prepared.blocksize = options_.blocksize;
  draft_ = &call;
  state_ = State::request_started;
  return {};
}

Error HttpSteps::putheader(std::string_view name, std::string_view value) {
  if (state_ != State::request_started) return wrong_state(Errc::cannot_send_header);
  const Error error = draft_->draft.headers.add(name, value);
  if (error) diagnosis_ = Headers::explain_fault(name, value);
  return error;
}

// announce makes a body that is to be pushed of one that was announced by hand and is not here.
void HttpSteps::announce(Body& body, BodyEncoding encoding) {
  pushes_ = false;
  const Headers& headers = draft_->draft.headers;
  const bool coded = headers.contains("transfer-encoding");
  draft_->prepared.already_chunked = coded && !encoding.encode_chunked;
  if (body.kind() != Body::Kind::none) return;
  const auto length = headers.get("content-length");
  const std::optional<uint64_t> announced = length ? parser::parse_decimal(*length) : std::nullopt;
  if (!coded && announced.value_or(0) == 0) return;
  draft_->upload().start(coded ? std::nullopt : announced);
  body = Body::from(draft_->upload());
  pushes_ = true;
  encodes_ = coded && encoding.encode_chunked;
}

void HttpSteps::drop_draft() {
  channel_.drop(*std::exchange(draft_, nullptr));
  state_ = sent_ == 0 ? State::idle : State::request_sent;
}

Error HttpSteps::endheaders(Body&& body, BodyEncoding encoding) {
  if (state_ != State::request_started) return wrong_state(Errc::cannot_send_header);
  announce(body, encoding);
  draft_->draft.body = std::move(body);
  if (const Error error = draft_->prepare(diagnosis_)) {
    drop_draft();
    return error;
  }
  return submit_draft();
}

Error HttpSteps::submit_draft() {
  if (!options_.auto_open && channel_.idle() && !channel_.connected()) {
    drop_draft();
    return refuse(Errc::not_connected, {});
  }
  last_ = std::exchange(draft_, nullptr);
  ++sent_;
  state_ = State::request_sent;
  listener_.on_request(listener_, *last_);
  channel_.submit(*last_);
  return {};
}

Error HttpSteps::request(std::string_view method, std::string_view url, Body&& body, const Headers& headers,
                         BodyEncoding encoding) {
  if (const Error error = may_begin()) return error;
  const bool plain = body.kind() == Body::Kind::none;
  if (plain && repeat(method, url, headers)) return submit_draft();
  if (const Error error = begin(method, url, {})) return error;
  // The fields are not checked again: Headers let them in.
  draft_->draft.headers = headers;
  if (const Error error = endheaders(std::move(body), encoding)) return error;
  if (plain && !pushes_) last_->allow_repeat();
  return {};
}

// Most programs ask for the same again and again, with nothing but a URL.
Error HttpSteps::request(std::string_view method, std::string_view url) {
  static const Headers kNone;
  if (begins_freely() && repeat(method, url, kNone)) return submit_draft();
  return request(method, url, {}, kNone, {});
}

// repeat drafts the request that was sent before, if this is the same: what was checked and put together for
// it is kept.
bool HttpSteps::repeat(std::string_view method, std::string_view url, const Headers& headers) {
  HttpCall& call = channel_.make_call();
  if (!call.repeats(method, url, headers)) return false;
  call.repeat();
  draft_ = &call;
  pushes_ = false;
  return true;
}

// ---- pushing a body ----

HttpCall* HttpSteps::pushed_call(Error& error) {
  HttpCall* const call = pushes_ ? last_ : nullptr;
  if (!call) error = refuse(Errc::invalid_state, "no request waits for a body");
  return call;
}

// may_push says whether so much more of the body may be pushed.
Error HttpSteps::may_push(HttpCall& call, uint64_t size) {
  if (call.over()) return refuse(Errc::send_failed, "the exchange is over: its response may say why");
  content::PushSource& source = call.upload();
  if (const auto announced = source.length();
      announced && (source.pushed() > *announced || size > *announced - source.pushed())) {
    return wrong_length("the request body would have ", source.pushed() + size, *announced);
  }
  if (source.finished() || call.sent_all()) return refuse(Errc::invalid_state, "the request is complete");
  return {};
}

Error HttpSteps::wrong_length(std::string_view begin, uint64_t size, uint64_t announced) {
  diagnosis_ = std::string(begin) + std::to_string(size) + " bytes, not the " + std::to_string(announced) +
               " announced";
  return {.code = Errc::body_length_mismatch, .phase = Phase::send, .received = size, .expected = announced};
}

Error HttpSteps::send(Bytes data) {
  Error error;
  HttpCall* const call = pushed_call(error);
  if (call && data.empty() && !call->over()) return {};
  if (call) error = may_push(*call, data.size());
  if (error) return error;
  listener_.on_send(listener_, data.size(), nullptr);
  call->upload().push(data);
  call->upload_moves();
  return {};
}

Error HttpSteps::send(BodySource& source) {
  Error error;
  HttpCall* const call = pushed_call(error);
  const std::optional<uint64_t> length = source.length();
  if (call) error = may_push(*call, length.value_or(0));
  if (error) return error;
  listener_.on_send(listener_, length, &source);
  call->upload().push_from(source);
  call->upload_moves();
  return {};
}

Error HttpSteps::end(const Headers& trailers) {
  Error error;
  HttpCall* const call = pushed_call(error);
  if (!call) return error;
  content::PushSource& source = call->upload();
  if (!trailers.empty() && !encodes_) {
    return refuse(Errc::invalid_request, "trailers go behind chunks that we make");
  }
  // What a source gives is counted when it is pulled.
  if (const auto announced = source.length();
      announced && source.pushed() < *announced && !source.has_source()) {
    return wrong_length("the request body has ", source.pushed(), *announced);
  }
  if (source.finished()) return {};
  source.finish(trailers);
  call->upload_moves();
  return {};
}

size_t HttpSteps::queued() const {
  HttpCall* const call = pushes_ ? last_ : nullptr;
  return call && !call->over() ? call->upload().queued() : 0;
}

Error HttpSteps::on_drain(Callback<void()> f) {
  Error error;
  if (HttpCall* const call = pushed_call(error)) call->on_drain(std::move(f));
  return error;
}

void HttpSteps::resume_upload() {
  if (last_) last_->upload_moves();
}

// ---- the response ----

Error HttpSteps::getresponse(HttpCall::Get&& f) {
  if (state_ != State::request_sent) return wrong_state(Errc::response_not_ready);
  size_t unread;
  HttpCall& call = *channel_.first_unasked(unread);
  if (unread >= std::max(options_.pipeline_depth, 1u)) {
    return refuse(Errc::response_not_ready, options_.pipeline_depth > 1
                                                ? "the responses before it are not read to their end"
                                                : "the response before it is not read to its end");
  }
  if (--sent_ == 0) state_ = State::idle;
  call.get(std::move(f));
  return {};
}

void HttpSteps::drop() {
  if (draft_) drop_draft();
  state_ = State::idle;
  sent_ = 0;
  last_ = nullptr;
}

// ---- for a face that waits ----

bool HttpSteps::connecting() const {
  const HttpCall* const call = channel_.last_unasked();
  return call && call->started() && !call->over() && !call->exchange().connection() &&
         call->exchange().sending();
}

Error HttpSteps::connect_failure() {
  HttpCall* const call = channel_.last_unasked();
  const Error error = call && call->over() ? call->outcome() : Error();
  if (!error || error.phase >= Phase::send) return {};
  diagnosis_.assign(call->diagnosis());
  last_ = nullptr;
  --sent_;
  call->abandon();
  state_ = sent_ == 0 ? State::idle : State::request_sent;
  return error;
}

bool HttpSteps::draining() const {
  HttpCall* const call = pushes_ ? last_ : nullptr;
  if (!call || call->sent_all()) return false;
  const Connection* const connection = call->exchange().connection();
  if (connection && connection->write_failed()) return false;
  return call->upload().queued() != 0 || call->upload().has_source();
}

}  // namespace godwit::conn
