// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "godwit/core/ports/connector.h"
#include "godwit/tests/support/scripted_transport.h"

namespace godwit::testing {

// ScriptedConnector collects attempts; the test decides when and how each ends.
class ScriptedConnector final : public ports::Connector {
 public:
  struct Pending final : Attempt {
    Pending(ScriptedConnector& c, const ports::Route& r, ports::ConnectSink& s)
        : owner(c), route(r), sink(s) {}
    void abandon() override {
      ++owner.abandoned;
      owner.remove(this);
    }
    Phase phase() const override { return owner.attempt_phase; }

    ScriptedConnector& owner;
    ports::Route route;
    ports::ConnectSink& sink;
  };

  Attempt* connect(const ports::Route& route, ports::ConnectSink& sink) override {
    ++attempts;
    pending_.push_back(std::make_unique<Pending>(*this, route, sink));
    return pending_.back().get();
  }

  // accept ends the oldest attempt well and gives the new connection's wire.
  std::shared_ptr<Wire> accept(const ports::ConnectTiming& timing = {}) {
    auto wire = std::make_shared<Wire>();
    ports::ConnectSink& sink = pending_.front()->sink;
    pending_.erase(pending_.begin());
    wires.push_back(wire);
    auto* transport = new ScriptedTransport(wire);
    transport->tls_ = tls;
    sink.on_connected(ports::TransportPtr(transport), timing);
    return wire;
  }

  // reject ends the oldest attempt because of the certificate in `shown`.
  void reject(const TlsInfo& shown) {
    pending_.front()->sink.on_certificate_rejected(shown);
    refuse({.code = Errc::certificate_rejected, .phase = Phase::tls}, "the certificate is not trusted");
  }

  // refuse ends the oldest attempt badly, after what a proxy said, if it did.
  void refuse(const Error& error, std::string_view diagnosis, ProxyResponse* said = nullptr) {
    ports::ConnectSink& sink = pending_.front()->sink;
    pending_.erase(pending_.begin());
    if (said) sink.on_proxy_response(*said);
    sink.on_connect_failed(error, diagnosis);
  }

  size_t pending() const { return pending_.size(); }
  const ports::Route& oldest_route() const { return pending_.front()->route; }

  int attempts = 0;
  int abandoned = 0;
  Phase attempt_phase = Phase::connect;
  std::optional<TlsInfo> tls;  // of the connections that accept() makes
  std::vector<std::shared_ptr<Wire>> wires;

 private:
  void remove(const Pending* attempt) {
    std::erase_if(pending_, [attempt](const auto& p) { return p.get() == attempt; });
  }

  std::vector<std::unique_ptr<Pending>> pending_;
};

}  // namespace godwit::testing
