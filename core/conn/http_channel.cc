// SPDX-License-Identifier: MIT
#include "godwit/core/conn/http_channel.h"

#include <algorithm>
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

HttpCall& HttpChannel::make_call() {
  for (const auto& slot : slots_) {
    if (slot->call.unused()) return slot->call;
  }
  slots_.push_back(std::make_unique<Slot>(*this, blocksize_));
  return slots_.back()->call;
}

void HttpChannel::submit(HttpCall& call) {
  if (queue_.empty() && !connecting_ && may_start(call)) {
    start(call);
  } else {
    queue_.push_back(&call);
  }
}

void HttpChannel::forget_requests() {
  for (const auto& slot : slots_) slot->call.forget_request();
}

void HttpChannel::get(HttpCall& call, HttpCall::Get&& f) {
  std::erase_if(asked_, [](const HttpCall* asked) { return asked->all_read(); });
  asked_.push_back(&call);
  call.get(std::move(f));
}

size_t HttpChannel::unread() const {
  return static_cast<size_t>(
      std::count_if(asked_.begin(), asked_.end(), [](const HttpCall* call) { return !call->all_read(); }));
}

// connection is the one that those under way share; null before there is one.
const Connection* HttpChannel::connection() const {
  for (const HttpCall* call : ahead_) {
    if (call->over()) continue;
    if (const Connection* has = call->exchange().connection()) return has;
  }
  return nullptr;
}

bool HttpChannel::may_start(const HttpCall& call) const {
  size_t under_way = 0, not_submitted = 0;
  for (const HttpCall* one : ahead_) {
    if (one->over()) continue;
    ++under_way;
    if (!one->exchange().connection()) ++not_submitted;
  }
  if (under_way == 0) return true;
  if (!call.pipelines()) return false;
  const Connection* has = connection();
  if (!has) has = pool_.idle();
  return has && not_submitted < has->capacity();
}

void HttpChannel::start_next() {
  while (!queue_.empty() && !connecting_ && may_start(*queue_.front())) {
    HttpCall& call = *queue_.front();
    queue_.erase(queue_.begin());
    start(call);
  }
}

void HttpChannel::start(HttpCall& call) {
  std::erase_if(ahead_, [](const HttpCall* one) { return one->over(); });
  if (!auto_open_ && pool_.idle_connections() == 0 && ahead_.empty()) {
    call.fail(Errc::not_connected, {});
  } else {
    ahead_.push_back(&call);
    call.start();
  }
}

bool HttpChannel::connected() const {
  return pool_.idle_connections() != 0 || connection();
}

bool HttpChannel::idle() const {
  const auto over = [](const HttpCall* call) { return call->over(); };
  return !connecting_ && queue_.empty() && std::all_of(ahead_.begin(), ahead_.end(), over);
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
  if (call.head_seen() && call.framing().will_close) {
    std::erase(asked_, &call);
    // Those that were sent behind it will end with it.
    if (std::find(ahead_.begin(), ahead_.end(), &call) != ahead_.end()) ahead_.clear();
    start_next();
  }
  listener_.on_head(listener_, call);
}

// recycle takes back the calls whose responses nobody needs any more, now that a later one is handed out.
void HttpChannel::recycle(const HttpCall& handed_out) {
  for (const auto& slot : slots_) {
    HttpCall& call = slot->call;
    if (&call == &handed_out || !call.over() || call.awaited() || !call.all_read()) continue;
    if (!call.handed_out() && !call.abandoned()) continue;
    if (std::find(queue_.begin(), queue_.end(), &call) != queue_.end()) continue;
    std::erase(asked_, &call);
    std::erase(ahead_, &call);
    call.reset();
  }
}

void HttpChannel::call_over(HttpCall& call) {
  if (retired_) {
    scheduler.defer(*this);
    return;
  }
  std::erase(ahead_, &call);
  start_next();
  // The connection comes to rest behind this event, and may have room for more.
  if (!queue_.empty() && options.pipeline_depth > 1) scheduler.defer(*this);
}

// ---- the end ----

void HttpChannel::close() {
  // In the order in which they were made, so that their users hear of it in that order.
  const auto abandon = [](HttpCall& call) {
    const bool on_its_own = call.head_seen() && call.framing().will_close;
    if (call.started() && !call.over() && !on_its_own) call.abandon();
  };
  for (HttpCall* call : ahead_) abandon(*call);
  for (const auto& slot : slots_) abandon(slot->call);
  for (HttpCall* call : std::exchange(queue_, {})) call->abandon();
  for (HttpCall* call : std::exchange(asked_, {})) call->close();
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
  queue_.clear();
  for (const auto& slot : slots_) slot->call.silence();
  scheduler.defer(*this);
}

}  // namespace godwit::conn
