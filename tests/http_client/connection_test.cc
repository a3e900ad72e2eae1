// SPDX-License-Identifier: MIT
// HttpConnection itself: what it is made from, how it connects, what it logs, and tunnels.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/tests/http_client/rig.h"

namespace godwit::testing {
namespace {

constexpr std::string_view kReply = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

// row: 1.2/host-port, 1.2/attributes
TEST(HttpConnection, HostAndPort) {
  const auto is = [](std::string_view text, std::string_view host, uint16_t port) {
    Rig rig({}, text);
    EXPECT_EQ(rig->host(), host) << text;
    EXPECT_EQ(rig->port(), port) << text;
    EXPECT_FALSE(rig->request("GET", "/")) << text;
    rig.run();
    EXPECT_EQ(rig.connector.oldest_route().origin.port, port);
  };
  is("h", "h", 80);
  is("h:", "h", 80);
  is("h:8080", "h", 8080);
  is("[::1]", "::1", 80);
  is("[::1]:", "::1", 80);
  is("[::1]:81", "::1", 81);
}

// row: 1.2/host-port, 1.2/validate-host, 1.7/invalid-url, 1.11/port-number, 1.11/bare-ipv6
TEST(HttpConnection, AHostThatIsNoneIsToldByEachCallAndNeverDialled) {
  for (const std::string_view bad : {"h:+80", "h: 80", "h:8_0", "h:-1", "h:99999", "h:x", "::1", "a b",
                                     "a\r\nb", "", "a/b", "a@b", "a?b", "a#b", "[::1", "::1]", "a\x7f"}) {
    Rig rig({}, bad);
    Got got;
    EXPECT_EQ(rig->request("GET", "/").code, Errc::invalid_url) << bad;
    EXPECT_NE(rig->diagnosis().find("at byte"), std::string_view::npos) << rig->diagnosis();
    EXPECT_EQ(rig->connect([](const Error&) {}).code, Errc::invalid_url) << bad;
    EXPECT_EQ(rig->state(), HttpConnection::State::idle);
    rig.run();
    EXPECT_EQ(rig.connector.attempts, 0);
  }
  Rig rig({}, "host:8x");
  EXPECT_EQ(rig->request("GET", "/").detail, 6u);
}

// row: 1.2/attributes
TEST(HttpConnection, Attributes) {
  Rig rig({.timeout = std::chrono::seconds(3), .blocksize = 10, .auto_open = false}, "h:8080");
  EXPECT_EQ(rig->options().blocksize, 10u);
  EXPECT_EQ(rig->options().timeout, std::chrono::seconds(3));
  EXPECT_FALSE(rig->options().auto_open);
  EXPECT_EQ(rig->default_port(), 80);
  EXPECT_EQ(HttpsConnection::kDefaultPort, 443);
  EXPECT_EQ(rig->debuglevel(), 0);
  EXPECT_EQ(rig->fileno(), -1);
  EXPECT_FALSE(rig->connected());
}

// row: 1.2/connect
TEST(HttpConnection, ConnectFirst) {
  Rig rig;
  int calls = 0;
  ASSERT_FALSE(rig->connect([&](const Error& e) {
    ++calls;
    EXPECT_FALSE(e);
  }));
  EXPECT_GT(rig.scheduler.holds, 0);
  EXPECT_EQ(rig->connect([](const Error&) {}).code, Errc::invalid_state) << "one is being made";
  auto wire = rig.accept();
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(rig->connected());
  EXPECT_EQ(wire->sent, "");
  ASSERT_FALSE(rig->connect([&](const Error&) { ++calls; })) << "there is one";
  rig.run();
  EXPECT_EQ(calls, 2);
  Got got;
  ASSERT_FALSE(rig->request("GET", "/"));
  ASSERT_FALSE(rig->getresponse(got.callback()));
  rig.run();
  rig.deliver(wire, kReply);
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(rig.connector.attempts, 1);
}

// row: 1.2/connect, 1.7/others
TEST(HttpConnection, ConnectFails) {
  Rig rig;
  Error told;
  ASSERT_FALSE(rig->connect([&](const Error& e) { told = e; }));
  rig.run();
  rig.connector.refuse({.code = Errc::connect_failed, .phase = Phase::connect},
                       "192.0.2.1:80: connection refused");
  rig.run();
  EXPECT_EQ(told.code, Errc::connect_failed);
  EXPECT_EQ(rig->diagnosis(), "192.0.2.1:80: connection refused");
  Got got;
  ASSERT_FALSE(rig->request("GET", "/"));
  ASSERT_FALSE(rig->getresponse(got.callback()));
  rig.run();
  rig.connector.refuse({.code = Errc::connect_failed, .phase = Phase::connect},
                       "192.0.2.1:80: connection refused");
  rig.run();
  EXPECT_EQ(got.message, "connect-failed in connect: 192.0.2.1:80: connection refused");
}

// row: 1.5/attributes
TEST(HttpConnection, TheCertificateThatWasRefusedIsShown) {
  for (const bool asked_before : {true, false}) {
    Rig rig;
    ASSERT_FALSE(rig->request("GET", "/"));
    Got got;
    if (asked_before) {
      ASSERT_FALSE(rig->getresponse(got.callback()));
    }
    rig.run();
    TlsInfo shown;
    shown.version = "TLSv1.3";
    rig.connector.reject(shown);
    if (!asked_before) {
      ASSERT_FALSE(rig->getresponse(got.callback()));
    }
    rig.run();
    EXPECT_EQ(got.error.code, Errc::certificate_rejected);
    ASSERT_NE(got.response, nullptr);
    ASSERT_NE(got.response->tls(), nullptr);
    EXPECT_EQ(got.response->tls()->version, "TLSv1.3");
    EXPECT_EQ(got.response->status(), 0);
  }
}

// row: 1.2/connect
TEST(HttpConnection, ARequestWaitsForTheConnectionBeingMade) {
  Rig rig;
  ASSERT_FALSE(rig->connect([](const Error&) {}));
  ASSERT_FALSE(rig->request("GET", "/"));
  auto wire = rig.accept();
  EXPECT_TRUE(wire->sent.starts_with("GET / "));
  EXPECT_EQ(rig.connector.attempts, 1);
}

// row: 1.2/auto-open, 1.7/not-connected
TEST(HttpConnection, WithoutAutoOpenConnectComesFirst) {
  Rig rig({.auto_open = false});
  EXPECT_EQ(rig->request("GET", "/").code, Errc::not_connected);
  EXPECT_EQ(rig->state(), HttpConnection::State::idle);
  ASSERT_FALSE(rig->connect([](const Error&) {}));
  auto wire = rig.accept();
  Got got;
  ASSERT_FALSE(rig->request("GET", "/"));
  ASSERT_FALSE(rig->getresponse(got.callback()));
  rig.run();
  rig.deliver(wire, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(rig->request("GET", "/").code, Errc::not_connected) << "that one is over";
  EXPECT_EQ(rig.connector.attempts, 1);
}

// row: 1.2/auto-open
TEST(HttpConnection, WithoutAutoOpenAQueuedRequestFailsIfTheConnectionGoes) {
  Rig rig({.auto_open = false});
  ASSERT_FALSE(rig->connect([](const Error&) {}));
  ASSERT_FALSE(rig->request("GET", "/"));
  Got got;
  ASSERT_FALSE(rig->getresponse(got.callback()));
  rig.run();
  rig.connector.refuse({.code = Errc::connect_failed, .phase = Phase::connect}, {});
  rig.run();
  EXPECT_EQ(got.calls, 1);
  EXPECT_EQ(got.error.code, Errc::not_connected);
  EXPECT_EQ(rig.connector.attempts, 1);
}

// row: 1.2/timeout
TEST(HttpConnection, TimeoutIsForEachWait) {
  Rig rig({.timeout = std::chrono::milliseconds(500)});
  Got got;
  ASSERT_FALSE(rig->request("GET", "/"));
  ASSERT_FALSE(rig->getresponse(got.callback()));
  auto wire = rig.accept();
  rig.scheduler.advance(490);
  EXPECT_EQ(got.calls, 0);
  rig.scheduler.advance(30);
  EXPECT_EQ(got.error.code, Errc::head_timeout);
  ASSERT_FALSE(rig->request("GET", "/"));
  ASSERT_FALSE(rig->getresponse(got.callback()));
  wire = rig.accept();
  rig.deliver(wire, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
  ReadBack body;
  ASSERT_FALSE(got.response->read(2, body.callback()));
  rig.run();
  rig.scheduler.advance(520);
  EXPECT_EQ(body.error.code, Errc::body_timeout);
}

TEST(HttpConnection, NoTimeRunsWhileNobodyAsks) {
  Rig rig({.timeout = std::chrono::milliseconds(500)});
  Got got;
  ASSERT_FALSE(rig->request("GET", "/"));
  auto wire = rig.accept();
  rig.scheduler.advance(5000);
  ASSERT_FALSE(rig->getresponse(got.callback()));
  rig.run();
  rig.deliver(wire, kReply);
  EXPECT_EQ(got.status, 200);
}

// row: 1.2/debuglevel, 1.1/audit
TEST(HttpConnection, TheLogTellsTheDialogueWithoutCredentials) {
  Rig rig;
  std::string log;
  rig->on_log([&](std::string_view line) { log.append(line).append("\n"); });
  Headers headers;
  ASSERT_FALSE(headers.add("Authorization", "Basic dTpw"));
  ASSERT_FALSE(headers.add("COOKIE", "session=secret"));
  ASSERT_FALSE(headers.add("X-Plain", "shown"));
  Got got;
  const auto exchange = [&] {
    ASSERT_FALSE(rig->request("GET", "/x", {}, headers));
    ASSERT_FALSE(rig->getresponse(got.callback()));
    if (rig.connector.wires.empty()) rig.accept();
    rig.run();
    rig.deliver(rig.connector.wires[0],
                "HTTP/1.1 200 OK\r\nSet-Cookie: session=secret\r\nX-Reply: yes\r\nContent-Length: 0\r\n\r\n");
  };
  exchange();
  EXPECT_EQ(log, "") << "level 0";
  rig->set_debuglevel(1);
  exchange();
  EXPECT_EQ(log,
            "send: GET /x HTTP/1.1\nsend: Host: example.com\nsend: Accept-Encoding: identity\nsend: "
            "Authorization: (hidden)\nsend: COOKIE: (hidden)\nsend: X-Plain: shown\n"
            "reply: 200 OK\nheader: Set-Cookie: (hidden)\nheader: X-Reply: yes\nheader: Content-Length: 0\n");
  log.clear();
  rig->close();
  rig.run();
  ASSERT_FALSE(rig->request("POST", "http://user:word@other.example/p?q=@", "body"));
  rig.run();
  EXPECT_EQ(log,
            "send: POST http://(hidden)@other.example/p?q=@ HTTP/1.1\nsend: Host: other.example\n"
            "send: Accept-Encoding: identity\nsend: Content-Length: 4\nconnect: example.com:80\n");
}

// row: 1.8/set-tunnel
TEST(HttpConnection, ATunnelIsSetBeforeThereIsAConnection) {
  Rig rig({}, "proxy.example:3128");
  Headers headers;
  ASSERT_FALSE(headers.add("Proxy-Authorization", "Basic dTpw"));
  ASSERT_FALSE(rig->set_tunnel("Inner.example", 8080, headers));
  ASSERT_FALSE(rig->request("GET", "/"));
  EXPECT_EQ(rig->set_tunnel("other").code, Errc::invalid_state);
  rig.run();
  const ports::Route route = rig.connector.oldest_route();
  EXPECT_EQ(route.origin.host, "inner.example");
  EXPECT_EQ(route.origin.port, 8080);
  EXPECT_FALSE(route.origin.https);
  ASSERT_NE(route.tunnel, nullptr);
  EXPECT_EQ(route.tunnel->origin.host, "proxy.example");
  EXPECT_EQ(route.tunnel->origin.port, 3128);
  EXPECT_FALSE(route.tunnel->origin.https);
  EXPECT_EQ(route.tunnel->headers.get("proxy-authorization"), "Basic dTpw");
  auto wire = rig.accept();
  EXPECT_EQ(wire->sent, "GET / HTTP/1.1\r\nHost: Inner.example:8080\r\nAccept-Encoding: identity\r\n\r\n")
      << "the proxy's fields are the proxy's";
  EXPECT_EQ(rig->set_tunnel("other").code, Errc::invalid_state);
}

// row: 1.9/tls-to-proxy
TEST(HttpConnection, TlsToTheProxyIfAskedFor) {
  Rig rig({}, "proxy.example");
  ASSERT_FALSE(rig->set_tunnel("inner.example", std::nullopt, {}, {.tls_to_proxy = true}));
  ASSERT_FALSE(rig->request("GET", "/"));
  rig.run();
  EXPECT_TRUE(rig.connector.oldest_route().tunnel->origin.https);
  EXPECT_EQ(rig.connector.oldest_route().origin.port, 80);
}

// row: 1.8/injection
TEST(HttpConnection, NoLineBreakOrNulInATunnelReachesTheWire) {
  using std::string_view_literals::operator""sv;
  Rig rig({}, "proxy.example");
  for (const std::string_view bad : {"a\rb"sv, "a\nb"sv, "a\r\nX: y"sv, "a\0b"sv, "a b"sv}) {
    const Error error = rig->set_tunnel(bad);
    EXPECT_TRUE(error) << bad;
    EXPECT_EQ(error.detail, 1u);
    EXPECT_NE(rig->diagnosis().find("1"), std::string_view::npos) << rig->diagnosis();
  }
  Headers two_hosts;
  ASSERT_FALSE(two_hosts.add("Content-Length", "5"));
  EXPECT_EQ(rig->set_tunnel("inner", 443, two_hosts).code, Errc::invalid_request);
  ASSERT_FALSE(rig->request("GET", "/"));
  rig.run();
  EXPECT_EQ(rig.connector.oldest_route().tunnel, nullptr) << "what was refused is not set";
}

// row: 1.8/proxy-response, 1.8/answer
TEST(HttpConnection, WhatTheProxySaidIsKept) {
  Rig rig({}, "proxy.example");
  EXPECT_EQ(rig->proxy_response(), nullptr);
  ASSERT_FALSE(rig->set_tunnel("inner.example", 443));
  Got got;
  ASSERT_FALSE(rig->request("GET", "/"));
  ASSERT_FALSE(rig->getresponse(got.callback()));
  rig.run();
  ProxyResponse said;
  said.status = 407;
  said.body = "log in";
  ASSERT_FALSE(said.headers.add("Proxy-Authenticate", "Basic"));
  rig.connector.refuse({.code = Errc::proxy_refused, .phase = Phase::proxy, .detail = 407}, "407", &said);
  rig.run();
  EXPECT_EQ(got.error.code, Errc::proxy_refused);
  ASSERT_NE(rig->proxy_response(), nullptr);
  EXPECT_EQ(rig->proxy_response()->status, 407);
  EXPECT_EQ(rig->proxy_response()->headers.get("proxy-authenticate"), "Basic");
  EXPECT_EQ(rig->proxy_response()->body, "log in");
}

}  // namespace
}  // namespace godwit::testing
