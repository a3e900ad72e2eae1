// SPDX-License-Identifier: MIT
#include "godwit/core/net/tls_transport.h"

#include <span>
#include <utility>

#include "godwit/core/net/peer_info.h"

namespace godwit::net {

namespace {

tls::EngineOptions engine_options(const TlsProfile& profile, std::string_view host, std::string_view key,
                                  TlsTransport::EarlyData early_data) {
  tls::EngineOptions options = profile.engine_options(host, key);
  if (early_data == TlsTransport::EarlyData::never) options.early_data = false;
  return options;
}

}  // namespace

TlsTransport::TlsTransport(LoopImpl& loop, ports::TransportPtr lower, TlsProfile& profile,
                           std::string_view host, uint16_t port, EarlyData early_data)
    : loop_(loop),
      lower_(std::move(lower)),
      context_(profile.context()),
      engine_(*context_,
              engine_options(profile, host, std::string(host) + ':' + std::to_string(port), early_data)) {
  if (!profile.asks()) return;
  const TlsQuestion::Answer answer{[](void* self, bool accept, std::string why) {
                                     static_cast<TlsTransport*>(self)->on_answer(accept, std::move(why));
                                   },
                                   this};
  question_ = std::make_unique<TlsQuestion>(profile, host, port, answer);
}

void TlsTransport::handshake(Done done, Bytes early) {
  done_ = done;
  if (!early.empty()) {
    engine_.feed(early);
    engine_.hold();
  }
  lower_->attach(*this);
  lower_->read(true);
  resume_later();
}

void TlsTransport::read(bool on) {
  reading_ = on;
  if (state_ != State::open) return;
  if (on && !drained_) resume_later();
  if (!lower_ended_) lower_->read(on);
}

void TlsTransport::read_now() {
  if (state_ == State::open && reading_ && !lower_ended_) lower_->read_now();
}

size_t TlsTransport::write(Bytes bytes) {
  if (state_ == State::handshaking || state_ == State::closed || write_failed()) return 0;
  if (state_ == State::early && !early_data_allowed_) {
    blocked_ = true;
    return 0;
  }
  size_t taken = 0;
  bool room = flush();
  while (room && taken < bytes.size()) {
    tls::WriteResult result = engine_.write(bytes.subspan(taken));
    if (result.status == tls::Status::want_input) break;  // that is enough of early data
    if (result.status != tls::Status::ok) {
      Error error = translate();
      if (error.code == Errc::ok) error.code = Errc::send_failed;
      error.phase = Phase::send;
      fail_write(error);
      return taken;
    }
    taken += result.size;
    room = flush();
  }
  if (taken < bytes.size()) blocked_ = true;
  return taken;
}

void TlsTransport::close() {
  if (state_ == State::closed) return;
  state_ = State::closed;
  if (question_) question_->withdraw();
  engine_.close_notify();
  flush();
  lower_.reset();
  loop_.handshakes().leave(step_);
  // This may be running below: on_bytes, shake and pump look at state_ and return.
  loop_.scheduler().defer(later_);
}

void TlsTransport::on_bytes(Bytes bytes) {
  drained_ = false;
  engine_.feed(bytes);
  if (asking()) {
    // An end is to be noticed meanwhile, but nobody shall fill the memory.
    if (engine_.unread() >= kHeldForAnswer) lower_->read(false);
  } else {
    resume();
  }
  // The bytes are the lower transport's; what was not consumed has to be kept.
  if (state_ != State::closed && engine_.unread() != 0) engine_.hold();
}

void TlsTransport::on_end(const Error& error, std::string_view diagnosis) {
  lower_ended_ = true;
  if (error) {
    trouble().lower = error;
    trouble().lower_diagnosis = diagnosis;
  }
  if (shaking()) {
    fail_handshake();
    return;
  }
  engine_.end_of_input();
  drained_ = false;
  resume();
}

void TlsTransport::on_writable() {
  if (!flush() || !blocked_) return;
  blocked_ = false;
  delegate_->on_writable();
}

void TlsTransport::on_write_failed(const Error& error) {
  // In the handshake the other direction says what happened: an alert, a reset, an end.
  if (shaking() || write_failed()) return;
  trouble().write = error;
  delegate_->on_write_failed(error);
}

TlsTransport::Trouble& TlsTransport::trouble() {
  if (!trouble_) trouble_ = std::make_unique<Trouble>();
  return *trouble_;
}

void TlsTransport::resume_later() {
  resumes_ = true;
  loop_.scheduler().defer(later_);
}

void TlsTransport::run_later() {
  if (std::exchange(resumes_, false) && state_ != State::closed) resume();
  if (std::exchange(tells_, false) && state_ != State::closed) delegate_->on_write_failed(trouble_->write);
  // Closed below, it is queued once more.
  if (state_ == State::closed && !later_.queued) delete this;
}

void TlsTransport::resume() {
  if (shaking()) ask_for_step();
  if (state_ == State::open) pump();
}

void TlsTransport::ask_for_step() {
  if (loop_.handshakes().enter(step_)) {
    shake();
  } else {
    // What came is kept; more than a read's worth shall not.
    lower_->read(false);
  }
}

void TlsTransport::make_step() {
  lower_->read(true);
  shake();
  if (state_ == State::open) pump();
}

void TlsTransport::shake() {
  tls::Status status = engine_.handshake();
  flush();
  if (status == tls::Status::want_input) return;
  if (status == tls::Status::want_verdict) return ask();
  if (status == tls::Status::early) {
    if (state_ == State::early) return;
    state_ = State::early;
    info_ = tls_info(engine_);
    finish_handshake({}, {});
    return;
  }
  if (status != tls::Status::ok) {
    fail_handshake();
    return;
  }
  question_.reset();
  info_ = tls_info(engine_);
  const State before = std::exchange(state_, State::open);
  if (before == State::handshaking) {
    finish_handshake({}, {});
  } else if (std::exchange(blocked_, false)) {
    delegate_->on_writable();
  }
  // Most often the callee reads already; if not, nothing may come.
  if (state_ == State::open && !reading_) lower_->read(false);
}

void TlsTransport::ask() {
  const tls::Failure& ours = *engine_.verdict();
  VerifyRequest::Question question{.peer = tls_info(engine_).peer,
                                   .verdict = context_->verify() ? Verdict::trusted : Verdict::unchecked};
  if (ours.kind != tls::FailureKind::none) {
    question.verdict = Verdict::refused;
    question.reason = tls::name(ours.reason);
    question.problem = ours.sentence;
  }
  question_->ask(std::move(question));
}

// The answer may come from anywhere in the program: what follows from it comes when that has returned.
void TlsTransport::on_answer(bool accept, std::string why) {
  engine_.answer(accept, std::move(why));
  lower_->read(true);
  resume_later();
}

void TlsTransport::fail_handshake() {
  if (question_) question_->withdraw();
  Error error = translate();
  std::string diagnosis = engine_.failure().sentence;
  if (error.code == Errc::ok) {
    error.code = Errc::tls_failed;
    error.sys = trouble_ ? trouble_->lower.sys : 0;
    diagnosis = trouble_ && trouble_->lower ? trouble_->lower_diagnosis + " during the TLS handshake"
                                            : "the peer closed the connection during the TLS handshake";
  }
  error.phase = Phase::tls;
  const TlsInfo info = tls_info(engine_);
  info_ = {.ocsp = info.ocsp, .peer = info.peer};
  if (std::exchange(state_, State::ended) == State::handshaking) {
    finish_handshake(error, diagnosis);
    return;
  }
  // A verdict on the certificate stands; all else may be the early data's fault (RFC 8446 D.3).
  if (error.code == Errc::tls_failed) error.code = Errc::early_data_rejected;
  // It forgets the sessions, so that the next connection offers none.
  engine_.end_of_input();
  if (!lower_ended_) lower_->read(false);
  delegate_->on_end(error, diagnosis);
}

void TlsTransport::finish_handshake(const Error& error, std::string_view diagnosis) {
  done_.call(done_.context, error, diagnosis);
}

// pump delivers plaintext, as many records at once as kDelivery holds.
void TlsTransport::pump() {
  const LoopImpl::Slab slab(loop_);
  const std::span<std::byte> plaintext = slab.bytes().first(kDelivery);
  while (state_ == State::open && reading_) {
    tls::ReadResult result = engine_.read(plaintext);
    if (result.status == tls::Status::ok) {
      delegate_->on_bytes(plaintext.first(result.size));
      continue;
    }
    drained_ = true;
    // What the engine answered by itself: a key update, an alert.
    flush();
    if (result.status != tls::Status::want_input) end(result.status);
    return;
  }
}

void TlsTransport::end(tls::Status status) {
  state_ = State::ended;
  if (!lower_ended_) lower_->read(false);
  if (status == tls::Status::closed) {
    delegate_->on_end({}, {});
  } else if (trouble_ && trouble_->lower) {
    // The engine sees only a cut; the lower transport knows what cut it.
    delegate_->on_end(trouble_->lower, trouble_->lower_diagnosis);
  } else {
    delegate_->on_end(translate(), engine_.failure().sentence);
  }
}

// flush moves ciphertext down; true when all of it is gone.
bool TlsTransport::flush() {
  while (!engine_.output().empty()) {
    size_t taken = lower_->write(engine_.output());
    if (taken == 0) return false;
    engine_.drained(taken);
  }
  return true;
}

void TlsTransport::fail_write(const Error& error) {
  trouble().write = error;
  tells_ = true;
  loop_.scheduler().defer(later_);
}

// translate is where failures of tls/ become errors; ok when the engine has not failed.
Error TlsTransport::translate() const {
  const tls::Failure& failure = engine_.failure();
  Error error;
  error.detail = failure.detail;
  switch (failure.kind) {
    case tls::FailureKind::none:
      break;
    case tls::FailureKind::not_tls:
      error.code = Errc::tls_not_tls;
      break;
    case tls::FailureKind::certificate:
      error.code = Errc::certificate_rejected;
      break;
    case tls::FailureKind::truncated:
      error.code = Errc::tls_truncated;
      break;
    case tls::FailureKind::protocol:
    case tls::FailureKind::alert:
    case tls::FailureKind::alpn_mismatch:
    case tls::FailureKind::renegotiation:
    case tls::FailureKind::internal:
      error.code = Errc::tls_failed;
      break;
  }
  return error;
}

}  // namespace godwit::net
