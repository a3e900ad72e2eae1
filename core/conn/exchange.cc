// SPDX-License-Identifier: MIT
// From the start to a connection, and what the user asks. The rest is in exchange_{events,deadlines}.cc.
#include "godwit/core/conn/exchange.h"

#include <algorithm>
#include <utility>

namespace godwit::conn {

const Response::Control Exchange::kControl = {
    [](Response& r) { static_cast<Exchange&>(r).user_pause(); },
    [](Response& r) { static_cast<Exchange&>(r).user_resume(); },
    [](Response& r) { static_cast<Exchange&>(r).user_cancel(); },
    [](Response& r) { static_cast<Exchange&>(r).user_resume_upload(); },
    [](const Response& r) { return static_cast<const Exchange&>(r).remote_now(); },
    [](const Response& r) { return static_cast<const Exchange&>(r).tls_now(); },
};

Exchange::Exchange(ExchangeContext& context)
    : Response(kControl, own_callbacks_),
      ports::Timer([](ports::Timer& timer) { static_cast<Exchange&>(timer).deadline_passed(); }),
      ports::Task([](ports::Task& task) { static_cast<Exchange&>(task).run_deferred(); }),
      Waiter(
          [](Waiter& waiter, Connection& connection, const ports::ConnectTiming& timing) {
            static_cast<Exchange&>(waiter).connection_ready(connection, timing);
          },
          [](Waiter& waiter, const Error& error, std::string_view diagnosis) {
            static_cast<Exchange&>(waiter).connection_failed(error, diagnosis);
          }),
      context_(context) {}

Error Exchange::prepare(Request&& request, DirectRequest&& direct, std::string& diagnosis) {
  if (!own_request_) own_request_ = std::make_unique<Outgoing>();
  request_ = own_request_.get();
  own_request_->take(std::move(request), std::move(direct));
  const Error error = own_request_->decide(context_);
  diagnosis = own_request_->diagnosis();
  return error;
}

void Exchange::start(Outgoing& request, ResponseHandler* handler) {
  request_ = &request;
  handler_ = handler;
  user_data = nullptr;
  if (std::exchange(has_callbacks_, false)) callbacks_->reset();
  give_heads_back();
  reason_ = {};
  url_ = {};
  if (!diagnosis_.empty()) diagnosis_.clear();
  proxy_response_.reset();
  timing_ = {};
  body_bytes_ = 0;
  status_ = 0;
  version_ = 0;
  reused_ = false;
  paused_ = false;
  blocks_.reset();
  blocks_.set_block_size(context_.options.blocksize);
  end_ = {};
  resends_ = 0;
  wait_ = Wait::nothing;
  wait_until_ = window_until_ = 0;
  sent_ = sent_all_ = head_seen_ = trailers_pending_ = behind_others_ = alone_ = has_facts_ = false;

  stage_ = Stage::starting;
  started_ = now();
  const Timeouts::Duration own_total = request_->request().total_timeout;
  const uint64_t total = own_total.count() > 0 ? nanoseconds(own_total) : context_.limits.total();
  total_until_ = total != 0 ? started_ + total : 0;
  arm_by(total_until_);
  if (begin_at_once()) return;
  ++context_.starting;
  context_.scheduler.defer(*this);
}

// begin_at_once takes an idle connection, if there is one, without waiting for what the user does next: most
// often this is the one whose exchange is just ending.
bool Exchange::begin_at_once() {
  if (context_.starting != 0 || context_.options.pipeline_depth > 1 || request_->decide(context_))
    return false;
  Connection* connection = context_.pool.take(request_->route(), request_->place());
  if (!connection) return false;
  url_ = request_->url();
  use(*connection);
  return true;
}

void Exchange::run_deferred() {
  switch (stage_) {
    case Stage::starting:
      begin();
      return;
    case Stage::ended:
      deliver_end();
      return;
    case Stage::waiting:
    case Stage::active:
    case Stage::done:
      return;
  }
}

void Exchange::begin() {
  const Error& error = request_->decide(context_);
  url_ = request_->url();
  if (error) {
    set_end(error, request_->diagnosis());
    deliver_end();
    return;
  }
  acquire(false);
}

void Exchange::acquire(bool fresh) {
  if (stage_ == Stage::starting) --context_.starting;
  stage_ = Stage::waiting;
  wait_for(Wait::connection);
  const bool pipelines = head().pipelines;
  sharing = !pipelines ? Sharing::never : request_->direct() ? Sharing::by_preference : Sharing::when_full;
  context_.pool.acquire(request_->route(), *this, fresh);
}

void Exchange::connection_ready(Connection& connection, const ports::ConnectTiming& timing) {
  // A connection whose making began for an earlier request may have been longer on its way than this one.
  const uint64_t making = timing.resolve + timing.connect + timing.proxy + timing.tls;
  timing_.queue = std::max(now() - started_, making) - making;
  timing_.resolve = timing.resolve;
  timing_.connect = timing.connect;
  timing_.proxy = timing.proxy;
  timing_.tls = timing.tls;
  use(connection);
}

void Exchange::use(Connection& connection) {
  stage_ = Stage::active;
  connection_ = &connection;
  reused_ = connection.served;
  wait_for(Wait::send);
  behind_others_ = connection.busy();
  stream_ = connection.submit(head(), *this, early_data());
  if (paused_) connection.pause(stream_);
}

void Exchange::connection_failed(const Error& error, std::string_view diagnosis) {
  proxy_response_ = std::move(refusal);
  if (const std::unique_ptr<TlsInfo> refused = std::move(refused_tls)) {
    copy_connection_facts();
    facts_->tls = *refused;
    facts_->has_tls = true;
  }
  set_end(error, diagnosis);
  deliver_end();
}

// ---- what the user asks ----

void Exchange::user_pause() {
  if (paused_ || stage_ == Stage::done) return;
  paused_ = true;
  if (stream_ != 0) connection_->pause(stream_);
  if (wait_ == Wait::head || wait_ == Wait::body) wait_until_ = 0;
  window_until_ = 0;
}

void Exchange::user_resume() {
  if (!paused_ || stage_ == Stage::done) return;
  paused_ = false;
  if (stream_ != 0) connection_->resume(stream_);
  if (wait_ == Wait::head || wait_ == Wait::body) wait_for(wait_);
  if (wait_ == Wait::body) start_rate_window();
  if (stage_ == Stage::ended) context_.scheduler.defer(*this);
}

void Exchange::user_cancel() {
  if (stage_ == Stage::done || end_.code == Errc::cancelled) return;
  Error error{.code = Errc::cancelled, .phase = current_phase()};
  note_progress(error);
  discard_undelivered();
  drop_stream();
  keep_connection_facts();
  set_end(error, {});
  context_.scheduler.defer(*this);
}

std::string_view Exchange::remote_now() const {
  if (has_facts_) return facts_->remote;
  return connection_ ? connection_->transport().remote() : std::string_view();
}

const TlsInfo* Exchange::tls_now() const {
  if (has_facts_) return facts_->has_tls ? &facts_->tls : nullptr;
  return connection_ ? connection_->transport().tls() : nullptr;
}

void Exchange::user_resume_upload() {
  if (stream_ != 0) connection_->resume_upload(stream_);
}

void Exchange::abort(Errc code) {
  Error error{.code = code, .phase = current_phase()};
  note_progress(error);
  discard_undelivered();
  drop_stream();
  set_end(error, {});
  context_.scheduler.remove(*this);
  deliver_end();
}

}  // namespace godwit::conn
