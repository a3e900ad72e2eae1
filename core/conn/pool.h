// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <unordered_map>

#include "godwit/core/conn/connection.h"
#include "godwit/core/conn/intrusive_list.h"
#include "godwit/core/options.h"
#include "godwit/core/ports/connector.h"
#include "godwit/core/ports/scheduler.h"
#include "godwit/core/ports/session.h"
#include "godwit/core/write_buffer.h"

namespace godwit::conn {

// Dial is one connection being made for the waiters of a host.
struct Dial final : ports::ConnectSink {
  Dial(class Pool& p, struct Host& h) : pool(p), host(h) {}
  void on_connected(ports::TransportPtr transport, const ports::ConnectTiming& timing) override;
  void on_connect_failed(const Error& error, std::string_view diagnosis) override;
  void on_proxy_response(ProxyResponse& response) override;
  void on_certificate_rejected(const TlsInfo& info) override;

  Pool& pool;
  Host& host;
  ports::Connector::Attempt* attempt = nullptr;
  std::unique_ptr<ProxyResponse> proxy_response;
  std::unique_ptr<TlsInfo> refused_tls;
  Dial* next = nullptr;
  Dial* previous = nullptr;
};

// Sharing says whether a waiter takes a connection on which others wait for their responses.
enum class Sharing : uint8_t {
  never,
  when_full,     // if no further connection may be made
  by_preference  // rather than have one made
};

// Waiter is a place in the queue for a connection, embedded by who waits. Exactly one of ready and
// failed comes, unless it is cancelled; ready may come from inside Pool::acquire.
struct Waiter {
  using Ready = void (*)(Waiter&, Connection&, const ports::ConnectTiming&);
  using Failed = void (*)(Waiter&, const Error&, std::string_view diagnosis);
  Waiter(Ready r, Failed f) : ready(r), failed(f) {}

  Ready ready;
  Failed failed;
  Host* host = nullptr;
  bool needs_fresh = false;                // no connection that served before will do
  Sharing sharing = Sharing::never;        // set before acquire()
  std::unique_ptr<ProxyResponse> refusal;  // what a proxy said, in failed
  std::unique_ptr<TlsInfo> refused_tls;    // whose certificate was refused, in failed
  Waiter* next = nullptr;
  Waiter* previous = nullptr;
};

// Host is what the pool knows of one route; it goes when nothing of it is left.
struct Host {
  ports::Route route;
  IntrusiveList<Connection, &Connection::host_next, &Connection::host_previous> idle;
  IntrusiveList<Connection, &Connection::host_next, &Connection::host_previous> busy;
  // shared: busy, with room for requests that pipeline; the one that is to get the next comes first.
  IntrusiveList<Connection, &Connection::host_next, &Connection::host_previous> shared;
  IntrusiveList<Waiter, &Waiter::next, &Waiter::previous> waiters;
  IntrusiveList<Dial, &Dial::next, &Dial::previous> dials;
  uint32_t waiter_count = 0;
  uint32_t dial_count = 0;
  uint32_t connection_count = 0;
  // Links among the hosts that the limit of the whole pool keeps from dialling.
  Host* next = nullptr;
  Host* previous = nullptr;
  bool starving = false;
};

// HostPlace remembers where the Host of a route was, so that who asks again need not search.
struct HostPlace {
  Host* host = nullptr;
  uint64_t generation = 0;  // of the pool, at that time
};

// Pool hands out connections: an idle one of the same route (the one used last first), else a new one
// within the limits, else one that has room for a request that pipelines, in turn, else the next that comes
// free, in the order of asking.
class Pool final : private ConnectionOwner, private ports::Timer {
 public:
  // kHintMargin: a connection is not used in the last second that the peer promised to keep it.
  static constexpr uint64_t kHintMargin = 1'000'000'000;

  // kJustRead: a connection that has been idle for less was read in this batch of events; looking again would
  // cost each request of a busy client a system call.
  static constexpr uint64_t kJustRead = 50'000;

