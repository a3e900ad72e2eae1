// SPDX-License-Identifier: MIT
#include "godwit/core/conn/pool.h"

#include <utility>

#include "godwit/core/conn/deadlines.h"

namespace godwit::conn {

void Dial::on_connected(ports::TransportPtr transport, const ports::ConnectTiming& timing) {
  pool.connected(*this, std::move(transport), timing);
}

void Dial::on_connect_failed(const Error& error, std::string_view diagnosis) {
  pool.dial_failed(*this, error, diagnosis);
}

void Dial::on_proxy_response(ProxyResponse& response) {
  proxy_response = std::make_unique<ProxyResponse>(std::move(response));
}

void Dial::on_certificate_rejected(const TlsInfo& info) {
  refused_tls = std::make_unique<TlsInfo>(info);
}

Pool::Pool(ports::Scheduler& scheduler, ports::Connector& connector, ports::SessionFactory& sessions,
           WriteBuffer& scratch, const ClientOptions& options)
    : ConnectionOwner{
          [](ConnectionOwner& owner, Connection& c) { static_cast<Pool&>(owner).connection_idle(c); },
          [](ConnectionOwner& owner, Connection& c) { static_cast<Pool&>(owner).connection_room(c); },
          [](ConnectionOwner& owner, Connection& c) { static_cast<Pool&>(owner).connection_closed(c); }},
      ports::Timer([](ports::Timer& timer) { static_cast<Pool&>(timer).expire_idle(); }),
      scheduler_(scheduler),
      connector_(connector),
      sessions_(sessions),
      options_(options),
      idle_limit_(nanoseconds(options.timeouts.idle)),
      context_{*this, scheduler, scratch, options.pipeline_depth > 1} {}

Pool::~Pool() {
  scheduler_.cancel(*this);
  for (auto& [route, host] : hosts_) {
    while (Dial* dial = host->dials.pop_front()) {
      dial->attempt->abandon();
      delete dial;
    }
    while (Connection* connection = host->idle.pop_front()) delete connection;
    while (Connection* connection = host->busy.pop_front()) delete connection;
    while (Connection* connection = host->shared.pop_front()) delete connection;
  }
}

void Pool::acquire(const ports::Route& route, Waiter& waiter, bool fresh) {
  Host& host = host_of(route);
  if (!fresh) {
    if (Connection* connection = take_idle(host)) return give(waiter, *connection, {});
    // Who waits for more than a connection being made has asked before.
    const bool shares =
        waiter.sharing == Sharing::by_preference || (waiter.sharing == Sharing::when_full && !may_dial(host));
    if (shares && host.waiter_count <= host.dial_count) {
      if (Connection* connection = take_shared(host)) return give(waiter, *connection, {});
    }
  }
  waiter.host = &host;
  waiter.needs_fresh = fresh;
  host.waiters.push_back(waiter);
  ++host.waiter_count;
  dial_for_waiters(host);
}

void Pool::cancel(Waiter& waiter) {
  Host& host = *std::exchange(waiter.host, nullptr);
  host.waiters.remove(waiter);
  --host.waiter_count;
  if (host.dial_count > host.waiter_count) {
    Dial& dial = *host.dials.back();
    dial.attempt->abandon();
    end_dial(dial);
    slot_freed();
  }
  forget_if_empty(host);
}

Phase Pool::phase(const Waiter& waiter) const {
  const Dial* dial = waiter.host ? waiter.host->dials.front() : nullptr;
  // Dials serve waiters in order: the n-th waiter waits for the n-th dial, if there is one.
  for (const Waiter* w = waiter.host ? waiter.host->waiters.front() : nullptr; dial && w != &waiter;
       w = w->next) {
    dial = dial->next;
  }
  return dial ? dial->attempt->phase() : Phase::queue;
}

Host* Pool::find(const ports::Route& route) {
  if (last_asked_ && last_asked_->route == route) return last_asked_;
  const auto found = hosts_.find(route);
  return found == hosts_.end() ? nullptr : last_asked_ = found->second.get();
}

Host& Pool::host_of(const ports::Route& route) {
  if (Host* host = find(route)) return *host;
  std::unique_ptr<Host>& place = hosts_[route];
  place = std::make_unique<Host>();
  place->route = route;
  last_asked_ = place.get();
  return *place;
}

// may_serve judges a connection that is idle no longer, and closes it if it may not.
inline bool Pool::may_serve(Connection& connection) {
  const uint64_t lay_idle = scheduler_.now() - connection.idle_since;
  // Nobody may have run the loop since: bytes that lie in the socket by now would be taken for the answer to
  // the request that goes out first.
  if (lay_idle > kJustRead) connection.catch_up();
  if (connection.closed()) return false;
  const uint64_t promised = connection.keep_alive_hint() * uint64_t{1'000'000'000};
  if (promised == 0 || lay_idle + kHintMargin < promised) return true;
  connection.close();
  return false;
}

Connection* Pool::take(const ports::Route& route, HostPlace& place) {
  if (place.generation != generation_) {
    Host* host = find(route);
    if (!host) return nullptr;
    place = {host, generation_};
  }
  return take_idle(*place.host);
}

Connection* Pool::take_idle(Host& host) {
  if (in_hand_ && in_hand_->host == &host) {
    Connection* const connection = std::exchange(in_hand_, nullptr);
    if (may_serve(*connection)) return connection;
  }
  while (Connection* connection = host.idle.back()) {
    unpark(*connection);
    host.busy.push_back(*connection);
    if (may_serve(*connection)) return connection;
  }
  return nullptr;
}

// take_shared gives the connection whose turn it is; its turn comes again behind the others'.
Connection* Pool::take_shared(Host& host) {
  while (Connection* connection = host.shared.front()) {
    leave_busy(*connection);
    if (connection->room() != 0) {
      connection->shared = true;
      host.shared.push_back(*connection);
      return connection;
    }
    host.busy.push_back(*connection);
  }
  return nullptr;
}

void Pool::give(Waiter& waiter, Connection& connection, const ports::ConnectTiming& timing) {
  waiter.ready(waiter, connection, timing);
  if (context_.pipelines) note_room(connection);
}

// give_next is for a waiter in the queue of the host.
void Pool::give_next(Host& host, Waiter& waiter, Connection& connection) {
  host.waiters.remove(waiter);
  --host.waiter_count;
  waiter.host = nullptr;
  give(waiter, connection, {});
}

// note_room has the connection be among the busy or the shared ones, as it should.
void Pool::note_room(Connection& connection) {
  const bool room = connection.room() != 0;
  if (room == connection.shared) return;
  leave_busy(connection);
  connection.shared = room;
  (room ? connection.host->shared : connection.host->busy).push_back(connection);
}

// leave_busy takes a connection out of the list that it is in, which is not that of the idle ones.
void Pool::leave_busy(Connection& connection) {
  (connection.shared ? connection.host->shared : connection.host->busy).remove(connection);
  connection.shared = false;
}

// fill_shared serves those that wait for more than a connection being made, in their order, as long as they
// pipeline and there is room.
void Pool::fill_shared(Host& host) {
  Waiter* waiter = host.waiters.front();
  while (host.waiter_count > host.dial_count) {
    while (waiter && waiter->needs_fresh) waiter = waiter->next;
    if (!waiter || waiter->sharing == Sharing::never) return;
    Connection* connection = take_shared(host);
    if (!connection) return;
    Waiter* const behind = waiter->next;
    give_next(host, *waiter, *connection);
    waiter = behind;
  }
}

bool Pool::may_dial(const Host& host) const {
  const uint32_t per_host = options_.max_connections_per_host;
  if (per_host != 0 && host.connection_count + host.dial_count >= per_host) return false;
  return options_.max_connections == 0 || slots_ < options_.max_connections || idle();
}

void Pool::park(Connection& connection) {
  put_down();
  in_hand_ = &connection;
  connection.idle_since = scheduler_.now();
  if (idle_limit_ != 0 && !armed) scheduler_.arm(*this, connection.idle_since + idle_limit_);
}

// put_down has the connection in hand be among those that are looked at.
void Pool::put_down() {
  if (!in_hand_) return;
  Connection& connection = *std::exchange(in_hand_, nullptr);
  leave_busy(connection);
  connection.host->idle.push_back(connection);
  idle_.push_back(connection);
  ++idle_count_;
}

void Pool::unpark(Connection& connection) {
  connection.host->idle.remove(connection);
  idle_.remove(connection);
  --idle_count_;
}

void Pool::close_idle() {
  put_down();
  while (Connection* connection = idle_.front()) {
    unpark(*connection);
    connection->host->busy.push_back(*connection);
    connection->close();
  }
}

void Pool::expire_idle() {
  put_down();
  const uint64_t now = scheduler_.now();
  while (Connection* connection = idle_.front()) {
    if (connection->idle_since + idle_limit_ > now) {
      scheduler_.arm(*this, connection->idle_since + idle_limit_);
      return;
    }
    unpark(*connection);
    connection->host->busy.push_back(*connection);
    connection->close();
  }
}

void Pool::dial_for_waiters(Host& host) {
  while (host.dial_count < host.waiter_count) {
    const uint32_t per_host = options_.max_connections_per_host;
    if (per_host != 0 && host.connection_count + host.dial_count >= per_host) return;
    if (options_.max_connections != 0 && slots_ >= options_.max_connections) {
      if (!host.starving) {
        host.starving = true;
        starving_.push_back(host);
      }
      // A connection that nobody uses gives way; its slot comes free when it is closed.
      put_down();
      if (Connection* idle = idle_.front()) {
        unpark(*idle);
        idle->host->busy.push_back(*idle);
        idle->close();
      }
      return;
    }
    ++slots_;
    ++host.dial_count;
    Dial* dial = new Dial(*this, host);
    host.dials.push_back(*dial);
    dial->attempt = connector_.connect(host.route, *dial);
  }
}

void Pool::end_dial(Dial& dial) {
  dial.host.dials.remove(dial);
  --dial.host.dial_count;
  --slots_;
  delete &dial;
}

void Pool::connected(Dial& dial, ports::TransportPtr transport, const ports::ConnectTiming& timing) {
  Host& host = dial.host;
  const TlsInfo* tls = transport->tls();
  auto session = sessions_.make_session(tls ? std::string_view(tls->alpn) : std::string_view());
  end_dial(dial);
  auto* connection = new Connection(context_, std::move(transport), std::move(session));
  ++slots_;
  ++host.connection_count;
  connection->host = &host;
  host.busy.push_back(*connection);
  Waiter* waiter = host.waiters.pop_front();
  if (!waiter) {
    connection_idle(*connection);
    return;
  }
  --host.waiter_count;
  waiter->host = nullptr;
  give(*waiter, *connection, timing);
}

void Pool::dial_failed(Dial& dial, const Error& error, std::string_view diagnosis) {
  Host& host = dial.host;
  if (error.code == Errc::out_of_resources && host.waiter_count != 0 && idle()) {
    // A connection that nobody uses gives its descriptor up before anybody is told. It is closed before the
    // next attempt begins, and each such round has one less.
    put_down();
    Connection& idle = *idle_.front();
    unpark(idle);
    idle.host->busy.push_back(idle);
    idle.close();
    end_dial(dial);
    dial_for_waiters(host);
    return;
  }
  Waiter* waiter = host.waiters.pop_front();
  if (waiter) {
    --host.waiter_count;
    waiter->host = nullptr;
    waiter->refusal = std::move(dial.proxy_response);
    waiter->refused_tls = std::move(dial.refused_tls);
  }
  end_dial(dial);
  dial_for_waiters(host);
  slot_freed();
  forget_if_empty(host);
  // Last, for it runs the user's callbacks, and those may cancel other waiters of this host.
  if (waiter) waiter->failed(*waiter, error, diagnosis);
}

void Pool::slot_freed() {
  // Why once: a host that still finds no slot puts itself at the end of the line again.
  if (Host* host = starving_.pop_front()) {
    host->starving = false;
    dial_for_waiters(*host);
  }
}

void Pool::forget_if_empty(Host& host) {
  if (host.waiter_count != 0 || host.dial_count != 0 || host.connection_count != 0) return;
  if (host.starving) starving_.remove(host);
  if (last_asked_ == &host) last_asked_ = nullptr;
  ++generation_;
  hosts_.erase(hosts_.find(host.route));
}

void Pool::connection_idle(Connection& connection) {
  Host& host = *connection.host;
  Waiter* waiter = host.waiters.front();
  while (waiter && waiter->needs_fresh) waiter = waiter->next;
  if (!waiter) {
    // It gives way to another host that waits for a slot of the pool, or to a new one for who waits here.
    if (starving_.empty() && host.dial_count >= host.waiter_count) {
      park(connection);
    } else {
      connection.close();
    }
    return;
  }
  give_next(host, *waiter, connection);
  if (context_.pipelines) fill_shared(host);
}

void Pool::connection_room(Connection& connection) {
  note_room(connection);
  fill_shared(*connection.host);
}

void Pool::connection_closed(Connection& connection) {
  Host& host = *connection.host;
  if (in_hand_ == &connection) in_hand_ = nullptr;
  if (connection.idle_next || connection.idle_previous || idle_.front() == &connection) {
    unpark(connection);
  } else {
    leave_busy(connection);
  }
  --host.connection_count;
  --slots_;
  slot_freed();
  dial_for_waiters(host);
  forget_if_empty(host);
}

}  // namespace godwit::conn
