// SPDX-License-Identifier: MIT
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/core/net/connector.h"
#include "godwit/tests/core/net/loopback.h"
#include "godwit/tests/core/net/recorder.h"
#include "godwit/tests/support/certificates.h"
#include "godwit/tests/support/tls_peer.h"
#include "godwit/tools/embedded_server/server.h"

namespace godwit::net {
namespace {

using namespace std::chrono_literals;
using testing::Listener;
using testing::Peer;

struct NoNames final : ports::Resolver {
  void resolve(const ports::Query&, ports::ResolveSink&) override { ADD_FAILURE() << "nothing to look up"; }
  void cancel(ports::ResolveSink&) override {}
  void doubt(std::string_view) override {}
};

struct Sink final : ports::ConnectSink {
  void on_connected(ports::TransportPtr t, const ports::ConnectTiming& time) override {
    ++calls;
    transport = std::move(t);
    timing = time;
  }
  void on_connect_failed(const Error& e, std::string_view text) override {
    ++calls;
    error = e;
    diagnosis = text;
  }
  void on_proxy_response(ProxyResponse& response) override {
    EXPECT_EQ(calls, 0) << "the outcome comes last";
    ++responses;
    said = std::move(response);
  }
  int calls = 0;
  int responses = 0;
  ports::TransportPtr transport;
  ports::ConnectTiming timing;
  Error error;
  std::string diagnosis;
  ProxyResponse said;
};

// A connector, and a proxy whose part the test plays itself.
class TunnelTest : public ::testing::Test {
 protected:
  ~TunnelTest() override { driver.turns(); }

  ports::Route route_to(ports::Origin origin, bool https_proxy = false) const {
    ports::Proxy to;
    to.origin = {https_proxy, proxy.port(), "127.0.0.1"};
    EXPECT_FALSE(to.headers.add("Proxy-Authorization", "Basic dTpw"));
    return {.origin = std::move(origin), .tunnel = std::make_shared<const ports::Proxy>(std::move(to))};
  }

  // Begins an attempt and gives the proxy's end, which has read the request.
  Peer begin(const ports::Route& route) {
    attempt = connector().connect(route, sink);
    EXPECT_TRUE(driver.until([&] { return attempt->phase() == Phase::proxy; }));
    Peer peer = proxy.accept();
    request = peer.receive();
    return peer;
  }

  bool ends() {
    return driver.until([&] { return sink.calls != 0; });
  }

  Connector& connector() {
    if (!connector_) connector_ = std::make_unique<Connector>(loop, names, options, profiles);
    return *connector_;
  }

  std::string hop() const { return "proxy 127.0.0.1:" + std::to_string(proxy.port()) + ": "; }

  LoopImpl loop;
  testing::LoopDriver driver{loop};
  NoNames names;
  ConnectorOptions options;
  TlsProfiles profiles{TlsOptions(), {}};
  Listener proxy;
  Sink sink;
  ports::Connector::Attempt* attempt = nullptr;
  std::string request;

