// SPDX-License-Identifier: MIT
// HttpConnection and HttpsConnection on a real loop, against the embedded server.
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/core/http_connection.h"
#include "godwit/tests/e2e/watchdog.h"
#include "godwit/tests/http_client/relay.h"
#include "godwit/tools/embedded_server/server.h"

namespace godwit::testing {
namespace {

struct HttpConnectionLoopback : ::testing::Test {
  void SetUp() override {
    std::string error;
    server = embedded::Server::start({}, error);
    ASSERT_NE(server, nullptr) << error;
  }

  HttpConnectionOptions trusting() const {
    return {.timeout = std::chrono::seconds(20), .tls = {.ca_pem = server->ca_pem()}};
  }

  // fetch makes one request and gives "status body-bytes", or why there was none.
  static std::string fetch(Loop& loop, HttpConnection& c, std::string_view target) {
    std::string out = "nothing";
    if (const Error error = c.request("GET", target)) return describe(error, c.diagnosis());
    const Error error = c.getresponse([&out](HttpResponse& r, const Error& e) {
      out = std::string(name(e.code));
      if (e) return;
      const Error refused = r.read_all(1 << 24, [&out, &r](Bytes body, const Error& failed) {
        out = failed ? describe(failed, r.diagnosis())
                     : std::to_string(r.status()) + " " + std::to_string(body.size());
      });
      EXPECT_FALSE(refused);
    });
    EXPECT_FALSE(error);
    loop.run();
    return out;
  }

