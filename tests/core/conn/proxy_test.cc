// SPDX-License-Identifier: MIT
#include <string>

#include <gtest/gtest.h>

#include "godwit/tests/core/conn/rig.h"

namespace godwit {
namespace {

using testing::Recorder;
using testing::Rig;

ClientOptions through(std::string url) {
  ClientOptions options;
  options.proxy.url = std::move(url);
  return options;
}

Request get(std::string url) {
  Request request;
  request.url = std::move(url);
  return request;
}

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

TEST(Proxy, HttpGoesToItInAbsoluteForm) {
  Recorder r;
  Rig rig(through("http://u:p@p.example:3128"));
  rig.get("http://user:secret@a.example:81/x?y#z", r);
  rig.run();
  const ports::Route& route = rig.connector.oldest_route();
  EXPECT_EQ(route.origin, (ports::Origin{false, 3128, "p.example"}));
  EXPECT_TRUE(route.to_proxy);
  EXPECT_FALSE(route.tunnel);
  auto wire = rig.accept();
  EXPECT_EQ(wire->sent,
            "GET http://a.example:81/x?y HTTP/1.1\r\nHost: a.example:81\r\nAccept-Encoding: identity\r\n"
            "Proxy-Authorization: Basic dTpw\r\n\r\n");
  rig.deliver(*wire, kOk);
  EXPECT_EQ(r.error.code, Errc::ok);
}

TEST(Proxy, RequestsToDifferentHostsShareAConnectionToIt) {
  Recorder first, second;
  Rig rig(through("http://p.example:3128"));
  rig.get("http://a.example/", first);
  auto wire = rig.accept();
  rig.deliver(*wire, kOk);
  wire->sent.clear();
  rig.get("http://b.example/", second);
  rig.run();
  EXPECT_TRUE(wire->sent.starts_with("GET http://b.example/ HTTP/1.1\r\nHost: b.example\r\n")) << wire->sent;
  rig.deliver(*wire, kOk);
  EXPECT_TRUE(second.reused);
}

TEST(Proxy, HttpsGoesThroughATunnelAndItsRequestKnowsNothingOfIt) {
  Recorder r;
  Rig rig(through("https://u:p@p.example"));
  rig.get("https://a.example/x", r);
  rig.run();
  const ports::Route route = rig.connector.oldest_route();
  EXPECT_EQ(route.origin, (ports::Origin{true, 443, "a.example"}));
  EXPECT_FALSE(route.to_proxy);
  ASSERT_TRUE(route.tunnel);
  EXPECT_EQ(route.tunnel->origin, (ports::Origin{true, 443, "p.example"}));
  EXPECT_EQ(route.tunnel->headers.wire(), "Proxy-Authorization: Basic dTpw\r\n");
  auto wire = rig.accept();
  EXPECT_EQ(wire->sent, "GET /x HTTP/1.1\r\nHost: a.example\r\nAccept-Encoding: identity\r\n\r\n");
  rig.deliver(*wire, kOk);
}

TEST(Proxy, TunnelHttpTunnelsEverything) {
  Recorder r;
  ClientOptions options = through("http://p.example");
  options.proxy.tunnel_http = true;
  Rig rig(options);
  rig.get("http://a.example/x", r);
  rig.run();
  EXPECT_EQ(rig.connector.oldest_route().origin, (ports::Origin{false, 80, "a.example"}));
  EXPECT_TRUE(rig.connector.oldest_route().tunnel);
  EXPECT_TRUE(rig.accept()->sent.starts_with("GET /x HTTP/1.1\r\n"));
}

TEST(Proxy, EachSchemeMayHaveItsOwn) {
  ClientOptions options = through("http://both.example");
  options.proxy.https_url = "http://s.example";
  Recorder plain, secure;
  Rig rig(options);
  rig.get("http://a.example/", plain);
  rig.run();
  EXPECT_EQ(rig.connector.oldest_route().origin.host, "both.example");
  rig.connector.refuse({.code = Errc::connect_failed}, "");
  rig.get("https://a.example/", secure);
  rig.run();
  EXPECT_EQ(rig.connector.oldest_route().tunnel->origin.host, "s.example");
}

TEST(Proxy, HostsOfNoProxyAreReachedDirectly) {
  ClientOptions options = through("http://p.example");
  options.proxy.no_proxy = {"b.example", "127.0.0.0/8"};
  Recorder r[3];
  Rig rig(options);
  const struct {
    const char* url;
    const char* dialled;
  } rows[] = {{"http://x.b.example/", "x.b.example"},
              {"http://127.9.9.9/", "127.9.9.9"},
              {"http://a.example/", "p.example"}};
  for (size_t i = 0; i < 3; ++i) {
    rig.get(rows[i].url, r[i]);
    rig.run();
    EXPECT_EQ(rig.connector.oldest_route().origin.host, rows[i].dialled);
    rig.connector.refuse({.code = Errc::connect_failed}, "");
  }
}

TEST(Proxy, ARequestMayHaveItsOwnOrNone) {
  ClientOptions options = through("http://p.example");
  options.proxy.no_proxy = {"*"};
  ASSERT_FALSE(options.proxy.headers.add("X-Secret", "for p.example"));
  Recorder own, none;
  Rig rig(options);
  Request request = get("https://a.example/");
  request.proxy = "http://u:p@own.example:8080";
  rig.send(std::move(request), own);
  rig.run();
  ASSERT_TRUE(rig.connector.oldest_route().tunnel);
  EXPECT_EQ(rig.connector.oldest_route().tunnel->origin.host, "own.example");
  EXPECT_EQ(rig.connector.oldest_route().tunnel->headers.wire(), "Proxy-Authorization: Basic dTpw\r\n");
  rig.connector.refuse({.code = Errc::connect_failed}, "");
  request = get("https://a.example/");
  request.proxy = "";
  rig.send(std::move(request), none);
  rig.run();
  EXPECT_FALSE(rig.connector.oldest_route().tunnel);
}

TEST(Proxy, ConnectionsByDifferentWaysAreNeverShared) {
  Rig rig;
  Recorder r[5];
  const char* const proxies[] = {"", "http://p.example", "http://q.example", "http://u:p@p.example",
                                 "https://p.example"};
  for (size_t i = 0; i < 5; ++i) {
    Request request = get("https://a.example/");
    request.proxy = proxies[i];
    rig.send(std::move(request), r[i]);
    rig.deliver(*rig.accept(), kOk);
    EXPECT_FALSE(r[i].reused) << proxies[i];
  }
  EXPECT_EQ(rig.pool.idle_connections(), 5u);
  for (size_t i = 0; i < 5; ++i) {
    r[i] = {};
    Request request = get("https://a.example/");
    request.proxy = proxies[i];
    rig.send(std::move(request), r[i]);
    rig.run();
    EXPECT_EQ(rig.connector.pending(), 0u) << proxies[i];
    rig.deliver(*rig.connector.wires[i], kOk);
    EXPECT_TRUE(r[i].reused);
  }
}

TEST(Proxy, AConnectionToAProxyIsNoneToAnOriginOfThatName) {
  Recorder first, second;
  Rig rig(through("http://p.example"));
  rig.get("http://a.example/", first);
  rig.deliver(*rig.accept(), kOk);
  Request request = get("http://p.example/");
  request.proxy = "";
  rig.send(std::move(request), second);
  rig.run();
  EXPECT_EQ(rig.connector.pending(), 1u);
}

TEST(Proxy, P1_WhatItAnsweredIsKept) {
  Recorder r;
  Rig rig(through("http://p.example"));
  std::string kept;
  r.hook = [&](Response& response, std::string_view event) {
    ASSERT_EQ(event, "done proxy-refused");
    ASSERT_TRUE(response.proxy_response());
    kept = response.proxy_response()->reason + ' ' + response.proxy_response()->body;
    EXPECT_EQ(response.status(), 0);
  };
  rig.get("https://a.example/", r);
  rig.run();
  ProxyResponse said;
  said.status = 407;
  said.reason = "Who?";
  said.body = "page";
  rig.connector.refuse({.code = Errc::proxy_refused, .phase = Phase::proxy, .detail = 407},
                       "refused with 407", &said);
  EXPECT_EQ(kept, "Who? page");
  EXPECT_EQ(r.message, "proxy-refused in proxy: refused with 407");
  // An exchange that is used again has forgotten it.
  r = {};
  r.hook = [](Response& response, std::string_view) { EXPECT_FALSE(response.proxy_response()); };
  rig.get("https://a.example/", r);
  rig.deliver(*rig.accept(), kOk);
  EXPECT_EQ(r.error.code, Errc::ok);
}

TEST(Proxy, A407ToAnHttpRequestIsAResponse) {
  Recorder r;
  Rig rig(through("http://p.example"));
  rig.get("http://a.example/", r);
  rig.deliver(*rig.accept(), "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 5\r\n\r\nlogin");
  EXPECT_EQ(r.log, (std::vector<std::string>{"head 407", "body login", "done ok"}));
}

TEST(Proxy, TargetsOfTheUsersOwn) {
  const struct {
    const char* method;
    const char* target;
    const char* line;
  } rows[] = {
      {"OPTIONS", "*", "OPTIONS http://a.example:81 HTTP/1.1\r\n"},
      {"GET", "/other", "GET http://a.example:81/other HTTP/1.1\r\n"},
      {"GET", "http://b.example/", "GET http://b.example/ HTTP/1.1\r\n"},
      {"CONNECT", "", "CONNECT a.example:81 HTTP/1.1\r\n"},
  };
  for (const auto& row : rows) {
    Recorder r;
    Rig rig(through("http://p.example"));
    Request request = get("http://a.example:81/x");
    request.method = row.method;
    request.target = row.target;
    rig.send(std::move(request), r);
    EXPECT_TRUE(rig.accept()->sent.starts_with(row.line)) << row.line;
  }
}

TEST(Proxy, TheUsersOwnFieldGoesBeforeTheProxys) {
  Recorder r;
  ClientOptions options = through("http://u:p@p.example");
  ASSERT_FALSE(options.proxy.headers.add("X-Tag", "1"));
  Rig rig(options);
  Request request = get("http://a.example/");
  ASSERT_FALSE(request.headers.add("proxy-authorization", "Bearer t"));
  rig.send(std::move(request), r);
  EXPECT_EQ(rig.accept()->sent,
            "GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\nAccept-Encoding: identity\r\n"
            "proxy-authorization: Bearer t\r\nX-Tag: 1\r\n\r\n");
}

TEST(Proxy, OptionsThatAreNotUsable) {
  const struct {
    void (*spoil)(ProxyOptions&);
    const char* sentence;
  } rows[] = {
      {[](ProxyOptions& o) { o.url = "socks5://p.example"; }, "only http and https proxies are spoken to"},
      {[](ProxyOptions& o) { o.no_proxy = {"a b"}; }, "\"a b\" names no host to reach without a proxy"},
      {[](ProxyOptions& o) { (void)o.headers.add("content-length", "5"); },
       "Content-Length is not a field for a proxy alone"},
      {[](ProxyOptions& o) { (void)o.headers.add("Host", "x"); }, "Host is not a field for a proxy alone"},
      {[](ProxyOptions& o) { o.credentials = "u:\n"; },
       "the user or the password for the proxy has a control character"},
  };
  for (const auto& row : rows) {
    Recorder r;
    ClientOptions options = through("http://p.example");
    row.spoil(options.proxy);
    Rig rig(options);
    EXPECT_EQ(rig.table.proxy_problem(), row.sentence);
    rig.get("http://a.example/", r);
    rig.run();
    EXPECT_EQ(r.message, std::string("invalid-option: ") + row.sentence);
  }
  Recorder r;
  Rig rig;
  Request request = get("http://a.example/");
  request.proxy = "ftp://p.example";
  rig.send(std::move(request), r);
  rig.run();
  EXPECT_EQ(r.message, "invalid-option: only http and https proxies are spoken to");
}

}  // namespace
}  // namespace godwit