 private:
  std::unique_ptr<Connector> connector_;
};

TEST_F(TunnelTest, AnHttpOriginIsReachedThroughIt) {
  Peer peer = begin(route_to({false, 80, "a.example"}));
  EXPECT_EQ(request,
            "CONNECT a.example:80 HTTP/1.1\r\nHost: a.example:80\r\nProxy-Authorization: Basic dTpw\r\n\r\n");
  peer.send("HTTP/1.1 200 Go\r\nVia: p\r\n\r\n");
  ASSERT_TRUE(ends());
  ASSERT_TRUE(sink.transport) << sink.diagnosis;
  EXPECT_EQ(sink.responses, 1);
  EXPECT_EQ(sink.said.reason, "Go");
  EXPECT_EQ(sink.said.headers.get("via"), "p");
  EXPECT_GT(sink.timing.proxy, 0u);
  EXPECT_EQ(sink.transport->tls(), nullptr);

  testing::Recorder recorder;
  sink.transport->attach(recorder);
  sink.transport->read(true);
  EXPECT_EQ(sink.transport->write(bytes_of("ping")), 4u);
  EXPECT_EQ(peer.receive(), "ping");
  peer.send("pong");
  EXPECT_TRUE(driver.until([&] { return recorder.received == "pong"; }));
  sink.transport.reset();
}

TEST_F(TunnelTest, AnHttpsOriginIsShakenHandsWithThroughIt) {
  std::string problem;
  auto server = embedded::Server::start({}, problem);
  ASSERT_TRUE(server) << problem;
  TlsOptions tls;
  tls.ca_pem = server->ca_pem();
  profiles = TlsProfiles(tls, {});

  Peer peer = begin(route_to({true, server->https_port(), "localhost"}));
  const std::string authority = "localhost:" + std::to_string(server->https_port());
  EXPECT_TRUE(request.starts_with("CONNECT " + authority + " HTTP/1.1\r\n")) << request;
  peer.send("HTTP/1.0 200 Connection established\r\n\r\n");
  Peer origin = testing::connect_to(server->https_port());
  const auto relay = [&] {
    if (const std::string up = peer.receive_ready(); !up.empty()) origin.send(up);
    if (const std::string down = origin.receive_ready(); !down.empty()) peer.send(down);
  };
  ASSERT_TRUE(driver.spin([&] {
    relay();
    return sink.calls != 0;
  }));
  ASSERT_TRUE(sink.transport) << sink.diagnosis;
  ASSERT_TRUE(sink.transport->tls());
  EXPECT_GT(sink.timing.tls, 0u);

  testing::Recorder recorder;
  sink.transport->attach(recorder);
  sink.transport->read(true);
  sink.transport->write(bytes_of("GET /bytes/9 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
  EXPECT_TRUE(driver.spin([&] {
    relay();
    return recorder.ended.has_value();
  }));
  EXPECT_TRUE(recorder.received.starts_with("HTTP/1.1 200")) << recorder.received;
  sink.transport.reset();
}

TEST_F(TunnelTest, TlsInTls) {
  std::string problem;
  auto server = embedded::Server::start({}, problem);
  ASSERT_TRUE(server) << problem;
  TlsOptions tls;
  tls.ca_pem = server->ca_pem();
  // Each of the two handshakes asks under its own options.
  std::vector<std::string> asked;
  std::vector<VerifyRequest> kept;
  tls.on_verify = [&](VerifyRequest r) {
    asked.push_back("origin " + r.host());
    kept.push_back(std::move(r));
  };
  TlsOptions proxy_tls;
  proxy_tls.on_verify = [&](VerifyRequest r) {
    asked.push_back("proxy " + r.host());
    kept.push_back(std::move(r));
  };
  profiles = TlsProfiles(tls, {});
  const test::Certificate ca = test::make_ca("Proxy Root");
  test::CertificateSpec spec;
  spec.ip = {"127.0.0.1"};
  const test::Certificate leaf = test::make_certificate(spec, &ca);
  proxy_tls.ca_pem = ca.pem();
  options.proxy_profile = std::make_shared<TlsProfile>(proxy_tls);

  connector().connect(route_to({true, server->https_port(), "localhost"}, true), sink);
  driver.turns();
  Peer peer = proxy.accept();
  test::TlsPeer outer({.chain = {&leaf}});
  std::optional<Peer> origin;
  const auto relay = [&] {
    if (const std::string up = peer.receive_ready(); !up.empty()) outer.feed(up);
    if (!origin && outer.received.ends_with("\r\n\r\n")) {
      request = std::exchange(outer.received, {});
      outer.write("HTTP/1.1 200 OK\r\n\r\n");
      origin.emplace(testing::connect_to(server->https_port()));
    }
    if (origin && !outer.received.empty()) origin->send(std::exchange(outer.received, {}));
    if (origin) {
      if (const std::string down = origin->receive_ready(); !down.empty()) outer.write(down);
    }
    if (const std::string down = outer.take(); !down.empty()) peer.send(down);
    for (VerifyRequest& question : kept) question.accept();
  };
  ASSERT_TRUE(driver.spin([&] {
    relay();
    return sink.calls != 0;
  })) << outer.error;
  ASSERT_TRUE(sink.transport) << sink.diagnosis;
  EXPECT_EQ(asked, (std::vector<std::string>{"proxy 127.0.0.1", "origin localhost"}));
  EXPECT_TRUE(request.starts_with("CONNECT localhost:")) << request;
  EXPECT_TRUE(sink.transport->tls());

  testing::Recorder recorder;
  sink.transport->attach(recorder);
  sink.transport->read(true);
  sink.transport->write(
      bytes_of("GET /bytes/100000 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
  EXPECT_TRUE(driver.spin([&] {
    relay();
    return recorder.ended.has_value();
  }));
  EXPECT_FALSE(*recorder.ended) << recorder.diagnosis;
  EXPECT_TRUE(recorder.received.starts_with("HTTP/1.1 200")) << recorder.received.substr(0, 100);
  EXPECT_GT(recorder.received.size(), 100'000u);
  sink.transport.reset();
}

TEST_F(TunnelTest, P1_ARefusalIsTheErrorAndItsPageIsKept) {
  Peer peer = begin(route_to({true, 443, "a.example"}));
  peer.send(
      "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
      "Content-Length: 5\r\n\r\nlogin");
  ASSERT_TRUE(ends());
  EXPECT_EQ(sink.error.code, Errc::proxy_refused);
  EXPECT_EQ(sink.error.phase, Phase::proxy);
  EXPECT_EQ(sink.error.detail, 407u);
  EXPECT_EQ(sink.diagnosis, hop() + "CONNECT a.example:443: refused with 407 Proxy Authentication Required");
  EXPECT_EQ(sink.responses, 1);
  EXPECT_EQ(sink.said.status, 407);
  EXPECT_EQ(sink.said.headers.get("Proxy-Authenticate"), "Basic realm=\"x\"");
  EXPECT_EQ(sink.said.body, "login");
}

TEST_F(TunnelTest, P1_GarbageCloseAndResetAreTheProxysFault) {
  const struct {
    const char* answer;
    bool reset;
    const char* what;
  } rows[] = {
      {"nonsense\r\n\r\n", false,
       "the reply does not begin with HTTP/1. and one digit at byte 0 of the answer"},
      {"", false, "the connection ended before any byte of an answer"},
      {"HTTP/1.1 200 OK\r\nA:", false, "the connection ended in the head of the answer"},
      {"", true, "the connection ended before any byte of an answer: connection reset by peer"},
  };
  for (const auto& row : rows) {
    sink = {};
    Peer peer = begin(route_to({true, 443, "a.example"}));
    peer.send(row.answer);
    if (row.reset) {
      peer.reset();
    } else {
      peer.shutdown_write();
    }
    ASSERT_TRUE(ends());
    EXPECT_EQ(sink.error.code, Errc::proxy_failed);
    EXPECT_EQ(sink.error.phase, Phase::proxy);
    EXPECT_EQ(sink.diagnosis, hop() + "CONNECT a.example:443: " + row.what);
    EXPECT_EQ(sink.responses, 0);
  }
}

TEST_F(TunnelTest, P1_BytesBehindTheAnswerGoToTheOriginsHandshake) {
  std::string problem;
  auto server = embedded::Server::start({}, problem);
  ASSERT_TRUE(server) << problem;
  Peer peer = begin(route_to({true, 443, "a.example"}));
  peer.send("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 400 Bad Request\r\n\r\n");
  ASSERT_TRUE(ends());
  EXPECT_EQ(sink.error.code, Errc::tls_not_tls);
  EXPECT_EQ(sink.error.phase, Phase::tls);
  EXPECT_TRUE(sink.diagnosis.starts_with("a.example:443 through " + hop())) << sink.diagnosis;
}

TEST_F(TunnelTest, P1_BytesBehindTheAnswerAnswerNoRequest) {
  Peer peer = begin(route_to({false, 80, "a.example"}));
  peer.send("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(ends());
  EXPECT_EQ(sink.error.code, Errc::unsolicited_bytes);
  EXPECT_EQ(sink.diagnosis, hop() + "bytes came through the tunnel before a request was sent");
}

TEST_F(TunnelTest, ASilentProxyEndsAtItsOwnTimeout) {
  options.timeouts.proxy = 30ms;
  Peer peer = begin(route_to({true, 443, "a.example"}));
  ASSERT_TRUE(ends());
  EXPECT_EQ(sink.error.code, Errc::proxy_timeout);
  EXPECT_EQ(sink.error.phase, Phase::proxy);
  EXPECT_EQ(sink.diagnosis, hop() + "CONNECT a.example:443: no answer in time");
}

TEST_F(TunnelTest, ARefusalWhosePageNeverEndsIsARefusal) {
  options.timeouts.proxy = 30ms;
  Peer peer = begin(route_to({true, 443, "a.example"}));
  peer.send("HTTP/1.1 502 Bad Gateway\r\n\r\nno ro");
  ASSERT_TRUE(ends());
  EXPECT_EQ(sink.error.code, Errc::proxy_refused);
  EXPECT_EQ(sink.said.body, "no ro");
}

TEST_F(TunnelTest, AProxyThatCantBeReachedIsNamed) {
  proxy.close();
  connector().connect(route_to({true, 443, "a.example"}), sink);
  ASSERT_TRUE(ends());
  EXPECT_EQ(sink.error.code, Errc::connect_failed);
  EXPECT_EQ(sink.error.phase, Phase::connect);
  EXPECT_EQ(sink.diagnosis, hop() + "127.0.0.1:" + std::to_string(proxy.port()) + ": connection refused");
}

TEST_F(TunnelTest, TlsToTheProxyIsUnderItsOwnOptions) {
  std::string problem;
  auto server = embedded::Server::start({}, problem);
  auto stranger = embedded::Server::start({}, problem);
  ASSERT_TRUE(server && stranger) << problem;
  for (const bool trusted : {true, false}) {
    sink = {};
    options.proxy_profile =
        std::make_shared<TlsProfile>(TlsOptions{.ca_pem = (trusted ? server : stranger)->ca_pem()});
    Connector own(loop, names, options, profiles);
    ports::Proxy to;
    to.origin = {true, server->https_port(), "127.0.0.1"};
    own.connect({.origin = {false, 80, "a.example"}, .tunnel = std::make_shared<const ports::Proxy>(to)},
                sink);
    ASSERT_TRUE(ends());
    const std::string name = "proxy 127.0.0.1:" + std::to_string(server->https_port()) + ": ";
    EXPECT_TRUE(sink.diagnosis.starts_with(name)) << sink.diagnosis;
    // The embedded server is no proxy: that it refuses shows that the handshake went well.
    EXPECT_EQ(sink.error.code, trusted ? Errc::proxy_refused : Errc::certificate_rejected) << sink.diagnosis;
    EXPECT_EQ(sink.error.phase, trusted ? Phase::proxy : Phase::tls);
  }
}

TEST_F(TunnelTest, AHostThatWouldInjectNeverReachesTheWire) {
  connector().connect(route_to({false, 80, "a\r\nX: y"}), sink);
  ASSERT_TRUE(ends());
  EXPECT_EQ(sink.error.code, Errc::invalid_request);
  EXPECT_EQ(sink.diagnosis, hop() + "byte 0x0D at position 1 of the tunnel's host is not allowed");
}

TEST_F(TunnelTest, A1_AbandonedWhileItAsksIsSilent) {
  Peer peer = begin(route_to({true, 443, "a.example"}));
  attempt->abandon();
  peer.send("HTTP/1.1 200 OK\r\n\r\n");
  driver.turns();
  EXPECT_EQ(sink.calls, 0);
  EXPECT_EQ(peer.receive(), "");
}

}  // namespace
}  // namespace godwit::net
