// SPDX-License-Identifier: MIT
// A proxy that none of us wrote, and what is left of a connection when HTTP is over.
#include <cstdlib>
#include <optional>

#include "godwit/core/stream.h"
#include "godwit/tests/e2e/loopback_client.h"
#include "godwit/tests/e2e/tinyproxy.h"

namespace godwit::testing {
namespace {

struct ProxyTest : LoopbackTest {
  void start(std::string_view user = {}, std::string_view password = {}) {
    proxy.emplace(std::getenv("TEST_TMPDIR"), user, password);
    ASSERT_EQ(proxy->problem(), "");
  }
  void TearDown() override {
    proxy.reset();
    LoopbackTest::TearDown();
  }
  ClientOptions through(std::string credentials = {}) {
    ClientOptions options = trusting();
    options.proxy.url = proxy->url();
    options.proxy.credentials = std::move(credentials);
    options.timeouts.total = std::chrono::seconds(30);
    return options;
  }
  // get runs one exchange by itself.
  Recorder get(const std::string& url, const ClientOptions& options) {
    Recorder r;
    LoopbackClient client(options);
    client.get(url, r);
    client.run();
    return r;
  }

  std::optional<Tinyproxy> proxy;
};

TEST_F(ProxyTest, HttpAndHttps) {
  start();
  for (const std::string& url : {server().http_url("/bytes/3000000"), server().https_url("/bytes/3000000")}) {
    const Recorder r = get(url, through());
    EXPECT_EQ(outcome(r), "ok") << r.message;
    EXPECT_EQ(r.status, 200);
    EXPECT_EQ(r.body_bytes, 3000000u);
    EXPECT_EQ(r.timing.proxy > 0, url.starts_with("https"));
    EXPECT_EQ(r.tls_version.empty(), url.starts_with("http:"));
  }
}

TEST_F(ProxyTest, ATunnelIsKeptAndUsedAgain) {
  start();
  Recorder first, second;
  LoopbackClient client(through());
  client.get(server().https_url("/bytes/10"), first);
  client.run();
  client.get(server().https_url("/bytes/10"), second);
  client.run();
  EXPECT_EQ(outcome(second), "ok") << second.message;
  EXPECT_TRUE(second.reused);
}

TEST_F(ProxyTest, P1_CredentialsAreAskedForAndSent) {
  start("user", "secret");
  const Recorder plain = get(server().http_url("/"), through());
  EXPECT_EQ(plain.status, 407) << plain.message;
  const Recorder tunnel = get(server().https_url("/"), through());
  EXPECT_EQ(tunnel.error.code, Errc::proxy_refused) << tunnel.message;
  EXPECT_EQ(tunnel.error.detail, 407u);
  for (const std::string& url : {server().http_url("/bytes/9"), server().https_url("/bytes/9")}) {
    const Recorder r = get(url, through("user:secret"));
    EXPECT_EQ(outcome(r), "ok") << r.message;
    EXPECT_EQ(r.status, 200);
  }
}

TEST_F(ProxyTest, P1_AnOriginThatTheProxyCanNotReach) {
  start();
  const Recorder r = get("https://127.0.0.1:1/", through());
  EXPECT_EQ(r.error.code, Errc::proxy_refused) << r.message;
  EXPECT_GE(r.error.detail, 500u);
}

TEST_F(ProxyTest, AnUpgradedConnectionIsHandedOver) {
  for (const std::string& url : {server().http_url("/upgrade?first=early"), server().https_url("/upgrade")}) {
    Recorder r;
    Stream stream;
    std::string echoed;
    r.hook = [&](Response& response, std::string_view event) {
      if (event != "done") return;
      stream = response.detach();
      ASSERT_TRUE(stream);
      const auto write = [&] { EXPECT_EQ(stream.write(bytes_of("hello")), 5u); };
      stream.on_writable(write).on_bytes([&](Bytes bytes) {
        echoed += text_of(bytes);
        if (echoed.ends_with("hello")) stream.close();
      });
      stream.read(true);
      EXPECT_EQ(stream.write(bytes_of("too early")), 0u);
    };
    LoopbackClient client(trusting());
    Request request;
    request.url = url;
    ASSERT_FALSE(request.headers.add("Connection", "upgrade"));
    ASSERT_FALSE(request.headers.add("Upgrade", "echo"));
    client.send(std::move(request), r);
    client.run();
    EXPECT_EQ(r.status, 101) << r.message;
    EXPECT_EQ(echoed, url.starts_with("https") ? "hello" : "earlyhello");
  }
}

TEST_F(ProxyTest, ATunnelOfTheUsersOwnIsHandedOver) {
  start();
  Recorder r;
  Stream stream;
  std::string received;
  r.hook = [&](Response& response, std::string_view event) {
    if (event != "done") return;
    stream = response.detach();
    ASSERT_TRUE(stream) << response.status();
    stream.on_writable([&] { stream.write(bytes_of("GET /close HTTP/1.1\r\nHost: h\r\n\r\n")); })
        .on_bytes([&](Bytes bytes) { received += text_of(bytes); })
        .on_end([&](const Error&, std::string_view) { stream.close(); });
    stream.read(true);
    EXPECT_EQ(stream.write(bytes_of("too early")), 0u);
  };
  LoopbackClient client(through());
  client.send("CONNECT", server().http_url("/"), r);
  client.run();
  EXPECT_EQ(r.status, 200) << r.message;
  EXPECT_TRUE(received.starts_with("HTTP/1.1 200 OK\r\n")) << received;
}

}  // namespace
}  // namespace godwit::testing
