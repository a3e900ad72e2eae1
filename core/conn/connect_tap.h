// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <utility>

#include "godwit/core/ports/connector.h"

namespace godwit::conn {

// ConnectTap lets its owner see what a connector does for others: each attempt as it begins, and what
// proxies answer.
class ConnectTap final : public ports::Connector {
 public:
  struct Listener {
    void (*on_connect)(Listener&, const ports::Route&);
    void (*on_proxy_response)(Listener&, const ProxyResponse&);
  };

  ConnectTap(ports::Connector& connector, Listener& listener) : connector_(connector), listener_(listener) {}

  Attempt* connect(const ports::Route& route, ports::ConnectSink& sink) override {
    auto* tapped = new Tapped(listener_, sink);
    listener_.on_connect(listener_, route);
    tapped->attempt = connector_.connect(route, *tapped);
    return tapped;
  }

 private:
  // Tapped is an attempt as its sink sees it, and the sink as the attempt does.
  struct Tapped final : Attempt, ports::ConnectSink {
    Tapped(Listener& l, ports::ConnectSink& s) : listener(l), sink(s) {}

    void abandon() override {
      attempt->abandon();
      delete this;
    }
    Phase phase() const override { return attempt->phase(); }

    void on_connected(ports::TransportPtr transport, const ports::ConnectTiming& timing) override {
      ports::ConnectSink& s = sink;
      delete this;
      s.on_connected(std::move(transport), timing);
    }
    void on_connect_failed(const Error& error, std::string_view diagnosis) override {
      ports::ConnectSink& s = sink;
      delete this;
      s.on_connect_failed(error, diagnosis);
    }
    void on_proxy_response(ProxyResponse& response) override {
      listener.on_proxy_response(listener, response);
      sink.on_proxy_response(response);
    }
    void on_certificate_rejected(const TlsInfo& info) override { sink.on_certificate_rejected(info); }

    Listener& listener;
    ports::ConnectSink& sink;
    ports::Connector::Attempt* attempt = nullptr;
  };

  ports::Connector& connector_;
  Listener& listener_;
};

}  // namespace godwit::conn
