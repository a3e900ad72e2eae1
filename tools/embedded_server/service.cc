// SPDX-License-Identifier: MIT
#include "godwit/tools/embedded_server/service.h"

#include <algorithm>

#include "godwit/tools/embedded_server/connection.h"

namespace godwit::embedded {

Service::Service(uv_loop_t& loop, Counters& counters, std::chrono::milliseconds idle_timeout)
    : loop_(loop), counters_(counters), idle_timeout_(idle_timeout) {
  uv_timer_init(&loop_, &sweep_);
  sweep_.data = this;
  // One timer walks all connections: cheaper than one timer moved at every request.
  const uint64_t period = static_cast<uint64_t>(std::max<int64_t>(idle_timeout_.count() / 4, 10));
  uv_timer_start(&sweep_, on_sweep, period, period);
}

int Service::listen(const std::string& address, uint16_t port, int backlog, SSL_CTX* context) {
  sockaddr_storage where{};
  auto* in = reinterpret_cast<sockaddr_in*>(&where);
  auto* in6 = reinterpret_cast<sockaddr_in6*>(&where);
  const bool v6 = address.find(':') != std::string::npos;
  int status = v6 ? uv_ip6_addr(address.c_str(), port, in6) : uv_ip4_addr(address.c_str(), port, in);
  if (status < 0) return status;

  Listener& listener = listeners_[listener_count_];
  status = uv_tcp_init(&loop_, &listener.tcp);
  if (status < 0) return status;
  ++listener_count_;
  listener.service = this;
  listener.open = true;
  if (context != nullptr) listener.context = bssl::UpRef(context);
  listener.tcp.data = &listener;
  status = uv_tcp_bind(&listener.tcp, reinterpret_cast<sockaddr*>(&where), 0);
  if (status == 0) status = uv_listen(reinterpret_cast<uv_stream_t*>(&listener.tcp), backlog, on_connection);
  int size = sizeof where;
  if (status == 0) status = uv_tcp_getsockname(&listener.tcp, reinterpret_cast<sockaddr*>(&where), &size);
  if (status < 0) return status;
  return ntohs(v6 ? in6->sin6_port : in->sin_port);
}

void Service::close() {
  for (size_t i = 0; i < listener_count_; ++i) {
    if (!listeners_[i].open) continue;
    listeners_[i].open = false;
    uv_close(reinterpret_cast<uv_handle_t*>(&listeners_[i].tcp), nullptr);
  }
  if (!uv_is_closing(reinterpret_cast<uv_handle_t*>(&sweep_))) {
    uv_close(reinterpret_cast<uv_handle_t*>(&sweep_), nullptr);
  }
  for (Connection* connection = first_; connection != nullptr; connection = connection->next)
    connection->close();
}

void Service::add(Connection& connection) {
  connection.next = first_;
  if (first_ != nullptr) first_->previous = &connection;
  first_ = &connection;
}

void Service::remove(Connection& connection) {
  (connection.previous != nullptr ? connection.previous->next : first_) = connection.next;
  if (connection.next != nullptr) connection.next->previous = connection.previous;
}

void Service::on_connection(uv_stream_t* stream, int status) {
  auto* listener = static_cast<Listener*>(stream->data);
  if (status == 0) Connection::accept(*listener->service, *stream, listener->context.get());
}

void Service::on_sweep(uv_timer_t* timer) {
  auto* service = static_cast<Service*>(timer->data);
  const uint64_t now = uv_now(&service->loop_);
  const auto limit = static_cast<uint64_t>(service->idle_timeout_.count());
  for (Connection* connection = service->first_; connection != nullptr; connection = connection->next) {
    if (connection->idle() && now - connection->last_active() >= limit) connection->close();
  }
}

}  // namespace godwit::embedded
