// SPDX-License-Identifier: MIT
// A forward proxy that reads what passes through it: squid, over plain TCP.
#include "godwit/tests/e2e/squid.h"

#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "godwit/tests/e2e/loopback_client.h"

namespace godwit::testing {
namespace {

struct SquidTest : LoopbackTest {
  void start(bool with_users = false) {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    squid.emplace(std::string(std::getenv("TEST_TMPDIR")) + "/squid_" + info->name(), with_users);
    ASSERT_EQ(squid->problem(), "");
  }
  void TearDown() override {
    if (HasFailure() && squid) ADD_FAILURE() << "squid says: " << squid->requests();
    squid.reset();
    LoopbackTest::TearDown();
  }
  ClientOptions through(std::string credentials = {}) {
    ClientOptions options = trusting();
    options.proxy.url = squid->url();
    options.proxy.credentials = std::move(credentials);
    options.timeouts.total = std::chrono::seconds(30);
    return options;
  }
  static Recorder get(LoopbackClient& client, const std::string& url) {
    Recorder r;
    client.get(url, r);
    client.run();
    return r;
  }
  static std::string field(const Recorder& r, std::string_view name) {
    for (const std::string& line : r.headers) {
      if (line.starts_with(name) && line.substr(name.size()).starts_with(": "))
        return line.substr(name.size() + 2);
    }
    return "";
  }

