// SPDX-License-Identifier: MIT
#include "godwit/core/net/connect_attempt.h"

#include <algorithm>
#include <utility>

#include <uv.h>

#include "godwit/core/net/address_guard.h"
#include "godwit/core/net/family_memory.h"

namespace godwit::net {

namespace {

// The system has run out of something: no other address would do better.
bool is_resource_error(int status) {
  return status == UV_EMFILE || status == UV_ENFILE || status == UV_ENOBUFS || status == UV_ENOMEM;
}

// The local address has no port left for this destination, or is not this machine's.
bool is_used_up(int status) {
  return status == UV_EADDRNOTAVAIL || status == UV_EADDRINUSE;
}

// How soon a port is looked for again, in nanoseconds: they come back when a minute of TIME_WAIT is over, or
// when somebody closes.
constexpr uint64_t kPortRetry = 50'000'000;

std::string milliseconds(Timeouts::Duration time) {
  return std::to_string(time.count()) + " ms";
}

std::string authority(const ports::Origin& origin) {
  const bool is_ipv6 = origin.host.find(':') != std::string::npos;
  return (is_ipv6 ? '[' + origin.host + ']' : origin.host) + ':' + std::to_string(origin.port);
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

Phase ConnectAttempt::phase() const {
  switch (step_) {
    case Step::resolve:
      return Phase::resolve;
    case Step::connect:
      return Phase::connect;
    case Step::tunnel:
      return Phase::proxy;
    case Step::proxy_tls:
    case Step::tls:
      return Phase::tls;
  }
  return Phase::none;
}

TlsProfile& ConnectAttempt::profile_for(Step step) const {
  const bool proxys = step == Step::proxy_tls || route_.to_proxy;
  return proxys ? *connector_.proxy_profile_ : connector_.profiles_.at(route_.tls_profile);
}

void ConnectAttempt::start() {
  enter(Step::resolve, connector_.timeouts_.resolve);
  if (!connector_.problem_.empty()) return fail(Errc::invalid_option, connector_.problem_);
  if (route_.tunnel) {
    std::string diagnosis;
    if (Error error = proxy::check_tunnel(route_.origin.host, route_.tunnel->headers, diagnosis)) {
      return fail(error, diagnosis);
    }
  }
  for (const auto& [needed, step] : {std::pair(route_.tunnel && dialled().https, Step::proxy_tls),
                                     std::pair(route_.origin.https, Step::tls)}) {
    if (needed && !profile_for(step).context()) {
      return fail(Errc::invalid_option, profile_for(step).problem());
    }
  }

  const ports::Origin& to = dialled();
  if (const ports::Address* address = connector_.find_override(to)) return race({address, 1});
  if (std::optional<ports::Address> address = parse_address(to.host)) return dial({&*address, 1});
  resolving_ = true;
  connector_.resolver_.resolve({.host = to.host, .max_age = connector_.max_dns_age_}, *this);
}

void ConnectAttempt::on_resolved(const ports::Resolution& resolution) {
  resolving_ = false;
  if (resolution.error) {
    Error copy = resolution.error;
    copy.phase = Phase::resolve;
    return fail(copy, resolution.diagnosis);
  }
  resolved_ = true;
  dial(resolution.addresses);
}

// dial races for those addresses that may be connected to.
void ConnectAttempt::dial(std::span<const ports::Address> addresses) {
  if (!connector_.public_addresses_only_ || route_.tunnel || route_.to_proxy) return race(addresses);
  std::vector<ports::Address> allowed;
  std::string refused;
  for (const ports::Address& address : addresses) {
    const std::string_view rule = not_public(address);
    if (rule.empty()) {
      allowed.push_back(address);
    } else {
      refused += (refused.empty() ? "" : "; ") + to_text({address, dialled().port}) + " is not public: ";
      refused += rule;
    }
  }
  if (!allowed.empty()) return race(allowed);
  step_ = Step::connect;
  fail(Errc::address_refused, refused);
}

void ConnectAttempt::race(std::span<const ports::Address> addresses) {
  timing_.resolve = elapsed();
  enter(Step::connect, connector_.timeouts_.connect);
  for (const ports::Address& address : interleave(addresses, leading_family(addresses))) {
    tries_.emplace_back().remote = {address, dialled().port};
  }
  eyeballs_ = HappyEyeballs(tries_.size());
  run_race();
}

// leading_family is the first address's, unless it has been leading nowhere and there is another.
ports::Address::Family ConnectAttempt::leading_family(std::span<const ports::Address> addresses) const {
  const ports::Address::Family given = addresses.front().family;
  const bool both = std::any_of(addresses.begin(), addresses.end(),
                                [&](const ports::Address& address) { return address.family != given; });
  return both ? connector_.loop_.families().first(given, step_began_) : given;
}

void ConnectAttempt::run_race() {
  UvScheduler& scheduler = connector_.loop_.scheduler();
  while (std::optional<size_t> index = eyeballs_.next(scheduler.now())) start_try(tries_[*index]);
  if (eyeballs_.lost()) {
    if (!wait_for_port()) fail_race(Errc::connect_failed);
    return;
  }
  if (eyeballs_.due() == HappyEyeballs::kNever) {
    scheduler.cancel(next_try_);
  } else {
    scheduler.arm(next_try_, eyeballs_.due());
  }
}

void ConnectAttempt::start_try(Try& entry) {
  entry.started = true;
  const ports::Address::Family family = entry.remote.address.family;
  entry.sources = connector_.sources_of(family);
  TcpTransport::Done done{[](void* context, TcpTransport& transport, int status) {
                            static_cast<ConnectAttempt*>(context)->on_tried(transport, status);
                          },
                          this};
  TcpTransport::Started started{};
  // An address that has no port left, or is not there, leaves it to the next.
  for (size_t i = 0; i < entry.sources && !started.transport; ++i) {
    started = TcpTransport::connect(connector_.loop_, entry.remote, connector_.pick_source(family), done);
    if (started.error != 0 && !is_used_up(started.error)) break;
  }
  entry.transport = started.transport;
  entry.began = connector_.loop_.scheduler().now();
  entry.status = started.error;
  if (!started.transport) eyeballs_.failed();
}

// wait_for_port begins the race anew in a while, if that was asked for and ports are all that was missing.
bool ConnectAttempt::wait_for_port() {
  if (!connector_.wait_for_ports_) return false;
  const auto never = [](const Try& entry) { return entry.sources != 0 && !is_used_up(entry.status); };
  const auto later = [](const Try& entry) { return entry.sources != 0; };
  if (std::any_of(tries_.begin(), tries_.end(), never)) return false;
  if (std::none_of(tries_.begin(), tries_.end(), later)) return false;
  eyeballs_ = HappyEyeballs(tries_.size());
  UvScheduler& scheduler = connector_.loop_.scheduler();
  scheduler.arm(next_try_, scheduler.now() + kPortRetry);
  return true;
}

void ConnectAttempt::on_tried(TcpTransport& transport, int status) {
  const auto entry = std::find_if(tries_.begin(), tries_.end(),
                                  [&](const Try& each) { return each.transport == &transport; });
  entry->transport = nullptr;
  entry->status = status;
  if (status != 0) {
    transport.close();
    eyeballs_.failed();
    run_race();
    return;
  }
  ports::TransportPtr winner(&transport);
  remember(*entry);
  stop_tries();
  connector_.loop_.scheduler().cancel(next_try_);
  timing_.connect = elapsed();
  reached(std::move(winner));
}

// remember tells what the race says of the two families.
void ConnectAttempt::remember(const Try& winner) {
  FamilyMemory& families = connector_.loop_.families();
  const ports::Address::Family alive = winner.remote.address.family;
  families.answered(alive);
  const uint64_t now = connector_.loop_.scheduler().now();
  for (const Try& entry : tries_) {
    const ports::Address::Family family = entry.remote.address.family;
    if (!entry.transport || family == alive || now - entry.began < HappyEyeballs::kDelay) continue;
    families.silent(family, now);
    return;
  }
}

// reached goes on with a TCP connection to whom is dialled.
void ConnectAttempt::reached(ports::TransportPtr transport) {
  if (dialled().https) {
    shake(route_.tunnel ? Step::proxy_tls : Step::tls, std::move(transport));
  } else if (route_.tunnel) {
    ask_proxy(std::move(transport));
  } else {
    succeed(std::move(transport));
  }
}

void ConnectAttempt::ask_proxy(ports::TransportPtr transport) {
  enter(Step::tunnel, connector_.timeouts_.proxy);
  tunnel_ = std::make_unique<TunnelHandshake>(std::move(transport), route_.origin, route_.tunnel->headers,
                                              connector_.limits_);
  tunnel_->start({[](void* context) { static_cast<ConnectAttempt*>(context)->on_answer(); }, this});
}

void ConnectAttempt::on_answer() {
  proxy::ConnectTunnel& tunnel = tunnel_->tunnel();
  answer_ = tunnel.take_response();
  if (tunnel.state() != proxy::ConnectTunnel::State::open) return fail(tunnel.error(), tunnel.diagnosis());
  timing_.proxy = elapsed();
  const std::unique_ptr<TunnelHandshake> opened = std::move(tunnel_);
  if (route_.origin.https) {
    shake(Step::tls, opened->take_transport(), opened->early());
  } else if (!opened->early().empty()) {
    fail(Errc::unsolicited_bytes, "bytes came through the tunnel before a request was sent");
  } else {
    succeed(opened->take_transport());
  }
}

void ConnectAttempt::shake(Step step, ports::TransportPtr transport, Bytes early) {
  enter(step, connector_.timeouts_.tls);
  const ports::Origin& peer = step == Step::proxy_tls ? dialled() : route_.origin;
  // What is said to a proxy first is not a request that a server may see twice.
  const auto early_data = step == Step::proxy_tls || route_.to_proxy ? TlsTransport::EarlyData::never
                                                                     : TlsTransport::EarlyData::as_told;
  tls_ = new TlsTransport(connector_.loop_, std::move(transport), profile_for(step), peer.host, peer.port,
                          early_data);
  tls_->handshake({[](void* context, const Error& error, std::string_view diagnosis) {
                     static_cast<ConnectAttempt*>(context)->on_shaken(error, diagnosis);
                   },
                   this},
                  early);
}

void ConnectAttempt::on_shaken(const Error& error, std::string_view diagnosis) {
  if (error) {
    if (error.code == Errc::certificate_rejected) refused_tls_ = *tls_->tls();
    return fail(error, std::string(tls_->remote()) + ": " + std::string(diagnosis));
  }
  timing_.tls += elapsed();
  ports::TransportPtr shaken(std::exchange(tls_, nullptr));
  if (step_ == Step::proxy_tls) {
    ask_proxy(std::move(shaken));
  } else {
    succeed(std::move(shaken));
  }
}

void ConnectAttempt::on_deadline() {
  switch (step_) {
    case Step::resolve:
      return fail(Errc::resolve_timeout, dialled().host + " was not resolved within " + milliseconds(limit_));
    case Step::connect:
      return fail_race(Errc::connect_timeout);
    case Step::tunnel:
      tunnel_->expire();
      return on_answer();
    case Step::proxy_tls:
    case Step::tls:
      return fail(Errc::tls_timeout, std::string(tls_->remote()) + ": the TLS handshake did not end within " +
                                         milliseconds(limit_) +
                                         (tls_->asking() ? ", as on_verify did not answer" : ""));
  }
}

void ConnectAttempt::enter(Step step, Timeouts::Duration limit) {
  UvScheduler& scheduler = connector_.loop_.scheduler();
  step_ = step;
  limit_ = limit;
  step_began_ = scheduler.now();
  if (limit.count() > 0) {
    // A century, so that milliseconds::max(), which means for ever, is not over at once.
    const Timeouts::Duration longest = std::chrono::hours(100 * 365 * 24);
    auto time = std::chrono::nanoseconds(std::min(limit, longest));
    scheduler.arm(deadline_, step_began_ + static_cast<uint64_t>(time.count()));
  } else {
    scheduler.cancel(deadline_);
  }
}

uint64_t ConnectAttempt::elapsed() const {
  return connector_.loop_.scheduler().now() - step_began_;
}

// hop says, where there are two, which of them a sentence is about.
std::string ConnectAttempt::hop() const {
  if (route_.to_proxy) return "proxy " + authority(route_.origin) + ": ";
  if (!route_.tunnel) return {};
  const std::string proxy = "proxy " + authority(dialled()) + ": ";
  return step_ == Step::tls ? authority(route_.origin) + " through " + proxy : proxy;
}

// tried lists the addresses and what became of each: "127.0.0.1:81: connection refused".
std::string ConnectAttempt::tried() const {
  std::string out;
  for (const Try& entry : tries_) {
    if (!entry.started) continue;
    if (!out.empty()) out += "; ";
    out += to_text(entry.remote) + ": ";
    if (entry.sources == 0) {
      out += "no source address of this family";
    } else if (entry.transport) {
      out += "no answer within " + milliseconds(limit_);
    } else {
      out += uv_strerror(entry.status);
      if (is_used_up(entry.status)) out += connector_.no_port_left(entry.sources);
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
  if (resolved_ && code != Errc::out_of_resources) connector_.resolver_.doubt(dialled().host);
  fail(code, tried(), code == Errc::connect_timeout ? 0 : sys);
}

void ConnectAttempt::fail(Errc code, std::string_view diagnosis, int sys) {
  Error error;
  error.code = code;
  error.phase = phase();
  error.sys = sys;
  fail(error, diagnosis);
}

// Both ends free the attempt first: what the sink does then, starting another one too, meets no trace of
// this one.
void ConnectAttempt::fail(const Error& error, std::string_view diagnosis) {
  ports::ConnectSink& sink = sink_;
  const std::unique_ptr<ProxyResponse> answer = std::move(answer_);
  Error copy = error;
  const std::optional<TlsInfo> refused = std::move(refused_tls_);
  std::string text = hop().append(diagnosis);
  delete this;
  if (answer) sink.on_proxy_response(*answer);
  if (refused) sink.on_certificate_rejected(*refused);
  sink.on_connect_failed(copy, text);
}

void ConnectAttempt::succeed(ports::TransportPtr transport) {
  ports::ConnectSink& sink = sink_;
  const std::unique_ptr<ProxyResponse> answer = std::move(answer_);
  ports::ConnectTiming timing = timing_;
  delete this;
  if (answer) sink.on_proxy_response(*answer);
  sink.on_connected(std::move(transport), timing);
}

void ConnectAttempt::stop_tries() {
  for (Try& entry : tries_) {
    if (entry.transport) std::exchange(entry.transport, nullptr)->close();
  }
}

}  // namespace godwit::net
