// SPDX-License-Identifier: MIT
#include "godwit/core/conn/http_channel.h"

#include <utility>

namespace godwit::conn {

HttpChannel::HttpChannel(ports::Scheduler& the_scheduler, ports::Connector& connector,
                         ports::SessionFactory& the_sessions, WriteBuffer& scratch,
                         const ClientOptions& the_options, size_t blocksize, bool auto_open,
                         HttpChannelListener& listener)
    : HttpCallOwner{
          [](HttpCallOwner& owner, HttpCall&, const InterimResponse& told) {
            HttpChannelListener& l = static_cast<HttpChannel&>(owner).listener_;
            l.on_informational(l, told);
          },
          [](HttpCallOwner& owner, HttpCall& call) { static_cast<HttpChannel&>(owner).head_arrived(call); },
          [](HttpCallOwner& owner, HttpCall& call) { static_cast<HttpChannel&>(owner).call_over(call); }},
      ExchangeContext{
          .scheduler = the_scheduler,
          .sessions = the_sessions,
          .pool = pool_,
          .options = the_options,
          .limits = WaitLimits(the_options.timeouts),
          .interim = {},
          .ended = [](ExchangeContext&, Exchange& exchange) { HttpCall::of(exchange).exchange_ended(); },
          .progressed = [](ExchangeContext&, Exchange& exchange) { HttpCall::of(exchange).progressed(); }},
      Waiter(
          [](Waiter& waiter, Connection& connection, const ports::ConnectTiming&) {
            auto& self = static_cast<HttpChannel&>(waiter);
            self.pool_.put_back(connection);
            self.connect_ended({}, {});
          },
          [](Waiter& waiter, const Error& error, std::string_view diagnosis) {
            static_cast<HttpChannel&>(waiter).connect_ended(error, diagnosis);
          }),
      ports::Task([](ports::Task& task) { static_cast<HttpChannel&>(task).run_deferred(); }),
      listener_(listener),
      tap_(connector, listener),
      pool_(the_scheduler, tap_, the_sessions, scratch, the_options),
      blocksize_(blocksize),
      auto_open_(auto_open) {}

HttpChannel::~HttpChannel() {
  scheduler.remove(*this);
}

// ---- the calls ----

HttpCall& HttpChannel::add_call() {
  slots_.push_back(std::make_unique<Slot>(*this, blocksize_));
  spares_.push_front(slots_.back()->call);
  return slots_.back()->call;
}

void HttpChannel::submit(HttpCall& call) {
  spares_.remove(call);
  const bool now = waiting_ == 0 && !connecting_ && may_start(call);
  calls_.push_back(call);
  if (now) {
    start(call);
  } else {
    ++waiting_;
  }
}

void HttpChannel::forget_requests() {
  for (const auto& slot : slots_) slot->call.forget_request();
}

HttpCall* HttpChannel::first_unasked(size_t& unread) const {
  unread = 0;
  HttpCall* call = calls_.front();
  for (; call && (call->asked() || call->abandoned()); call = call->next) {
    if (call->asked() && !call->on_its_own && !call->all_read()) ++unread;
  }
  return call;
}

HttpCall* HttpChannel::last_unasked() const {
  HttpCall* call = calls_.back();
  while (call && (call->asked() || call->abandoned())) call = call->previous;
  return call;
}

// connection is the one that those under way share; null before there is one.
const Connection* HttpChannel::connection() const {
  for (const HttpCall* call = calls_.front(); call; call = call->next) {
    if (!call->ahead || call->over()) continue;
    if (const Connection* has = call->exchange().connection()) return has;
  }
  return nullptr;
}

// under_way: a call shares the connection, or gets it.
bool HttpChannel::under_way() const {
  for (const HttpCall* call = calls_.front(); call; call = call->next) {
    if (call->ahead && !call->over()) return true;
  }
  return false;
}

bool HttpChannel::may_start(const HttpCall& call) const {
  if (!under_way()) return true;
  if (!call.pipelines()) return false;
  const Connection* has = connection();
  if (!has) has = pool_.idle();
  size_t not_submitted = 0;
  for (const HttpCall* one = calls_.front(); one; one = one->next) {
    if (one->ahead && !one->over() && !one->exchange().connection()) ++not_submitted;
  }
  return has && not_submitted < has->capacity();
}

void HttpChannel::start_next() {
  while (waiting_ != 0 && !connecting_) {
    HttpCall* call = calls_.front();
    while (!call->waits()) call = call->next;
    if (!may_start(*call)) return;
    --waiting_;
    start(*call);
  }
}

void HttpChannel::start(HttpCall& call) {
  if (!auto_open_ && pool_.idle_connections() == 0 && !under_way()) {
    call.fail(Errc::not_connected, {});
  } else {
    call.ahead = true;
    call.start();
  }
}

bool HttpChannel::connected() const {
  return pool_.idle_connections() != 0 || connection();
}

bool HttpChannel::idle() const {
  return !connecting_ && waiting_ == 0 && !under_way();
}

int HttpChannel::fileno() const {
  const Connection* has = connection();
  if (!has && idle()) has = pool_.idle();
  return has ? has->transport().native_handle() : -1;
}

// ---- connecting ----

void HttpChannel::connect(const ports::Route& route,
                          Callback<void(const Error&, std::string_view diagnosis)> f) {
  connected_ = std::move(f);
  connect_error_ = {};
  connect_diagnosis_.clear();
  if (connected()) {
    scheduler.defer(*this);
    return;
  }
  connecting_ = true;
  scheduler.hold();
  pool_.acquire(route, *this, false);
}

void HttpChannel::connect_ended(const Error& error, std::string_view diagnosis) {
  connecting_ = false;
  scheduler.release();
  connect_error_ = error;
  connect_diagnosis_.assign(diagnosis);
  scheduler.defer(*this);
}

void HttpChannel::run_deferred() {
  if (retired_) {
    for (const auto& slot : slots_) {
      if (slot->call.started() && !slot->call.over()) return;  // its end comes here again
    }
    listener_.on_retired(listener_);
    return;
  }
  if (connected_ && !connecting_) {
    auto f = std::move(connected_);
    f(connect_error_, connect_diagnosis_);
  }
  start_next();
}

// ---- what the calls tell ----

void HttpChannel::head_arrived(HttpCall& call) {
  recycle(call);
  if (call.head_seen() && call.framing().will_close) let_go(call);
  listener_.on_head(listener_, call);
}

// let_go has a call keep its connection to itself. Those that were sent behind it will end with it.
void HttpChannel::let_go(HttpCall& call) {
  call.on_its_own = true;
  if (call.ahead) {
    for (HttpCall* one = calls_.front(); one; one = one->next) one->ahead = false;
  }
  start_next();
}

// recycle takes back the calls whose responses nobody needs any more, now that a later one is handed out.
void HttpChannel::recycle(const HttpCall& handed_out) {
  for (HttpCall* next = calls_.front(); next != &handed_out;) {
    HttpCall& call = *std::exchange(next, next->next);
    if (!call.over() || call.awaited() || !call.all_read()) continue;
    if (!call.handed_out() && !call.abandoned()) continue;
    calls_.remove(call);
    call.reset();
    spares_.push_front(call);
  }
}

void HttpChannel::call_over(HttpCall& call) {
  if (retired_) {
    scheduler.defer(*this);
    return;
  }
  call.ahead = false;
  start_next();
  // The connection comes to rest behind this event, and may have room for more.
  if (waiting_ != 0 && options.pipeline_depth > 1) scheduler.defer(*this);
}

// ---- the end ----

void HttpChannel::close() {
  waiting_ = 0;
  // In the order in which they were made, so that their users hear of it in that order.
  for (HttpCall* call = calls_.front(); call; call = call->next) {
    if (!call->on_its_own && !(call->over() && call->asked())) call->abandon();
  }
  for (HttpCall* call = calls_.front(); call; call = call->next) {
    if (!call->on_its_own && call->asked()) call->close();
  }
  pool_.close_idle();
  if (connecting_) {
    pool_.cancel(*this);
    connect_ended({.code = Errc::cancelled, .phase = Phase::connect}, {});
  }
}

void HttpChannel::retire() {
  retired_ = true;
  if (connecting_) {
    pool_.cancel(*this);
    scheduler.release();
    connecting_ = false;
  }
  waiting_ = 0;
  for (const auto& slot : slots_) slot->call.silence();
  scheduler.defer(*this);
}

}  // namespace godwit::conn
