// SPDX-License-Identifier: MIT
#include "godwit/core/http_connection.h"

#include <utility>

#include "godwit/core/conn/http_channel.h"
#include "godwit/core/conn/http_steps.h"
#include "godwit/core/http1/http1_session_factory.h"
#include "godwit/core/http1/request_plan.h"
#include "godwit/core/http1/request_writer.h"
#include "godwit/core/net/connector.h"
#include "godwit/core/net/loop_impl.h"
#include "godwit/core/net/tls_profile.h"
#include "godwit/core/policy/hidden_fields.h"
#include "godwit/core/policy/request_line.h"
#include "godwit/core/policy/server_name.h"
#include "godwit/core/proxy/connect_tunnel.h"

namespace godwit {

namespace {

ClientOptions client_options(const HttpConnectionOptions& options) {
  ClientOptions out;
  out.timeouts = options.timeouts;
  if (options.timeout.count() > 0) {
    Timeouts& t = out.timeouts;
    t.resolve = t.connect = t.proxy = t.tls = t.send = t.head = t.body_idle = options.timeout;
  }
  out.limits = options.limits;
  out.pipeline_depth = options.pipeline_depth;
  out.overrides = options.overrides;
  if (!options.source_address.empty()) out.source_addresses.push_back(options.source_address);
  // Received bytes come as they arrive: HttpCall makes the blocks.
  out.max_dns_age = options.max_dns_age;
  out.blocksize = 0;
  return out;
}

// The parts of a connection on a Loop, in the order of their dependence.
struct NetParts {
  NetParts(Loop& loop, const ClientOptions& options, const std::shared_ptr<net::TlsProfile>& profile)
      : tls(profile),
        connector(loop.impl(), loop.impl().resolver(),
                  {.timeouts = options.timeouts,
                   .limits = options.limits,
                   .proxy_profile = profile,
                   .overrides = options.overrides,
                   .source_addresses = options.source_addresses,
                   .max_dns_age = options.max_dns_age},
                  tls) {}

  net::TlsProfiles tls;
  net::Connector connector;
};

}  // namespace

// Impl outlives the connection until nothing of it is on the stack.
struct HttpConnection::Impl final : conn::HttpChannelListener, conn::HttpStepsListener {
  Impl(Loop& loop, std::string_view where, std::optional<uint16_t> port, bool tls, HttpConnectionOptions o,
       std::shared_ptr<net::TlsProfile> context)
      : Impl(std::move(o), tls, where, port) {
    const bool plain = options.tls == TlsOptions();
    if (context && !plain) {
      destination.fault = {.code = Errc::invalid_option};
      destination.fault_diagnosis = "there are TLS options beside a TLS context";
    }
    if (!context) {
      context = plain ? loop.impl().tls_profile() : std::make_shared<net::TlsProfile>(options.tls);
    }
    net = std::make_unique<NetParts>(loop, settings, context);
    const bool as_they_come = options.limits == Limits() && options.pipeline_depth <= 1;
    ports::SessionFactory* sessions = as_they_come ? &loop.sessions() : nullptr;
    open(loop.impl().scheduler(), net->connector, sessions, loop.impl().write_buffer());
  }

  Impl(ports::Scheduler& scheduler, ports::Connector& connector, std::string_view where,
       HttpConnectionOptions o)
      : Impl(std::move(o), false, where, std::nullopt) {
    open(scheduler, connector, nullptr, scratch.emplace());
  }

  void log_line(std::string_view what, std::string_view text) {
    if (debuglevel > 0 && log) log(std::string(what).append(text));
  }
  void log_request(const conn::HttpCall& call);
  void log_send(std::optional<uint64_t> size, bool of_source);
  void log_response(const conn::HttpCall& call);

  const HttpConnectionOptions options;
  const ClientOptions settings;
  const bool https;
  policy::ServerName server;
  conn::HttpDestination destination;
  std::unique_ptr<ProxyResponse> proxy_response;
  std::unique_ptr<NetParts> net;
  std::optional<WriteBuffer> scratch;                      // where no loop lends one
  std::optional<http1::Http1SessionFactory> own_sessions;  // within other limits than the loop's
  std::unique_ptr<conn::HttpChannel> channel;
  std::optional<conn::HttpSteps> steps;
  Callback<void(const InterimResponse&)> on_informational_f;
  Callback<void(std::string_view)> log;
  int debuglevel = 0;

 private:
  Impl(HttpConnectionOptions o, bool tls, std::string_view where, std::optional<uint16_t> port);

