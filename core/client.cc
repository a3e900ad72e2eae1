// SPDX-License-Identifier: MIT
#include "godwit/core/client.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "godwit/core/conn/exchange_table.h"
#include "godwit/core/conn/outgoing.h"
#include "godwit/core/conn/pool.h"
#include "godwit/core/http1/http1_session_factory.h"
#include "godwit/core/method.h"
#include "godwit/core/net/connector.h"
#include "godwit/core/net/loop_impl.h"
#include "godwit/core/net/tls_profile.h"

namespace godwit {

// The parts of a client, in the order of their dependence: each is destroyed before what it stands on.
struct Client::Impl {
  Impl(Loop& loop, ClientOptions o)
      : options(std::move(o)),
        tls(options.tls, options.tls_profiles),
        connector(loop.impl(), loop.impl().resolver(),
                  {.timeouts = options.timeouts,
                   .limits = options.limits,
                   .proxy_profile = std::make_shared<net::TlsProfile>(options.proxy.tls),
                   .overrides = options.overrides,
                   .source_addresses = options.source_addresses,
                   .wait_for_ports = options.wait_for_ports,
                   .max_dns_age = options.max_dns_age,
                   .public_addresses_only = options.public_addresses_only},
                  tls),
        sessions(options.limits, options.pipeline_depth),
        pool(loop.impl().scheduler(), connector, sessions, loop.impl().write_buffer(), options),
        exchanges(loop.impl().scheduler(), sessions, pool, options) {}

  // serial tells a Client from any other, one at the same address included.
  static inline std::atomic<uint64_t> last_serial = 0;
  const uint64_t serial = ++last_serial;
  const ClientOptions options;
  net::TlsProfiles tls;
  net::Connector connector;
  http1::Http1SessionFactory sessions;
  conn::Pool pool;
  conn::ExchangeTable exchanges;
};

Client::Client(Loop& loop, ClientOptions options) : impl_(std::make_unique<Impl>(loop, std::move(options))) {}

Client::~Client() {
  impl_->exchanges.abort_all(Errc::client_closed);
}

Response& Client::send(Request&& request, ResponseHandler& handler) {
  return impl_->exchanges.start(std::move(request), &handler);
}

Response& Client::send(Request&& request) {
  return impl_->exchanges.start(std::move(request), nullptr);
}

Response& Client::send(const Request& request, ResponseHandler& handler) {
  return impl_->exchanges.start(request, &handler);
}

Response& Client::send(const Request& request) {
  return impl_->exchanges.start(request, nullptr);
}

PreparedRequest::PreparedRequest(std::unique_ptr<conn::Outgoing> outgoing, uint64_t client)
    : outgoing_(std::move(outgoing)), client_(client) {}

PreparedRequest::PreparedRequest(PreparedRequest&&) noexcept = default;
PreparedRequest& PreparedRequest::operator=(PreparedRequest&&) noexcept = default;
PreparedRequest::~PreparedRequest() = default;

const Request& PreparedRequest::request() const {
  return outgoing_->request();
}

PreparedRequest Client::prepare(Request request) const {
  auto outgoing = std::make_unique<conn::Outgoing>();
  outgoing->take(std::move(request));
  impl_->exchanges.prepare(*outgoing);
  return {std::move(outgoing), impl_->serial};
}

Response& Client::send(const PreparedRequest& request, ResponseHandler& handler) {
  if (request.client_ != impl_->serial) return send(request.request(), handler);
  return impl_->exchanges.start(*request.outgoing_, &handler);
}

Response& Client::send(const PreparedRequest& request) {
  if (request.client_ != impl_->serial) return send(request.request());
  return impl_->exchanges.start(*request.outgoing_, nullptr);
}

Response& Client::get(std::string url) {
  Request request;
  request.url = std::move(url);
  return send(std::move(request));
}

Response& Client::head(std::string url) {
  Request request;
  request.method = method::kHead;
  request.url = std::move(url);
  return send(std::move(request));
}

Response& Client::post(std::string url, Body body) {
  Request request;
  request.method = method::kPost;
  request.url = std::move(url);
  request.body = std::move(body);
  return send(std::move(request));
}

Response& Client::put(std::string url, Body body) {
  Request request;
  request.method = method::kPut;
  request.url = std::move(url);
  request.body = std::move(body);
  return send(std::move(request));
}

Response& Client::del(std::string url) {
  Request request;
  request.method = method::kDelete;
  request.url = std::move(url);
  return send(std::move(request));
}

std::string_view Client::problem() const {
  const std::string_view connecting = impl_->connector.problem();
  if (!connecting.empty()) return connecting;
  const std::string_view proxy = impl_->exchanges.proxy_problem();
  return proxy.empty() ? impl_->tls.problem() : proxy;
}

std::string Client::save_tls_sessions(std::string_view profile) const {
  net::TlsProfile* named = impl_->tls.find(profile);
  return named ? named->save_sessions() : std::string();
}

std::string Client::load_tls_sessions(std::string_view octets, std::string_view profile) {
  net::TlsProfile* named = impl_->tls.find(profile);
  return named ? named->load_sessions(octets) : "there is no TLS profile \"" + std::string(profile) + '"';
}

size_t Client::open_exchanges() const {
  return impl_->exchanges.open_count();
}

size_t Client::idle_connections() const {
  return impl_->pool.idle_connections();
}

}  // namespace godwit
