// SPDX-License-Identifier: MIT
// The deadlines of an Exchange.
#include "godwit/core/conn/exchange.h"

namespace godwit::conn {

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

}  // namespace godwit::conn