  void open(ports::Scheduler& scheduler, ports::Connector& connector, ports::SessionFactory* sessions,
            WriteBuffer& buffer) {
    if (!sessions) sessions = &own_sessions.emplace(options.limits, options.pipeline_depth);
    channel = std::make_unique<conn::HttpChannel>(scheduler, connector, *sessions, buffer, settings,
                                                  options.blocksize, options.auto_open, *this);
    steps.emplace(*channel, options, destination, *this);
  }
  static Impl& of(conn::ConnectTap::Listener& listener) { return static_cast<Impl&>(listener); }
  static Impl& of(conn::HttpStepsListener& listener) { return static_cast<Impl&>(listener); }
};

HttpConnection::Impl::Impl(HttpConnectionOptions o, bool tls, std::string_view where,
                           std::optional<uint16_t> port)
    : conn::HttpChannelListener{
          {[](conn::ConnectTap::Listener& l, const ports::Route& to) {
             const ports::Origin& first = to.tunnel ? to.tunnel->origin : to.origin;
             of(l).log_line("connect: ", first.host + ':' + std::to_string(first.port));
           },
           [](conn::ConnectTap::Listener& l, const ProxyResponse& response) {
             of(l).proxy_response = std::make_unique<ProxyResponse>(response);
           }},
          [](conn::HttpChannelListener& l, const InterimResponse& interim) {
            if (of(l).on_informational_f) of(l).on_informational_f(interim);
          },
          [](conn::HttpChannelListener& l, conn::HttpCall& call) { of(l).log_response(call); },
          [](conn::HttpChannelListener& l) { delete &of(l); }},
      conn::HttpStepsListener{
          [](conn::HttpStepsListener& l, const conn::HttpCall& call) { of(l).log_request(call); },
          [](conn::HttpStepsListener& l, std::optional<uint64_t> size, const BodySource* source) {
            of(l).log_send(size, source != nullptr);
          }},
      options(std::move(o)),
      settings(client_options(options)),
      https(tls) {
  const uint16_t default_port = https ? HttpsConnection::kDefaultPort : kDefaultPort;
  destination.fault =
      policy::parse_server_name(where, port, default_port, server, destination.fault_diagnosis);
  destination.route.origin = {https, server.port, server.dialled};
  destination.authority = policy::authority_for(server.shown, server.port, default_port);
}

HttpConnection::HttpConnection(Loop& loop, std::string_view host, HttpConnectionOptions options)
    : impl_(std::make_unique<Impl>(loop, host, std::nullopt, false, std::move(options), nullptr)) {}

HttpConnection::HttpConnection(Loop& loop, std::string_view host, uint16_t port,
                               HttpConnectionOptions options)
    : impl_(std::make_unique<Impl>(loop, host, port, false, std::move(options), nullptr)) {}

HttpConnection::HttpConnection(Loop& loop, std::string_view host, std::optional<uint16_t> port,
                               HttpConnectionOptions options, std::shared_ptr<net::TlsProfile> context)
    : impl_(std::make_unique<Impl>(loop, host, port, true, std::move(options), std::move(context))) {}

HttpConnection::HttpConnection(ports::Scheduler& scheduler, ports::Connector& connector,
                               std::string_view host, HttpConnectionOptions options)
    : impl_(std::make_unique<Impl>(scheduler, connector, host, std::move(options))) {}

HttpConnection::~HttpConnection() {
  impl_.release()->channel->retire();
}

// ---- the steps ----

Error HttpConnection::request(std::string_view method, std::string_view url, Body body,
                              const Headers& headers, BodyEncoding encoding) {
  return impl_->steps->request(method, url, std::move(body), headers, encoding);
}

Error HttpConnection::request(std::string_view method, std::string_view url) {
  return impl_->steps->request(method, url);
}

Error HttpConnection::putrequest(std::string_view method, std::string_view url, SkipFields skip) {
  return impl_->steps->putrequest(method, url, skip);
}

Error HttpConnection::putheader(std::string_view name, std::string_view value) {
  return impl_->steps->putheader(name, value);
}

Error HttpConnection::endheaders(Body body, BodyEncoding encoding) {
  return impl_->steps->endheaders(std::move(body), encoding);
}

Error HttpConnection::send(Bytes data) {
  return impl_->steps->send(data);
}

Error HttpConnection::send(BodySource& source) {
  return impl_->steps->send(source);
}

Error HttpConnection::end(const Headers& trailers) {
  return impl_->steps->end(trailers);
}

size_t HttpConnection::queued() const {
  return impl_->steps->queued();
}

Error HttpConnection::on_drain(Callback<void()> f) {
  return impl_->steps->on_drain(std::move(f));
}

void HttpConnection::resume_upload() {
  impl_->steps->resume_upload();
}

Error HttpConnection::getresponse(Callback<void(HttpResponse&, const Error&)> f) {
  return impl_->steps->getresponse(std::move(f));
}

void HttpConnection::on_informational(Callback<void(const InterimResponse&)> f) {
  impl_->on_informational_f = std::move(f);
}

// ---- for a face that waits ----

bool HttpConnection::connecting() const {
  return impl_->steps->connecting();
}

Error HttpConnection::connect_failure() {
  return impl_->steps->connect_failure();
}

bool HttpConnection::draining() const {
  return impl_->steps->draining();
}

// ---- the connection ----

Error HttpConnection::connect(Callback<void(const Error&)> f) {
  Impl& i = *impl_;
  const conn::HttpDestination& to = i.destination;
  if (to.fault) {
    i.steps->diagnosis() = to.fault_diagnosis;
    return to.fault;
  }
  if (!i.channel->connected() && !i.channel->idle()) {
    return i.steps->refuse(Errc::invalid_state, "a connection is being made");
  }
  i.channel->connect(to.route,
                     [impl = &i, f = std::move(f)](const Error& error, std::string_view why) mutable {
                       impl->steps->diagnosis().assign(why);
                       if (f) f(error);
                     });
  return {};
}

void HttpConnection::close() {
  impl_->steps->drop();
  impl_->channel->close();
}

Error HttpConnection::set_tunnel(std::string_view host, std::optional<uint16_t> port, const Headers& headers,
                                 TunnelOptions options) {
  Impl& i = *impl_;
  if (state() != State::idle || !i.channel->idle() || i.channel->connected()) {
    return i.steps->refuse(Errc::invalid_state, "a tunnel is set before there is a connection");
  }
  policy::ServerName target;
  std::string& diagnosis = i.steps->diagnosis();
  if (const Error error = policy::parse_server_name(host, port, default_port(), target, diagnosis))
    return error;
  if (const Error error = proxy::check_tunnel(target.dialled, headers, diagnosis)) return error;
  i.channel->forget_requests();
  const ports::Origin proxy{options.tls_to_proxy, i.server.port, i.server.dialled};
  i.destination.route = {.origin = {i.https, target.port, target.dialled},
                         .tunnel = std::make_shared<ports::Proxy>(ports::Proxy{proxy, headers})};
  i.destination.authority = policy::authority_for(target.shown, target.port, default_port());
  return {};
}

const ProxyResponse* HttpConnection::proxy_response() const {
  return impl_->proxy_response.get();
}

// ---- the log ----

void HttpConnection::set_debuglevel(int level) {
  impl_->debuglevel = level;
}

void HttpConnection::on_log(Callback<void(std::string_view)> f) {
  impl_->log = std::move(f);
}

// log_request tells the whole head, the fields that we add too.
void HttpConnection::Impl::log_request(const conn::HttpCall& call) {
  if (debuglevel <= 0) return;
  ports::RequestHead head = call.exchange().request_head();
  const std::string target = policy::hide_userinfo(head.target);
  head.target = target;
  std::string text;
  http1::write_request_head(head, http1::plan_request(head), text);
  for (std::string_view rest = text; rest.find("\r\n") != 0; rest.remove_prefix(rest.find("\r\n") + 2)) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    const std::string_view name = line.substr(0, line.find(':'));
    log_line("send: ", policy::is_hidden(name) ? std::string(name).append(": (hidden)") : line);
  }
}

