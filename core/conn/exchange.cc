// SPDX-License-Identifier: MIT
#include "godwit/core/conn/exchange.h"

#include <algorithm>
#include <utility>

#include "godwit/core/conn/detached_stream.h"
#include "godwit/core/method.h"
#include "godwit/core/policy/pipelining.h"
#include "godwit/core/policy/retry.h"

namespace godwit::conn {

namespace {

constexpr int kSwitchingProtocols = 101;

}  // namespace

const Response::Control Exchange::kControl = {
    [](Response& r) { static_cast<Exchange&>(r).user_pause(); },
    [](Response& r) { static_cast<Exchange&>(r).user_resume(); },
    [](Response& r) { static_cast<Exchange&>(r).user_cancel(); },
    [](Response& r) { static_cast<Exchange&>(r).user_resume_upload(); },
};

Exchange::Exchange(ExchangeContext& context)
    : ports::Task([](ports::Task& task) { static_cast<Exchange&>(task).run_deferred(); }),
      ports::Timer([](ports::Timer& timer) { static_cast<Exchange&>(timer).deadline_passed(); }),
      Waiter(
          [](Waiter& waiter, Connection& connection, const ports::ConnectTiming& timing) {
            static_cast<Exchange&>(waiter).connection_ready(connection, timing);
          },
          [](Waiter& waiter, const Error& error, std::string_view diagnosis) {
            static_cast<Exchange&>(waiter).connection_failed(error, diagnosis);
          }),
      context_(context) {
  control_ = &kControl;
}

Error Exchange::prepare(Request&& request, DirectRequest&& direct, std::string& diagnosis) {
  own_request_.take(std::move(request), std::move(direct));
  const Error error = own_request_.decide(context_);
  diagnosis = own_request_.diagnosis();
  return error;
}

void Exchange::start(Outgoing& request, ResponseHandler* handler) {
  request_ = &request;
  handler_ = handler;
  user_data = nullptr;
  on_informational_.reset();
  on_head_.reset();
  on_body_.reset();
  on_trailers_.reset();
  on_done_.reset();
  headers_.clear();
  trailers_.clear();
  reason_ = {};
  url_ = {};
  remote_ = {};
  tls_ = nullptr;
  diagnosis_.clear();
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
  sent_ = sent_all_ = head_seen_ = trailers_pending_ = behind_others_ = alone_ = false;

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
  remote_ = connection.transport().remote();
  tls_ = connection.transport().tls();
  reused_ = connection.served;
  wait_for(Wait::send);
  behind_others_ = connection.busy();
  stream_ = connection.submit(head(), *this, early_data());
  if (paused_) connection.pause(stream_);
}

void Exchange::connection_failed(const Error& error, std::string_view diagnosis) {
  proxy_response_ = std::move(refusal);
  if (const std::unique_ptr<TlsInfo> refused = std::move(refused_tls)) {
    own_tls_ = *refused;
    tls_ = &own_tls_;
  }
  set_end(error, diagnosis);
  deliver_end();
}

// ---- deadlines ----

void Exchange::start_rate_window() {
  if (context_.options.min_rate == 0) return;
  window_until_ = now() + nanoseconds(kRateWindow);
  window_bytes_ = body_bytes_;
  arm_by(window_until_);
}

// arm_timer is for when the timer has fired: it stands for every deadline that is left.
void Exchange::arm_timer() {
  for (const uint64_t until : {wait_until_, window_until_, total_until_}) arm_by(until);
}

void Exchange::deadline_passed() {
  if (stage_ == Stage::done) return;
  const uint64_t at = now();
  if (total_until_ != 0 && at >= total_until_) {
    // The whole exchange ends now, even while its user has it paused.
    if (paused_) discard_undelivered();
    time_out({.code = Errc::total_timeout, .phase = current_phase()});
  } else if (window_until_ != 0 && at >= window_until_) {
    if (too_slow(body_bytes_ - window_bytes_, context_.options.min_rate)) {
      time_out({.code = Errc::too_slow, .phase = Phase::body});
    } else {
      start_rate_window();
      arm_timer();
    }
  } else if (wait_until_ == 0 || at < wait_until_) {
    arm_timer();
  } else if (wait_ == Wait::go_ahead) {
    connection_->end_continue_wait(stream_);
    wait_for(Wait::send);
    arm_timer();
  } else if (wait_ == Wait::connection && current_phase() != Phase::queue) {
    // A connection is being made by now, under the connector's own deadlines.
    wait_until_ = 0;
    arm_timer();
  } else if (wait_ == Wait::head && waits_its_turn()) {
    arm_timer();
  } else {
    time_out(timeout_error(wait_));
  }
}

// waits_its_turn: the peer may not have come to this request yet, and has its time from when it does.
bool Exchange::waits_its_turn() {
  const uint64_t limit = context_.limits.of(Wait::head);
  const uint64_t from = connection_->answers(stream_) ? connection_->turn_at() : now();
  if (from == 0 || now() >= from + limit) return false;
  wait_until_ = from + limit;
  return true;
}

void Exchange::time_out(Error error) {
  if (stage_ == Stage::ended) {
    // The outcome is known and only held back by a pause.
    deliver_end();
    return;
  }
  note_progress(error);
  drop_stream();
  set_end(error, {});
  deliver_end();
}

Phase Exchange::current_phase() const {
  if (stage_ == Stage::waiting) return context_.pool.phase(*this);
  if (stage_ == Stage::ended) return end_.phase;
  if (stage_ != Stage::active) return Phase::none;
  if (head_seen_) return Phase::body;
  return sent_all_ ? Phase::head : Phase::send;
}

void Exchange::note_progress(Error& error) const {
  if (!connection_) return;
  error.received = connection_->received(stream_);
  error.expected = connection_->expected(stream_);
}

// ---- events of the stream ----

void Exchange::on_sent(bool complete) {
  sent_ = true;
  if (complete) {
    sent_all_ = true;
    if (context_.settled) context_.settled(context_, *this);
    timing_.send = now() - started_;
    if (!head_seen_) wait_for(Wait::head);
  } else if (connection_->awaits_continue()) {
    wait_for(Wait::go_ahead);
  } else if (!head_seen_) {
    wait_for(Wait::send);
  }
}

void Exchange::on_informational(const ports::MessageHead& head) {
  if (wait_ == Wait::go_ahead && head.status == 100) wait_for(Wait::send);
  Headers& fields = context_.interim;
  fields.assign(head.text, head.fields);
  const InterimResponse interim{head.status, fields.text(head.reason, head.reason_size), fields};
  if (handler_) {
    handler_->on_informational(*this, interim);
  } else if (on_informational_) {
    on_informational_(*this, interim);
  }
}

void Exchange::on_head(const ports::MessageHead& head) {
  const bool early = !reused_ && tls_ && tls_->early_data == EarlyData::accepted && early_data();
  if (policy::should_resend_later(head.status, early, resends_)) {
    drop_stream();
    resend();
    return;
  }
  head_seen_ = true;
  expected_ = head.body_size;
  timing_.first_byte = connection_->first_byte_at() - started_;
  status_ = head.status;
  version_ = head.version;
  headers_.assign(head.text, head.fields);
  reason_ = headers_.terminated_text(head.reason, head.reason_size);
  const bool opens_tunnel = request_->request().method == method::kConnect && status_ >= 200 && status_ < 300;
  if (opens_tunnel || status_ == kSwitchingProtocols) prepare_to_detach();
  wait_for(Wait::body);
  start_rate_window();
  if (handler_) {
    handler_->on_head(*this);
  } else if (on_head_) {
    on_head_(*this);
  }
}

// prepare_to_detach makes the stream that detach() gives, which is to be the heir of the connection's
// transport.
void Exchange::prepare_to_detach() {
  auto* heir = new DetachedStream(context_.scheduler);
  connection_->bequeath(*heir);
  tunnel_ = Stream(*heir);
  // Its user may close the transport that these views lie in before on_done has returned.
  copy_connection_facts();
}

size_t Exchange::on_data(Bytes data) {
  const uint64_t limit = context_.limits.of(Wait::body);
  if (limit != 0) wait_until_ = now() + limit;
  // on_end, which flushes, follows the last byte before the session gives control back.
  const bool last = body_bytes_ + data.size() == expected_;
  const auto deliver = [this](Bytes block) { return deliver_block(block); };
  const size_t taken = blocks_.feed(data, deliver, last);
  body_bytes_ += taken;
  return taken;
}

bool Exchange::deliver_block(Bytes block) {
  if (handler_) {
    handler_->on_body(*this, block);
  } else if (on_body_) {
    on_body_(*this, block);
  }
  return !paused_ && stage_ == Stage::active;
}

void Exchange::on_trailers(const ports::MessageHead& trailers) {
  trailers_.assign(trailers.text, trailers.fields);
  trailers_pending_ = true;
}

void Exchange::on_end(const Error& error, std::string_view diagnosis) {
  connection_->stream_ended();
  if (error && begins_again(error)) return;
  stream_ = 0;
  set_end(error, diagnosis);
  deliver_end();
}

// begins_again has the request be sent once more, if that may be after such an end.
bool Exchange::begins_again(const Error& error) {
  if (request_->direct()) return false;
  Error outcome = error;
  outcome.sent = sent_;
  outcome.reused = reused_;
  outcome.idempotent = request_->idempotent();
  if (policy::lost_its_turn(outcome, behind_others_)) {
    send_alone();
    return true;
  }
  if (!policy::should_resend(outcome, resends_) || !replay_body()) return false;
  resend();
  return true;
}

// resend begins again on a fresh connection, as if nothing had been sent.
void Exchange::resend() {
  ++resends_;
  forget_attempt();
  acquire(true);
}

// send_alone begins again, later, as if nothing had been sent: any connection will do, without others on it.
void Exchange::send_alone() {
  alone_ = true;
  lone_head_ = request_->head();
  lone_head_.pipelines = false;
  forget_attempt();
  wait_for(Wait::nothing);
  stage_ = Stage::starting;
  ++context_.starting;
  context_.scheduler.defer(*this);
}

void Exchange::forget_attempt() {
  connection_ = nullptr;
  stream_ = 0;
  remote_ = {};
  tls_ = nullptr;
  sent_ = sent_all_ = false;
}

bool Exchange::replay_body() {
  BodySource* source = request_->request().body.source();
  return !source || !sent_ || source->rewind();
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

// ---- the end ----

void Exchange::discard_undelivered() {
  paused_ = false;
  blocks_.reset();
  trailers_pending_ = false;
}

void Exchange::copy_connection_facts() {
  own_remote_.assign(remote_);
  remote_ = own_remote_;
  if (tls_) {
    own_tls_ = *tls_;
    tls_ = &own_tls_;
  }
}

void Exchange::keep_connection_facts() {
  if (!connection_) return;
  copy_connection_facts();
  connection_ = nullptr;
}

void Exchange::drop_stream() {
  if (stage_ == Stage::waiting) {
    context_.pool.cancel(*this);
  } else if (stream_ != 0) {
    connection_->cancel(std::exchange(stream_, 0));
  }
}

void Exchange::set_end(const Error& error, std::string_view diagnosis) {
  end_ = error;
  end_.sent = sent_;
  end_.reused = reused_;
  end_.idempotent = request_->idempotent();
  if (!diagnosis.empty() || !diagnosis_.empty()) diagnosis_.assign(diagnosis);
  if (stage_ == Stage::starting) --context_.starting;
  stage_ = Stage::ended;
  wait_ = Wait::nothing;
  wait_until_ = window_until_ = 0;
}

void Exchange::deliver_end() {
  if (!paused_ && !blocks_.empty()) {
    blocks_.flush([this](Bytes block) { deliver_block(block); });
  }
  // Why the code is asked again after each callback: its user may have paused or cancelled in it, and a
  // cancelled exchange is ended by the task that cancel() deferred.
  if (!paused_ && trailers_pending_) {
    trailers_pending_ = false;
    if (handler_) {
      handler_->on_trailers(*this);
    } else if (on_trailers_) {
      on_trailers_(*this);
    }
  }
  if (paused_ || ports::Task::queued) {
    if (context_.settled) context_.settled(context_, *this);
    keep_connection_facts();
    return;
  }
  finish();
}

void Exchange::finish() {
  stage_ = Stage::done;
  total_until_ = 0;
  timing_.total = now() - started_;
  // A block is counted when on_body returns, and its user may have cancelled in there.
  if (end_.phase == Phase::body) end_.received = body_bytes_;
  if (handler_) {
    handler_->on_done(*this, end_);
  } else if (on_done_) {
    // Moved out so that it survives whatever is attached to this response from inside it.
    auto done = std::move(on_done_);
    done(*this, end_);
  }
  connection_ = nullptr;
  if (tunnel_) tunnel_ = {};
  own_request_.rest();
  context_.ended(context_, *this);
}

}  // namespace godwit::conn
