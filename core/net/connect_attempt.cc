// SPDX-License-Identifier: MIT
#include "godwit/core/net/connect_attempt.h"

#include <algorithm>
#include <utility>

#include <uv.h>

namespace godwit::net {

namespace {

// The system has run out of something: no other address would do better.
bool is_resource_error(int status) {
  return status == UV_EMFILE || status == UV_ENFILE || status == UV_ENOBUFS || status == UV_ENOMEM;
}

std::string milliseconds(Timeouts::Duration time) {
  return std::to_string(time.count()) + " ms";
}

}  // namespace

ConnectAttempt::ConnectAttempt(Connector& connector, const ports::Route& route, ports::ConnectSink& sink)
    : connector_(connector), sink_(sink), route_(route) {
  next_ = connector_.attempts_;
  if (next_) next_->previous_ = this;
  connector_.attempts_ = this;
  connector_.loop_.scheduler().defer(start_);
}

ConnectAttempt::~ConnectAttempt() {
  UvScheduler& scheduler = connector_.loop_.scheduler();
  scheduler.remove(start_);
  scheduler.cancel(deadline_);
  scheduler.cancel(next_try_);
  if (resolving_) connector_.resolver_.cancel(*this);
  stop_tries();
  if (tls_) tls_->close();
  (previous_ ? previous_->next_ : connector_.attempts_) = next_;
  if (next_) next_->previous_ = previous_;
}

void ConnectAttempt::start() {
  enter(Phase::resolve, connector_.timeouts_.resolve);
  if (!connector_.problem_.empty()) return fail(Errc::invalid_option, connector_.problem_);
  TlsProfile& profile = connector_.profiles_.at(route_.tls_profile);
  if (route_.origin.https && !profile.context()) return fail(Errc::invalid_option, profile.problem());

  if (const ports::Address* address = connector_.find_override(route_.origin)) return race({address, 1});
  if (std::optional<ports::Address> address = parse_address(route_.origin.host)) return race({&*address, 1});
  resolving_ = true;
  connector_.resolver_.resolve(route_.origin.host, *this);
}

void ConnectAttempt::on_resolved(std::span<const ports::Address> addresses, const Error& error,
                                 std::string_view diagnosis) {
  resolving_ = false;
  if (error) {
    Error copy = error;
    copy.phase = Phase::resolve;
    return fail(copy, diagnosis);
  }
  race(addresses);
}

void ConnectAttempt::race(std::span<const ports::Address> addresses) {
  timing_.resolve = elapsed();
  enter(Phase::connect, connector_.timeouts_.connect);
  for (const ports::Address& address : interleave(addresses)) {
    tries_.emplace_back().remote = {address, route_.origin.port};
  }
  eyeballs_ = HappyEyeballs(tries_.size());
  run_race();
}

void ConnectAttempt::run_race() {
  UvScheduler& scheduler = connector_.loop_.scheduler();
  while (std::optional<size_t> index = eyeballs_.next(scheduler.now())) start_try(tries_[*index]);
  if (eyeballs_.lost()) return fail_race(Errc::connect_failed);
  if (eyeballs_.due() == HappyEyeballs::kNever) {
    scheduler.cancel(next_try_);
  } else {
    scheduler.arm(next_try_, eyeballs_.due());
  }
}

void ConnectAttempt::start_try(Try& entry) {
  entry.started = true;
  std::optional<const ports::Address*> source = connector_.pick_source(entry.remote.address.family);
  if (!source) {
    entry.no_source = true;
    eyeballs_.failed();
    return;
  }
  TcpTransport::Done done{[](void* context, TcpTransport& transport, int status) {
                            static_cast<ConnectAttempt*>(context)->on_tried(transport, status);
                          },
                          this};
  TcpTransport::Started started = TcpTransport::connect(connector_.loop_, entry.remote, *source, done);
  entry.transport = started.transport;
  entry.status = started.error;
  if (!started.transport) eyeballs_.failed();
}

void ConnectAttempt::on_tried(TcpTransport& transport, int status) {
  for (Try& entry : tries_) {
    if (entry.transport != &transport) continue;
    entry.transport = nullptr;
    entry.status = status;
  }
  if (status != 0) {
    transport.close();
    eyeballs_.failed();
    run_race();
    return;
  }
  ports::TransportPtr winner(&transport);
  stop_tries();
  connector_.loop_.scheduler().cancel(next_try_);
  timing_.connect = elapsed();
  if (route_.origin.https) {
    shake(std::move(winner));
  } else {
    succeed(std::move(winner));
  }
}

void ConnectAttempt::shake(ports::TransportPtr transport) {
  enter(Phase::tls, connector_.timeouts_.tls);
  tls_ = new TlsTransport(connector_.loop_, std::move(transport), connector_.profiles_.at(route_.tls_profile),
                          route_.origin.host, route_.origin.port);
  tls_->handshake({[](void* context, const Error& error, std::string_view diagnosis) {
                     static_cast<ConnectAttempt*>(context)->on_shaken(error, diagnosis);
                   },
                   this});
}

void ConnectAttempt::on_shaken(const Error& error, std::string_view diagnosis) {
  if (error) return fail(error, std::string(tls_->remote()) + ": " + std::string(diagnosis));
  timing_.tls = elapsed();
  succeed(ports::TransportPtr(std::exchange(tls_, nullptr)));
}

void ConnectAttempt::on_deadline() {
  switch (phase_) {
    case Phase::connect:
      return fail_race(Errc::connect_timeout);
    case Phase::tls:
      return fail(Errc::tls_timeout, std::string(tls_->remote()) + ": the TLS handshake did not end within " +
                                         milliseconds(limit_));
    default:
      return fail(Errc::resolve_timeout,
                  route_.origin.host + " was not resolved within " + milliseconds(limit_));
  }
}

void ConnectAttempt::enter(Phase phase, Timeouts::Duration limit) {
  UvScheduler& scheduler = connector_.loop_.scheduler();
  phase_ = phase;
  limit_ = limit;
  phase_began_ = scheduler.now();
  if (limit.count() > 0) {
    // A century, so that milliseconds::max(), which means for ever, is not over at once.
    const Timeouts::Duration longest = std::chrono::hours(100 * 365 * 24);
    auto time = std::chrono::nanoseconds(std::min(limit, longest));
    scheduler.arm(deadline_, phase_began_ + static_cast<uint64_t>(time.count()));
  } else {
    scheduler.cancel(deadline_);
  }
}

uint64_t ConnectAttempt::elapsed() const {
  return connector_.loop_.scheduler().now() - phase_began_;
}

// tried lists the addresses and what became of each: "127.0.0.1:81: connection refused".
std::string ConnectAttempt::tried() const {
  std::string out;
  for (const Try& entry : tries_) {
    if (!entry.started) continue;
    if (!out.empty()) out += "; ";
    out += to_text(entry.remote) + ": ";
    if (entry.no_source) {
      out += "no source address of this family";
    } else if (entry.transport) {
      out += "no answer within " + milliseconds(limit_);
    } else {
      out += uv_strerror(entry.status);
    }
  }
  return out;
}

void ConnectAttempt::fail_race(Errc code) {
  int sys = 0;
  for (const Try& entry : tries_) {
    if (entry.status == 0) continue;
    sys = entry.status;
    if (is_resource_error(sys)) {
      if (code == Errc::connect_failed) code = Errc::out_of_resources;
      break;
    }
  }
  fail(code, tried(), code == Errc::connect_timeout ? 0 : sys);
}

void ConnectAttempt::fail(Errc code, std::string_view diagnosis, int sys) {
  Error error;
  error.code = code;
  error.phase = phase_;
  error.sys = sys;
  fail(error, diagnosis);
}

// Both ends free the attempt first: what the sink does then, starting another one too, meets no trace of
// this one.
void ConnectAttempt::fail(const Error& error, std::string_view diagnosis) {
  ports::ConnectSink& sink = sink_;
  Error copy = error;
  std::string text(diagnosis);
  delete this;
  sink.on_connect_failed(copy, text);
}

void ConnectAttempt::succeed(ports::TransportPtr transport) {
  ports::ConnectSink& sink = sink_;
  ports::ConnectTiming timing = timing_;
  delete this;
  sink.on_connected(std::move(transport), timing);
}

void ConnectAttempt::stop_tries() {
  for (Try& entry : tries_) {
    if (entry.transport) std::exchange(entry.transport, nullptr)->close();
  }
}

}  // namespace godwit::net
