// SPDX-License-Identifier: MIT
#include "godwit/core/http_connection.h"

#include <algorithm>
#include <utility>

#include "godwit/core/conn/http_channel.h"
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
#include "godwit/parser/field_value.h"

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
  out.blocksize = 0;
  return out;
}

std::string_view name(HttpConnection::State state) {
  switch (state) {
    case HttpConnection::State::idle:
      return "Idle";
    case HttpConnection::State::request_started:
      return "Request-started";
    case HttpConnection::State::request_sent:
      return "Request-sent";
  }
  return "unknown";
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
                   .source_addresses = options.source_addresses},
                  tls) {}

  net::TlsProfiles tls;
  net::Connector connector;
};

}  // namespace

// Impl outlives the connection until nothing of it is on the stack.
struct HttpConnection::Impl final : conn::HttpChannelListener {
  Impl(Loop& loop, std::string_view where, std::optional<uint16_t> port, bool tls, HttpConnectionOptions o,
       std::shared_ptr<net::TlsProfile> context)
      : Impl(std::move(o), tls, where, port) {
    const bool plain = options.tls == TlsOptions();
    if (context && !plain) {
      fault = {.code = Errc::invalid_option};
      fault_diagnosis = "there are TLS options beside a TLS context";
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

  Error refuse(Errc code, std::string_view why) {
    diagnosis.assign(why);
    return {.code = code};
  }
  Error wrong_state(Errc code) { return refuse(code, std::string("the state is ").append(name(state))); }

  Error put(std::string_view method, std::string_view url, SkipFields skip);
  void announce(Body& body, BodyEncoding encoding);
  void drop_draft();
  conn::HttpCall* pushed_call(Error& error);
  Error may_push(conn::HttpCall& call, uint64_t size);
  Error wrong_length(std::string_view begin, uint64_t size, uint64_t announced);

  void log_line(std::string_view what, std::string_view text) {
    if (debuglevel > 0 && log) log(std::string(what).append(text));
  }
  void log_fields(std::string_view what, const Headers& fields);
  void log_request();
  void log_response(const conn::HttpCall& call);

  const HttpConnectionOptions options;
  const ClientOptions settings;
  const bool https;
  policy::ServerName server;
  Error fault;  // of what the constructor was given, if there is one
  std::string fault_diagnosis;
  ports::Route route;
  std::string authority;
  std::unique_ptr<ProxyResponse> proxy_response;
  std::unique_ptr<NetParts> net;
  std::optional<WriteBuffer> scratch;                      // where no loop lends one
  std::optional<http1::Http1SessionFactory> own_sessions;  // within other limits than the loop's
  std::unique_ptr<conn::HttpChannel> channel;

  State state = State::idle;
  conn::HttpCall* draft = nullptr;    // in state request_started
  std::vector<conn::HttpCall*> sent;  // whose response was not asked for, in their order
  conn::HttpCall* last = nullptr;     // the last one that was sent: only a later one can end its use
  bool pushes = false;                // its body is pushed
  bool encodes = false;               // its chunks are ours
  std::string diagnosis;
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
  }
  static Impl& of(conn::ConnectTap::Listener& listener) { return static_cast<Impl&>(listener); }
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
      options(std::move(o)),
      settings(client_options(options)),
      https(tls) {
  const uint16_t default_port = https ? HttpsConnection::kDefaultPort : kDefaultPort;
  fault = policy::parse_server_name(where, port, default_port, server, fault_diagnosis);
  route.origin = {https, server.port, server.dialled};
  authority = policy::authority_for(server.shown, server.port, default_port);
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

// ---- the request, step by step ----

Error HttpConnection::putrequest(std::string_view method, std::string_view url, SkipFields skip) {
  const bool ahead =
      impl_->state == State::request_sent && impl_->sent.size() < impl_->options.pipeline_depth;
  if (impl_->state != State::idle && !ahead) return impl_->wrong_state(Errc::cannot_send_request);
  const conn::HttpCall* before = impl_->last;
  if (before && impl_->pushes && !before->sent_all() && !before->upload_finished()) {
    return impl_->refuse(Errc::cannot_send_request, "the body of the request before it is not complete");
  }
  return impl_->put(method, url, skip);
}

Error HttpConnection::Impl::put(std::string_view method, std::string_view url, SkipFields skip) {
  if (fault) {
    diagnosis = fault_diagnosis;
    return fault;
  }
  if (const Error error = policy::check_method(method, diagnosis)) return error;
  if (const Error error = policy::check_url(url, diagnosis)) return error;
  conn::HttpCall& call = channel->make_call();
  call.url = url;
  call.draft.method = method;
  call.draft.target = url.empty() ? std::string_view("/") : url;
  call.draft.version = options.version;
  call.prepared.route = route;
  call.prepared.authority = policy::authority_of(url);
  if (call.prepared.authority.empty()) call.prepared.authority = authority;
  const bool http10 = options.version == HttpVersion::http10;
  call.prepared.skip_host = skip.skip_host || http10;
  call.prepared.skip_accept_encoding = skip.skip_accept_encoding || http10;
  call.prepared.blocksize = options.blocksize;
  draft = &call;
  state = State::request_started;
  return {};
}

Error HttpConnection::putheader(std::string_view name, std::string_view value) {
  if (impl_->state != State::request_started) return impl_->wrong_state(Errc::cannot_send_header);
  const Error error = impl_->draft->draft.headers.add(name, value);
  if (error) impl_->diagnosis = Headers::explain_fault(name, value);
  return error;
}

// announce makes a body that is to be pushed of one that was announced by hand and is not here.
void HttpConnection::Impl::announce(Body& body, BodyEncoding encoding) {
  pushes = false;
  const Headers& headers = draft->draft.headers;
  const bool coded = headers.contains("transfer-encoding");
  draft->prepared.already_chunked = coded && !encoding.encode_chunked;
  if (body.kind() != Body::Kind::none) return;
  const auto length = headers.get("content-length");
  const std::optional<uint64_t> announced = length ? parser::parse_decimal(*length) : std::nullopt;
  if (!coded && announced.value_or(0) == 0) return;
  draft->upload().start(coded ? std::nullopt : announced);
  body = Body::from(draft->upload());
  pushes = true;
  encodes = coded && encoding.encode_chunked;
}

void HttpConnection::Impl::drop_draft() {
  channel->drop(*std::exchange(draft, nullptr));
  state = sent.empty() ? State::idle : State::request_sent;
}

Error HttpConnection::endheaders(Body body, BodyEncoding encoding) {
  Impl& i = *impl_;
  if (i.state != State::request_started) return i.wrong_state(Errc::cannot_send_header);
  i.announce(body, encoding);
  i.draft->draft.body = std::move(body);
  if (i.debuglevel > 0) i.log_request();
  Error error = i.draft->prepare(i.diagnosis);
  if (!error && !i.options.auto_open && i.channel->idle() && !i.channel->connected()) {
    error = i.refuse(Errc::not_connected, {});
  }
  if (error) {
    i.drop_draft();
    return error;
  }
  i.last = std::exchange(i.draft, nullptr);
  i.sent.push_back(i.last);
  i.state = State::request_sent;
  i.channel->submit(*i.last);
  return {};
}

Error HttpConnection::request(std::string_view method, std::string_view url, Body body,
                              const Headers& headers, BodyEncoding encoding) {
  if (const Error error = putrequest(method, url)) return error;
  // The fields are not checked again: Headers let them in.
  impl_->draft->draft.headers = headers;
  return endheaders(std::move(body), encoding);
}

// ---- pushing a body ----

conn::HttpCall* HttpConnection::Impl::pushed_call(Error& error) {
  conn::HttpCall* const call = pushes ? last : nullptr;
  if (!call) error = refuse(Errc::invalid_state, "no request waits for a body");
  return call;
}

// may_push says whether so much more of the body may be pushed.
Error HttpConnection::Impl::may_push(conn::HttpCall& call, uint64_t size) {
  if (call.over()) return refuse(Errc::send_failed, "the exchange is over: its response may say why");
  content::PushSource& source = call.upload();
  if (const auto announced = source.length();
      announced && (source.pushed() > *announced || size > *announced - source.pushed())) {
    return wrong_length("the request body would have ", source.pushed() + size, *announced);
  }
  if (source.finished() || call.sent_all()) return refuse(Errc::invalid_state, "the request is complete");
  return {};
}

Error HttpConnection::Impl::wrong_length(std::string_view begin, uint64_t size, uint64_t announced) {
  diagnosis = std::string(begin) + std::to_string(size) + " bytes, not the " + std::to_string(announced) +
              " announced";
  return {.code = Errc::body_length_mismatch, .phase = Phase::send, .received = size, .expected = announced};
}

Error HttpConnection::send(Bytes data) {
  Impl& i = *impl_;
  Error error;
  conn::HttpCall* const call = i.pushed_call(error);
  if (call) error = i.may_push(*call, data.size());
  if (error) return error;
  i.log_line("send: ", std::to_string(data.size()) + " bytes");
  call->upload().push(data);
  call->upload_moves();
  return {};
}

Error HttpConnection::send(BodySource& source) {
  Impl& i = *impl_;
  Error error;
  conn::HttpCall* const call = i.pushed_call(error);
  const std::optional<uint64_t> length = source.length();
  if (call) error = i.may_push(*call, length.value_or(0));
  if (error) return error;
  i.log_line("send: ", length ? std::to_string(*length) + " bytes of a source" : "a source");
  call->upload().push_from(source);
  call->upload_moves();
  return {};
}

Error HttpConnection::end(const Headers& trailers) {
  Impl& i = *impl_;
  Error error;
  conn::HttpCall* const call = i.pushed_call(error);
  if (!call) return error;
  content::PushSource& source = call->upload();
  if (!trailers.empty() && !i.encodes) {
    return i.refuse(Errc::invalid_request, "trailers go behind chunks that we make");
  }
  // What a source gives is counted when it is pulled.
  if (const auto announced = source.length();
      announced && source.pushed() < *announced && !source.has_source()) {
    return i.wrong_length("the request body has ", source.pushed(), *announced);
  }
  if (source.finished()) return {};
  source.finish(trailers);
  call->upload_moves();
  return {};
}

size_t HttpConnection::queued() const {
  conn::HttpCall* const call = impl_->pushes ? impl_->last : nullptr;
  return call && !call->over() ? call->upload().queued() : 0;
}

Error HttpConnection::on_drain(Callback<void()> f) {
  conn::HttpCall* const call = impl_->pushes ? impl_->last : nullptr;
  if (!call) return impl_->refuse(Errc::invalid_state, "no request waits for a body");
  call->on_drain(std::move(f));
  return {};
}

void HttpConnection::resume_upload() {
  if (conn::HttpCall* call = impl_->last) call->upload_moves();
}

// ---- the response ----

Error HttpConnection::getresponse(Callback<void(HttpResponse&, const Error&)> f) {
  Impl& i = *impl_;
  if (i.state != State::request_sent) return i.wrong_state(Errc::response_not_ready);
  if (i.channel->unread() >= std::max(i.options.pipeline_depth, 1u)) {
    return i.refuse(Errc::response_not_ready, i.options.pipeline_depth > 1
                                                  ? "the responses before it are not read to their end"
                                                  : "the response before it is not read to its end");
  }
  conn::HttpCall& call = *i.sent.front();
  i.sent.erase(i.sent.begin());
  i.state = i.sent.empty() ? State::idle : State::request_sent;
  i.channel->get(call, std::move(f));
  return {};
}

void HttpConnection::on_informational(Callback<void(const InterimResponse&)> f) {
  impl_->on_informational_f = std::move(f);
}

// ---- for a face that waits ----

bool HttpConnection::connecting() const {
  const conn::HttpCall* const call = impl_->sent.empty() ? nullptr : impl_->sent.back();
  return call && call->started() && !call->over() && !call->exchange().connection() &&
         call->exchange().sending();
}

Error HttpConnection::connect_failure() {
  Impl& i = *impl_;
  conn::HttpCall* const call = i.sent.empty() ? nullptr : i.sent.back();
  const Error error = call && call->over() ? call->outcome() : Error();
  if (!error || error.phase >= Phase::send) return {};
  i.diagnosis.assign(call->diagnosis());
  i.last = nullptr;
  i.sent.pop_back();
  call->abandon();
  i.state = i.sent.empty() ? State::idle : State::request_sent;
  return error;
}

bool HttpConnection::draining() const {
  conn::HttpCall* const call = impl_->pushes ? impl_->last : nullptr;
  if (!call || call->sent_all()) return false;
  const conn::Connection* const connection = call->exchange().connection();
  if (connection && connection->write_failed()) return false;
  return call->upload().queued() != 0 || call->upload().has_source();
}

// ---- the connection ----

Error HttpConnection::connect(Callback<void(const Error&)> f) {
  Impl& i = *impl_;
  if (i.fault) {
    i.diagnosis = i.fault_diagnosis;
    return i.fault;
  }
  if (!i.channel->connected() && !i.channel->idle()) {
    return i.refuse(Errc::invalid_state, "a connection is being made");
  }
  i.channel->connect(i.route,
                     [impl = &i, f = std::move(f)](const Error& error, std::string_view why) mutable {
                       impl->diagnosis.assign(why);
                       if (f) f(error);
                     });
  return {};
}

void HttpConnection::close() {
  Impl& i = *impl_;
  if (i.draft) i.drop_draft();
  i.state = State::idle;
  i.sent.clear();
  i.last = nullptr;
  i.channel->close();
}

Error HttpConnection::set_tunnel(std::string_view host, std::optional<uint16_t> port, const Headers& headers,
                                 TunnelOptions options) {
  Impl& i = *impl_;
  if (i.state != State::idle || !i.channel->idle() || i.channel->connected()) {
    return i.refuse(Errc::invalid_state, "a tunnel is set before there is a connection");
  }
  policy::ServerName target;
  const uint16_t default_port = i.https ? HttpsConnection::kDefaultPort : kDefaultPort;
  if (const Error error = policy::parse_server_name(host, port, default_port, target, i.diagnosis))
    return error;
  if (const Error error = proxy::check_tunnel(target.dialled, headers, i.diagnosis)) return error;
  const ports::Origin proxy{options.tls_to_proxy, i.server.port, i.server.dialled};
  i.route = {.origin = {i.https, target.port, target.dialled},
             .tunnel = std::make_shared<ports::Proxy>(ports::Proxy{proxy, headers})};
  i.authority = policy::authority_for(target.shown, target.port, default_port);
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

void HttpConnection::Impl::log_fields(std::string_view what, const Headers& fields) {
  for (const auto [name, value] : fields) {
    const std::string_view shown = policy::is_hidden(name) ? std::string_view("(hidden)") : value;
    log_line(what, std::string(name).append(": ").append(shown));
  }
}

// log_request tells the whole head, the fields that we add too. One that can't be sent has none.
void HttpConnection::Impl::log_request() {
  const Request& request = draft->draft;
  const conn::DirectRequest& prepared = draft->prepared;
  const std::string target = policy::hide_userinfo(request.target);
  const ports::RequestHead head{.method = request.method,
                                .target = target,
                                .authority = prepared.authority,
                                .headers = &request.headers,
                                .body = &request.body,
                                .version = request.version,
                                .skip_host = prepared.skip_host,
                                .skip_accept_encoding = prepared.skip_accept_encoding,
                                .already_chunked = prepared.already_chunked};
  const http1::RequestPlan plan = http1::plan_request(head);
  if (plan.fault != http1::RequestPlan::Fault::none) return;
  std::string text;
  http1::write_request_head(head, plan, text);
  for (std::string_view rest = text; rest.find("\r\n") != 0; rest.remove_prefix(rest.find("\r\n") + 2)) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    const std::string_view name = line.substr(0, line.find(':'));
    log_line("send: ", policy::is_hidden(name) ? std::string(name).append(": (hidden)") : line);
  }
}

void HttpConnection::Impl::log_response(const conn::HttpCall& call) {
  if (debuglevel <= 0 || !call.head_seen()) return;
  const conn::Exchange& exchange = call.exchange();
  log_line("reply: ", std::to_string(exchange.status()).append(" ").append(exchange.reason()));
  log_fields("header: ", exchange.headers());
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
  return impl_->state;
}
bool HttpConnection::connected() const {
  return impl_->channel->connected();
}
int HttpConnection::fileno() const {
  return impl_->channel->fileno();
}
std::string_view HttpConnection::diagnosis() const {
  return impl_->diagnosis;
}

}  // namespace godwit
