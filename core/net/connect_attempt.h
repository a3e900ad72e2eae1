// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/core/error.h"
#include "godwit/core/net/connector.h"
#include "godwit/core/net/endpoint.h"
#include "godwit/core/net/happy_eyeballs.h"
#include "godwit/core/net/member_node.h"
#include "godwit/core/net/tcp_transport.h"
#include "godwit/core/net/tls_transport.h"
#include "godwit/core/net/tunnel_handshake.h"
#include "godwit/core/ports/connector.h"
#include "godwit/core/ports/resolver.h"

namespace godwit::net {

// ConnectAttempt is one connection on its way. It frees itself when its sink has been told or it is
// abandoned.
//
//   direct       resolve -> connect -> [tls]
//   by a tunnel  resolve -> connect -> [proxy_tls] -> tunnel -> [tls]
//
// With a tunnel it is the proxy that is resolved and connected to.
class ConnectAttempt final : public ports::Connector::Attempt, private ports::ResolveSink {
 public:
  ConnectAttempt(Connector& connector, const ports::Route& route, ports::ConnectSink& sink);

  void abandon() override { delete this; }
  Phase phase() const override;

 private:
  friend class Connector;

  enum class Step : uint8_t { resolve, connect, proxy_tls, tunnel, tls };

  // Try is one address of the race.
  struct Try {
    Endpoint remote;
    TcpTransport* transport = nullptr;  // while it is connecting
    uint64_t began = 0;
    int status = 0;  // why it failed
    bool started = false;
    size_t sources = 0;  // how many addresses it was tried from
  };

  ~ConnectAttempt();

  void start();
  void on_resolved(const ports::Resolution& resolution) override;
  void dial(std::span<const ports::Address> addresses);
  void race(std::span<const ports::Address> addresses);
  ports::Address::Family leading_family(std::span<const ports::Address> addresses) const;
  void run_race();
  void start_try(Try& entry);
  bool wait_for_port();
  void on_tried(TcpTransport& transport, int status);
  void remember(const Try& winner);
  void reached(ports::TransportPtr transport);
  void ask_proxy(ports::TransportPtr transport);
  void on_answer();
  void shake(Step step, ports::TransportPtr transport, Bytes early = {});
  void on_shaken(const Error& error, std::string_view diagnosis);
  void on_deadline();

  const ports::Origin& dialled() const { return route_.tunnel ? route_.tunnel->origin : route_.origin; }
  TlsProfile& profile_for(Step step) const;
  void enter(Step step, Timeouts::Duration limit);
  uint64_t elapsed() const;
  std::string hop() const;
  std::string tried() const;
  void fail_race(Errc code);
  void fail(Errc code, std::string_view diagnosis, int sys = 0);
  void fail(const Error& error, std::string_view diagnosis);
  void succeed(ports::TransportPtr transport);
  void stop_tries();

  Connector& connector_;
  ports::ConnectSink& sink_;
  ports::Route route_;
  MemberTask<ConnectAttempt, &ConnectAttempt::start> start_{*this};
  MemberTimer<ConnectAttempt, &ConnectAttempt::on_deadline> deadline_{*this};
  MemberTimer<ConnectAttempt, &ConnectAttempt::run_race> next_try_{*this};
  HappyEyeballs eyeballs_{0};
  std::vector<Try> tries_;
  TlsTransport* tls_ = nullptr;  // while it shakes hands
  std::unique_ptr<TunnelHandshake> tunnel_;
  std::unique_ptr<ProxyResponse> answer_;  // the proxy's
  std::optional<TlsInfo> refused_tls_;     // of a handshake whose certificate was refused
  ports::ConnectTiming timing_;
  uint64_t step_began_ = 0;
  Timeouts::Duration limit_{0};  // of the step
  Step step_ = Step::resolve;
  bool resolving_ = false;
  bool resolved_ = false;               // the addresses are the resolver's
  ConnectAttempt* previous_ = nullptr;  // among the connector's
  ConnectAttempt* next_ = nullptr;
};

}  // namespace godwit::net
