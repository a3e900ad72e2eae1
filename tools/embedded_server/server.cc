// SPDX-License-Identifier: MIT
#include "godwit/tools/embedded_server/server.h"

#include <optional>
#include <thread>
#include <utility>

#include <signal.h>
#include <uv.h>

#include "godwit/tools/embedded_server/certificate.h"
#include "godwit/tools/embedded_server/service.h"

namespace godwit::embedded {

struct Server::Impl {
  uv_loop_t loop;
  uv_async_t wake;  // stop's word to the loop
  Counters counters;
  std::optional<Service> service;
  std::thread thread;
  std::string host;
  std::string ca_pem;
  uint16_t http_port = 0;
  uint16_t https_port = 0;

  void run() {
    // libuv writes without MSG_NOSIGNAL, and SIGPIPE goes to the writing thread; the host's own signals
    // are for the host's threads. What a fault of this thread raises stays as it is.
    sigset_t set;
    sigfillset(&set);
    for (int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGPROF}) sigdelset(&set, fault);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    uv_run(&loop, UV_RUN_DEFAULT);
  }

  void close_handles() {
    service->close();
    uv_close(reinterpret_cast<uv_handle_t*>(&wake), nullptr);
  }

  // release runs the closing callbacks that are left and gives the loop back.
  void release() {
    uv_run(&loop, UV_RUN_DEFAULT);
    service.reset();
    uv_loop_close(&loop);
  }

  std::string open(const ServerOptions& options);
  std::string listen(const ServerOptions& options, uint16_t port, SSL_CTX* context, uint16_t& bound);
};

namespace {

bool is_loopback(const std::string& address) {
  sockaddr_in v4;
  return address == "::1" || (address.rfind("127.", 0) == 0 && uv_ip4_addr(address.c_str(), 0, &v4) == 0);
}

std::string url(const char* scheme, const std::string& host, uint16_t port, std::string_view path) {
  std::string text = scheme + host + ":" + std::to_string(port);
  text += path;
  return text;
}

}  // namespace

std::string Server::Impl::listen(const ServerOptions& options, uint16_t port, SSL_CTX* context,
                                 uint16_t& bound) {
  const std::string address = options.address == "localhost" ? "127.0.0.1" : options.address;
  host = address == "::1" ? "[::1]" : address;
  int result = service->listen(address, port, options.backlog, context);
  if (result < 0) return "can't listen on " + host + ":" + std::to_string(port) + ": " + uv_strerror(result);
  bound = static_cast<uint16_t>(result);
  return {};
}

std::string Server::Impl::open(const ServerOptions& options) {
  std::string error = listen(options, options.http_port, nullptr, http_port);
  if (!error.empty() || !options.tls) return error;
  Certificate certificate = make_certificate(options.leaf);
  bssl::UniquePtr<SSL_CTX> context;
  if (certificate.key) context = make_server_context(certificate);
  if (!context) return "can't make a certificate for the server";
  ca_pem = std::move(certificate.ca_pem);
  return listen(options, options.https_port, context.get(), https_port);
}

std::unique_ptr<Server> Server::start(const ServerOptions& options, std::string& error) {
  if (options.address != "localhost" && !is_loopback(options.address)) {
    error = "the embedded server serves on loopback addresses only, not on " + options.address;
    return nullptr;
  }
  auto impl = std::make_unique<Impl>();
  if (int status = uv_loop_init(&impl->loop); status != 0) {
    error = std::string("can't make an event loop: ") + uv_strerror(status);
    return nullptr;
  }
  impl->service.emplace(impl->loop, impl->counters, options.idle_timeout);
  impl->wake.data = impl.get();
  uv_async_init(&impl->loop, &impl->wake,
                [](uv_async_t* async) { static_cast<Impl*>(async->data)->close_handles(); });
  error = impl->open(options);
  if (!error.empty()) {
    impl->close_handles();
    impl->release();
    return nullptr;
  }
  impl->thread = std::thread([raw = impl.get()] { raw->run(); });
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() {
  stop();
}

uint16_t Server::http_port() const {
  return impl_->http_port;
}
uint16_t Server::https_port() const {
  return impl_->https_port;
}

std::string Server::http_url(std::string_view path) const {
  return url("http://", impl_->host, impl_->http_port, path);
}

std::string Server::https_url(std::string_view path) const {
  return url("https://", impl_->host, impl_->https_port, path);
}

const std::string& Server::ca_pem() const {
  return impl_->ca_pem;
}

uint64_t Server::connections_accepted() const {
  return impl_->counters.connections_accepted.load(std::memory_order_relaxed);
}

uint64_t Server::requests_served() const {
  return impl_->counters.requests_served.load(std::memory_order_relaxed);
}

void Server::stop() {
  if (!impl_->thread.joinable()) return;
  uv_async_send(&impl_->wake);
  impl_->thread.join();
  impl_->release();
}

}  // namespace godwit::embedded
