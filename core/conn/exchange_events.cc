// SPDX-License-Identifier: MIT
// The stream's events, as an Exchange tells them to its user, up to the end or to another beginning.
#include <utility>

#include "godwit/core/conn/detached_stream.h"
#include "godwit/core/conn/exchange.h"
#include "godwit/core/method.h"
#include "godwit/core/policy/pipelining.h"
#include "godwit/core/policy/retry.h"

namespace godwit::conn {

namespace {

constexpr int kSwitchingProtocols = 101;

}  // namespace

void Exchange::on_sent(bool complete) {
  sent_ = true;
  sent_all_ |= complete;
  if (context_.progressed) context_.progressed(context_, *this);
  if (complete) {
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
  } else if (has_callbacks_ && callbacks_->on_informational) {
    callbacks_->on_informational(*this, interim);
  }
}

void Exchange::on_head(const ports::MessageHead& head) {
  const TlsInfo* const tls = reused_ ? nullptr : tls_now();
  const bool early = tls && tls->early_data == EarlyData::accepted && early_data();
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
  take_head(headers_, head);
  reason_ = headers_->terminated_text(head.reason, head.reason_size);
  const bool opens_tunnel = request_->request().method == method::kConnect && status_ >= 200 && status_ < 300;
  if (opens_tunnel || status_ == kSwitchingProtocols) prepare_to_detach();
  wait_for(Wait::body);
  start_rate_window();
  if (handler_) {
    handler_->on_head(*this);
  } else if (has_callbacks_ && callbacks_->on_head) {
    callbacks_->on_head(*this);
  }
}

// take_head copies the fields of a head: into the memory that held those of the last response, which is in
// the caches, where that of an exchange that waited for its response is not.
void Exchange::take_head(std::unique_ptr<Headers>& fields, const ports::MessageHead& head) {
  if (!fields) fields = context_.heads.take();
  fields->assign(head.text, head.fields);
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
  // Its user, in on_body, is to find what is in hand counted; what is not taken comes again.
  body_bytes_ += data.size();
  const size_t taken = blocks_.feed(data, deliver, last);
  body_bytes_ -= data.size() - taken;
  return taken;
}

bool Exchange::deliver_block(Bytes block) {
  if (handler_) {
    handler_->on_body(*this, block);
  } else if (has_callbacks_ && callbacks_->on_body) {
    callbacks_->on_body(*this, block);
  }
  return !paused_ && stage_ == Stage::active;
}

void Exchange::on_trailers(const ports::MessageHead& trailers) {
  take_head(trailers_, trailers);
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
  if (!lone_head_) lone_head_ = std::make_unique<ports::RequestHead>();
  *lone_head_ = request_->head();
  lone_head_->pipelines = false;
  forget_attempt();
  wait_for(Wait::nothing);
  stage_ = Stage::starting;
  ++context_.starting;
  context_.scheduler.defer(*this);
}

void Exchange::forget_attempt() {
  connection_ = nullptr;
  stream_ = 0;
  sent_ = sent_all_ = has_facts_ = false;
}

bool Exchange::replay_body() {
  BodySource* source = request_->request().body.source();
  return !source || !sent_ || source->rewind();
}

// ---- the end ----

void Exchange::discard_undelivered() {
  paused_ = false;
  blocks_.reset();
  trailers_pending_ = false;
}

void Exchange::copy_connection_facts() {
  if (has_facts_) return;
  const std::string_view remote = remote_now();
  const TlsInfo* const tls = tls_now();
  if (!facts_) facts_ = std::make_unique<ConnectionFacts>();
  facts_->remote.assign(remote);
  facts_->has_tls = tls != nullptr;
  if (tls) facts_->tls = *tls;
  has_facts_ = true;
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
    } else if (has_callbacks_ && callbacks_->on_trailers) {
      callbacks_->on_trailers(*this);
    }
  }
  if (paused_ || ports::Task::queued) {
    if (context_.progressed) context_.progressed(context_, *this);
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
  } else if (has_callbacks_ && callbacks_->on_done) {
    // Moved out so that it survives whatever is attached to this response from inside it.
    auto done = std::move(callbacks_->on_done);
    done(*this, end_);
  }
  connection_ = nullptr;
  if (tunnel_) tunnel_ = {};
  if (own_request_) own_request_->rest();
  context_.ended(context_, *this);
}

}  // namespace godwit::conn