void HttpConnection::Impl::log_send(std::optional<uint64_t> size, bool of_source) {
  if (debuglevel <= 0) return;
  if (!size) return log_line("send: ", "a source");
  log_line("send: ", std::to_string(*size) + (of_source ? " bytes of a source" : " bytes"));
}

void HttpConnection::Impl::log_response(const conn::HttpCall& call) {
  if (debuglevel <= 0 || !call.head_seen()) return;
  const conn::Exchange& exchange = call.exchange();
  log_line("reply: ", std::to_string(exchange.status()).append(" ").append(exchange.reason()));
  for (const auto [name, value] : exchange.headers()) {
    const std::string_view shown = policy::is_hidden(name) ? std::string_view("(hidden)") : value;
    log_line("header: ", std::string(name).append(": ").append(shown));
  }
}

// ---- what there is to know ----

const std::string& HttpConnection::host() const {
  return impl_->server.host;
}
uint16_t HttpConnection::port() const {
  return impl_->server.port;
}
uint16_t HttpConnection::default_port() const {
  return impl_->https ? HttpsConnection::kDefaultPort : kDefaultPort;
}
const HttpConnectionOptions& HttpConnection::options() const {
  return impl_->options;
}
int HttpConnection::debuglevel() const {
  return impl_->debuglevel;
}
HttpConnection::State HttpConnection::state() const {
  return impl_->steps->state();
}
bool HttpConnection::connected() const {
  return impl_->channel->connected();
}
int HttpConnection::fileno() const {
  return impl_->channel->fileno();
}
std::string_view HttpConnection::diagnosis() const {
  return impl_->steps->diagnosis();
}

}  // namespace godwit