  std::optional<Squid> squid;
};

TEST_F(SquidTest, RequestsToHttpAreItsOwnToSend) {
  start();
  const std::unique_ptr<embedded::Server> other = [] {
    std::string error;
    return embedded::Server::start({}, error);
  }();
  LoopbackClient client(through());
  const std::string urls[] = {server().http_url("/bytes/3000000"),
                              other->http_url("/chunked/30000?chunk=1000"), server().http_url("/bytes/0")};
  for (const std::string& url : urls) {
    const Recorder r = get(client, url);
    EXPECT_EQ(outcome(r), "ok") << r.message;
    EXPECT_EQ(r.status, 200);
    EXPECT_NE(field(r, "Via").find("squid"), std::string::npos);
    EXPECT_EQ(r.reused, &url != &urls[0]) << "one connection to the proxy serves every origin";
    EXPECT_EQ(r.timing.proxy, 0u);
    EXPECT_TRUE(squid->logged("GET " + url + " 200\n")) << "in absolute-form";
  }
}

TEST_F(SquidTest, BodiesBothWays) {
  start();
  LoopbackClient client(through());
  const std::string content(300'000, 'u');
  Recorder by_length, waiting, head, not_modified;
  client.send("POST", server().http_url("/upload"), by_length, Body::borrow(bytes_of(content)));
  client.run();
  EXPECT_EQ(outcome(by_length), "ok") << by_length.message;
  EXPECT_TRUE(by_length.body.starts_with("{\"bytes\":300000,")) << by_length.body;

  Request request;
  request.method = "PUT";
  request.url = server().http_url("/expect/continue");
  request.body = Body::borrow(bytes_of(content));
  EXPECT_FALSE(request.headers.add("Expect", "100-continue"));
  client.send(std::move(request), waiting);
  client.run();
  EXPECT_EQ(outcome(waiting), "ok") << waiting.message;
  EXPECT_EQ(waiting.status, 200);
  EXPECT_TRUE(waiting.events.starts_with("informational 100 head 200")) << waiting.events;

  client.send("HEAD", server().http_url("/bytes/1000"), head);
  client.send("GET", server().http_url("/status/304"), not_modified);
  client.run();
  EXPECT_EQ(outcome(head), "ok") << head.message;
  EXPECT_EQ(head.body_bytes, 0u);
  EXPECT_EQ(outcome(not_modified), "ok") << not_modified.message;
  EXPECT_EQ(not_modified.status, 304);
}

TEST_F(SquidTest, ATunnelIsMadeAndUsedAgain) {
  start();
  ClientOptions options = through();
  options.proxy.tunnel_http = true;
  LoopbackClient client(options);
  for (const std::string_view path : {"/bytes/3000000", "/bytes/10"}) {
    for (const std::string& url : {server().http_url(path), server().https_url(path)}) {
      const Recorder r = get(client, url);
      EXPECT_EQ(outcome(r), "ok") << r.message;
      EXPECT_EQ(field(r, "Via"), "") << "it does not see what is within";
      EXPECT_EQ(r.reused, path == "/bytes/10");
    }
  }
  // Squid writes a tunnel down when it has ended.
  client.close();
  EXPECT_TRUE(squid->logged("CONNECT"));
  EXPECT_EQ(squid->requests().find("GET"), std::string::npos);
}

TEST_F(SquidTest, P1_ItsErrorPagesAreResponses) {
  start();
  LoopbackClient client(through());
  const Recorder refused = get(client, "http://127.0.0.1:1/");
  EXPECT_EQ(outcome(refused), "ok") << refused.message;
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(field(refused, "X-Squid-Error").starts_with("ERR_CONNECT_FAIL")) << refused.status;
  EXPECT_NE(refused.body.find("ERR_CONNECT_FAIL"), std::string::npos);
  const Recorder next = get(client, server().http_url("/bytes/10"));
  EXPECT_EQ(outcome(next), "ok") << next.message;
  EXPECT_TRUE(next.reused) << "a page of the proxy does not end the connection to it";

  // For a tunnel the page is no answer to the request, but is kept to be looked at.
  Recorder tunnel;
  int status = 0;
  std::string page;
  tunnel.hook = [&](Response& response, std::string_view event) {
    if (event != "done" || !response.proxy_response()) return;
    status = response.proxy_response()->status;
    page = response.proxy_response()->body;
  };
  client.get("https://127.0.0.1:1/", tunnel);
  client.run();
  EXPECT_EQ(tunnel.error.code, Errc::proxy_refused) << tunnel.message;
  EXPECT_EQ(tunnel.error.detail, 503u);
  EXPECT_EQ(tunnel.status, 0);
  EXPECT_EQ(status, 503);
  EXPECT_NE(page.find("ERR_CONNECT_FAIL"), std::string::npos) << page;
}

TEST_F(SquidTest, P1_CredentialsAreAskedForAndSent) {
  start(true);
  for (const std::string_view wrong : {"", "user:wrong", "nobody:secret"}) {
    LoopbackClient client(through(std::string(wrong)));
    const Recorder plain = get(client, server().http_url("/bytes/9"));
    EXPECT_EQ(outcome(plain), "ok") << plain.message;
    EXPECT_EQ(plain.status, 407);
    EXPECT_EQ(field(plain, "Proxy-Authenticate"), "Basic realm=\"squid.example\"");
    const Recorder tunnel = get(client, server().https_url("/bytes/9"));
    EXPECT_EQ(tunnel.error.code, Errc::proxy_refused) << tunnel.message;
    EXPECT_EQ(tunnel.error.detail, 407u);
  }
  LoopbackClient client(through("user:secret"));
  for (const std::string& url : {server().http_url("/bytes/9"), server().https_url("/bytes/9")}) {
    const Recorder r = get(client, url);
    EXPECT_EQ(outcome(r), "ok") << r.message;
    EXPECT_EQ(r.status, 200);
  }
  // They are for the proxy alone.
  const Recorder echo = get(client, server().http_url("/echo/"));
  EXPECT_EQ(echo.body.find("roxy-"), std::string::npos) << echo.body;
}

TEST_F(SquidTest, ManyAtOnceShareTheConnectionsToIt) {
  start();
  ClientOptions options = through();
  options.max_connections_per_host = 4;
  std::vector<Recorder> recorders(100);
  LoopbackClient client(options);
  for (size_t i = 0; i < recorders.size(); ++i) {
    client.get(server().http_url("/bytes/" + std::to_string(i * 100)), recorders[i]);
  }
  client.run();
  size_t fresh = 0;
  for (size_t i = 0; i < recorders.size(); ++i) {
    EXPECT_EQ(outcome(recorders[i]), "ok") << recorders[i].message;
    EXPECT_EQ(recorders[i].body_bytes, i * 100);
    fresh += !recorders[i].reused;
  }
  EXPECT_LE(fresh, 4u);
}

}  // namespace
}  // namespace godwit::testing