  Watchdog watchdog{"HttpConnection", std::chrono::seconds(50)};
  std::unique_ptr<embedded::Server> server;
};

TEST_F(HttpConnectionLoopback, OneConnectionServesOneRequestAfterTheOther) {
  Loop loop;
  HttpConnection c(loop, "127.0.0.1", server->http_port(), trusting());
  EXPECT_EQ(fetch(loop, c, "/bytes/100000"), "200 100000");
  const int socket = c.fileno();
  EXPECT_GE(socket, 0);
  for (const std::string_view target : {"/chunked/100000", "/bytes/0", "/bytes/1"}) {
    EXPECT_EQ(fetch(loop, c, target).substr(0, 3), "200");
    EXPECT_EQ(c.fileno(), socket) << target;
  }
  EXPECT_EQ(fetch(loop, c, "/stream/5000"), "200 5000");
  EXPECT_FALSE(c.connected()) << "the body ended with it";
  EXPECT_EQ(fetch(loop, c, "/bytes/7"), "200 7");
}

// row: 1.9/constructor, 1.9/alpn, 1.9/sni
TEST_F(HttpConnectionLoopback, Https) {
  Loop loop;
  HttpsConnection c(loop, "localhost", server->https_port(), trusting());
  EXPECT_EQ(c.default_port(), 443);
  EXPECT_EQ(fetch(loop, c, "/bytes/100000"), "200 100000");
  bool told = false;
  ASSERT_FALSE(c.request("GET", "/"));
  ASSERT_FALSE(c.getresponse([&](HttpResponse& r, const Error&) {
    told = true;
    ASSERT_NE(r.tls(), nullptr);
    EXPECT_EQ(r.tls()->version, "TLSv1.3");
    EXPECT_EQ(r.tls()->alpn, "http/1.1");
    EXPECT_TRUE(r.reused());
    EXPECT_GE(r.fileno(), 0);
    r.close();
  }));
  loop.run();
  EXPECT_TRUE(told);
}

// row: 1.9/default-context, 1.9/check-hostname
TEST_F(HttpConnectionLoopback, ByDefaultAnUnknownCertificateAndAWrongNameAreRefused) {
  Loop loop;
  HttpsConnection stranger(loop, "localhost", server->https_port());
  EXPECT_EQ(fetch(loop, stranger, "/"), "certificate-rejected");
  HttpConnectionOptions options = trusting();
  options.overrides = {{"other.example", server->https_port(), "127.0.0.1"}};
  HttpsConnection other(loop, "other.example", server->https_port(), options);
  EXPECT_EQ(fetch(loop, other, "/"), "certificate-rejected");
}

// row: 1.8/connect, 1.8/answer, 1.9/sni
TEST_F(HttpConnectionLoopback, TlsThroughATunnelIsWithItsEnd) {
  Relay relay("HTTP/1.1 200 Go on\r\nVia: relay\r\n\r\n", server->https_port());
  const std::string inner = "localhost:" + std::to_string(server->https_port());
  {
    Loop loop;
    HttpsConnection c(loop, "127.0.0.1", relay.port(), trusting());
    Headers headers;
    ASSERT_FALSE(headers.add("Proxy-Authorization", "Basic dTpw"));
    ASSERT_FALSE(c.set_tunnel(inner, std::nullopt, headers));
    EXPECT_EQ(fetch(loop, c, "/bytes/100000"), "200 100000");
    EXPECT_EQ(fetch(loop, c, "/bytes/7"), "200 7") << "the tunnel is kept";
    ASSERT_NE(c.proxy_response(), nullptr);
    EXPECT_EQ(c.proxy_response()->status, 200);
    EXPECT_EQ(c.proxy_response()->headers.get("via"), "relay");
  }
  EXPECT_EQ(relay.head(), "CONNECT " + inner + " HTTP/1.1\r\nHost: " + inner +
                              "\r\nProxy-Authorization: Basic dTpw\r\n\r\n");
}

// row: 1.8/answer, 1.8/proxy-response
TEST_F(HttpConnectionLoopback, AProxyThatRefuses) {
  Relay relay("HTTP/1.1 407 Log in\r\nProxy-Authenticate: Basic\r\nContent-Length: 4\r\n\r\nno!\n", 0);
  Loop loop;
  HttpConnection c(loop, "127.0.0.1", relay.port(), trusting());
  ASSERT_FALSE(c.set_tunnel("[::1]:8080"));
  EXPECT_EQ(fetch(loop, c, "/"), "proxy-refused");
  ASSERT_NE(c.proxy_response(), nullptr);
  EXPECT_EQ(c.proxy_response()->status, 407);
  EXPECT_EQ(c.proxy_response()->body, "no!\n");
  EXPECT_TRUE(relay.head().starts_with("CONNECT [::1]:8080 HTTP/1.1\r\nHost: [::1]:8080\r\n"))
      << relay.head();
}

// row: 1.2/source-address
TEST_F(HttpConnectionLoopback, SourceAddress) {
  Loop loop;
  HttpConnectionOptions options = trusting();
  options.source_address = "127.0.0.9";
  HttpConnection c(loop, "127.0.0.1", server->http_port(), options);
  EXPECT_EQ(fetch(loop, c, "/bytes/3"), "200 3");
  options.source_address = "not an address";
  HttpConnection bad(loop, "127.0.0.1", server->http_port(), options);
  EXPECT_EQ(fetch(loop, bad, "/bytes/3"), "invalid-option");
}

// row: 1.3/write-fails
TEST_F(HttpConnectionLoopback, AnEarly413OfAServerThatCloses) {
  Loop loop;
  HttpConnection c(loop, "127.0.0.1", server->http_port(), trusting());
  int status = 0;
  bool incomplete = false;
  ASSERT_FALSE(c.request("POST", "/upload/early?status=413&close=1", std::string(32 << 20, 'x')));
  ASSERT_FALSE(c.getresponse([&](HttpResponse& r, const Error& e) {
    EXPECT_FALSE(e) << describe(e, r.diagnosis());
    status = r.status();
    incomplete = r.request_incomplete();
  }));
  loop.run();
  EXPECT_EQ(status, 413);
  EXPECT_TRUE(incomplete);
}

TEST_F(HttpConnectionLoopback, ManyConnectionsAtATimeAndDestroyedInTheMiddle) {
  Loop loop;
  std::vector<std::shared_ptr<HttpConnection>> all;
  size_t bytes = 0;
  int ends = 0;
  for (int i = 0; i < 40; ++i) {
    if (i % 2 == 0) {
      all.push_back(std::make_shared<HttpsConnection>(loop, "localhost", server->https_port(), trusting()));
    } else {
      all.push_back(std::make_shared<HttpConnection>(loop, "localhost", server->http_port(), trusting()));
    }
    HttpConnection& c = *all.back();
    ASSERT_FALSE(c.request("GET", "/bytes/300000"));
    ASSERT_FALSE(c.getresponse([&, i](HttpResponse& r, const Error& e) {
      EXPECT_FALSE(e);
      r.on_body([&](HttpResponse&, Bytes block) { bytes += block.size(); });
      r.on_done([&, i](HttpResponse&, const Error&) {
        ++ends;
        // One in four takes its connection with it, another its neighbour.
        if (i % 4 == 1) all[static_cast<size_t>(i)].reset();
        if (i % 4 == 3) all[static_cast<size_t>(i - 1)].reset();
      });
    }));
  }
  loop.run();
  EXPECT_GE(ends, 30);
  EXPECT_GE(bytes, 30u * 300000u);
}

TEST_F(HttpConnectionLoopback, DestroyedWithTheLoopNeverRunAgain) {
  Loop loop;
  HttpsConnection c(loop, "localhost", server->https_port(), trusting());
  ASSERT_FALSE(c.request("GET", "/delay/10000"));
  ASSERT_FALSE(c.getresponse([](HttpResponse&, const Error&) { ADD_FAILURE(); }));
  loop.run_once();
  loop.run_once();
}

}  // namespace
}  // namespace godwit::testing