  // Pool on ports that outlive it, as `scratch` does, which is empty between calls.
  Pool(ports::Scheduler& scheduler, ports::Connector& connector, ports::SessionFactory& sessions,
       WriteBuffer& scratch, const ClientOptions& options);
  // ~Pool closes every connection; no waiter may be left.
  ~Pool();

  // acquire finds a connection for the waiter. fresh: none that served before will do, however long it takes.
  void acquire(const ports::Route& route, Waiter& waiter, bool fresh);

  // take gives an idle connection, null without one. `place` is always that of the same route.
  Connection* take(const ports::Route& route, HostPlace& place);

  // cancel takes the waiter out of the queue.
  void cancel(Waiter& waiter);

  // put_back parks a connection that a waiter got and did not use.
  void put_back(Connection& connection) { park(connection); }

  // close_idle closes every idle connection.
  void close_idle();

  // phase tells what a queued waiter is waiting for: queue, or the phase of the attempt made for it.
  Phase phase(const Waiter& waiter) const;

  size_t idle_connections() const { return idle_count_ + (in_hand_ ? 1 : 0); }
  // idle is the connection that was used last among those that are idle; null without one.
  const Connection* idle() const { return in_hand_ ? in_hand_ : idle_.back(); }

 private:
  friend struct Dial;

  // Routes that differ in their tunnel alone share a bucket: there are few proxies to one origin.
  struct RouteHash {
    size_t operator()(const ports::Route& r) const {
      return std::hash<std::string_view>()(r.origin.host) * 31 + r.origin.port * 2u +
             (r.origin.https ? 1u : 0u) + r.tls_profile * 131072u;
    }
  };

  void connected(Dial& dial, ports::TransportPtr transport, const ports::ConnectTiming& timing);
  void dial_failed(Dial& dial, const Error& error, std::string_view diagnosis);

  Host* find(const ports::Route& route);
  Host& host_of(const ports::Route& route);
  Connection* take_idle(Host& host);
  bool may_serve(Connection& connection);
  Connection* take_shared(Host& host);
  void give(Waiter& waiter, Connection& connection, const ports::ConnectTiming& timing);
  void give_next(Host& host, Waiter& waiter, Connection& connection);
  void note_room(Connection& connection);
  void leave_busy(Connection& connection);
  void fill_shared(Host& host);
  bool may_dial(const Host& host) const;
  void park(Connection& connection);
  void put_down();
  void unpark(Connection& connection);
  void dial_for_waiters(Host& host);
  void end_dial(Dial& dial);
  void slot_freed();
  void forget_if_empty(Host& host);
  void connection_idle(Connection& connection);
  void connection_room(Connection& connection);
  void connection_closed(Connection& connection);
  void expire_idle();

  ports::Scheduler& scheduler_;
  ports::Connector& connector_;
  ports::SessionFactory& sessions_;
  const ClientOptions& options_;
  const uint64_t idle_limit_;  // nanoseconds; 0: none
  ConnectionContext context_;
  std::unordered_map<ports::Route, std::unique_ptr<Host>, RouteHash> hosts_;
  Host* last_asked_ = nullptr;  // most often asked for again, and then not looked up
  uint64_t generation_ = 1;     // grows when a Host goes
  // in_hand is the connection that came to rest last, if it is idle still. It is in no list of idle ones
  // before somebody looks at these: most often the user of the exchange that just ended takes it again at
  // once.
  Connection* in_hand_ = nullptr;
  // Every idle connection of every host but that one, the longest idle first.
  IntrusiveList<Connection, &Connection::idle_next, &Connection::idle_previous> idle_;
  IntrusiveList<Host, &Host::next, &Host::previous> starving_;
  size_t idle_count_ = 0;  // of idle_
  uint32_t slots_ = 0;     // connections, and those being made
};

}  // namespace godwit::conn
