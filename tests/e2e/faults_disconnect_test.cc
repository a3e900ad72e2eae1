// SPDX-License-Identifier: MIT
// Connections that end, or speak, when no answer is under way.
#include <poll.h>

#include "godwit/tests/e2e/loopback_client.h"
#include "godwit/tests/support/scripted_server.h"

namespace godwit::testing {
namespace {

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst";
const std::string kSecond = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond";

using Disconnects = LoopbackTest;

TEST_F(Disconnects, N4_BeforeAnyResponseByte) {
  const test::Certificate ca = test::make_ca("Root");
  const test::Certificate leaf = test::make_certificate(
      [] {
        test::CertificateSpec spec;
        spec.ip = {"127.0.0.1"};
        return spec;
      }(),
      &ca);
  struct Row {
    Then then;
    bool tls;
    std::string_view message;
  };
  const Row rows[] = {
      {Then::fin, false,
       "remote-disconnected in head after 0 bytes: the connection ended before any response byte"},
      {Then::reset, false,
       "remote-disconnected in head after 0 bytes: the connection ended before any response byte: "
       "connection reset by peer"},
      {Then::fin, true,
       "remote-disconnected in head after 0 bytes: the connection ended before any response byte"},
      {Then::cut, true,
       "remote-disconnected in head after 0 bytes: the connection ended before any response byte: "
       "connection ended without TLS close_notify"},
      {Then::reset, true,
       "remote-disconnected in head after 0 bytes: the connection ended before any response byte: "
       "connection reset by peer"},
  };
  for (const Row& row : rows) {
    ScriptedServer::Options options;
    if (row.tls) options.chain = {&leaf};
    ScriptedServer peer([&](const ScriptedRequest&) { return Answer{"", row.then}; }, options);
    for (const char* method : {"GET", "POST"}) {
      Request request;
      request.method = method;
      request.url = peer.url("/");
      const Recorder r = fetch(std::move(request), {.tls = {.ca_pem = ca.pem()}});
      EXPECT_EQ(outcome(r), "remote-disconnected in head, 0");
      EXPECT_EQ(r.message, row.message);
      EXPECT_EQ(r.events, "done");
      EXPECT_TRUE(r.error.sent);
      EXPECT_FALSE(r.error.reused);
      EXPECT_EQ(r.error.retry_safe(), method == std::string_view("GET")) << "a POST may have done its work";
    }
    EXPECT_EQ(peer.requests(), 2u) << "a fresh connection's end is never answered by sending again";
  }
}

TEST_F(Disconnects, N4_TheEmbeddedServerAgrees) {
  for (const std::string_view path : {"/fault/close-before-response", "/fault/reset?at=0"}) {
    for (const std::string& url : {server().http_url(path), server().https_url(path)}) {
      const Recorder r = fetch(url, trusting());
      EXPECT_EQ(outcome(r), "remote-disconnected in head, 0") << url << ": " << r.message;
    }
  }
}

// stale answers the first request of a connection, and ends the connection when the second one comes; the
// first `bad` connections do so.
ScriptedServer::Script stale(Then then, size_t bad) {
  return [then, bad](const ScriptedRequest& request) {
    if (request.number == 0 && request.connection < bad) return Answer{kOk};
    return request.connection < bad ? Answer{"", then} : Answer{kSecond};
  };
}

TEST_F(Disconnects, N5_AStaleConnectionIsReplacedWithoutAWord) {
  for (const Then then : {Then::fin, Then::reset}) {
    ScriptedServer peer(stale(then, 1));
    Recorder first, second;
    LoopbackClient client;
    client.get(peer.url("/1"), first);
    client.run();
    client.get(peer.url("/2"), second);
    client.run();
    EXPECT_EQ(first.body, "first");
    EXPECT_EQ(outcome(second), "ok") << second.message;
    EXPECT_EQ(second.body, "second");
    EXPECT_EQ(second.events, "head 200 body done");
    EXPECT_FALSE(second.reused) << "it was served by a fresh one";
    EXPECT_EQ(peer.connections(), 2u);
    EXPECT_EQ(peer.requests(), 3u);
  }
}

TEST_F(Disconnects, N5_APostIsNotSentTwice) {
  for (const Then then : {Then::fin, Then::reset}) {
    ScriptedServer peer(stale(then, 1));
    Recorder first, second;
    LoopbackClient client;
    client.get(peer.url("/1"), first);
    client.run();
    client.send("POST", peer.url("/2"), second, "order");
    client.run();
    EXPECT_EQ(outcome(second), "remote-disconnected in head, 0") << second.message;
    EXPECT_TRUE(second.error.sent);
    EXPECT_TRUE(second.error.reused) << "what the caller needs to decide for itself";
    EXPECT_FALSE(second.error.retry_safe());
    EXPECT_EQ(peer.connections(), 1u);
  }
}

TEST_F(Disconnects, N5_SentAgainOnceOnly) {
  // Two kept connections, both of which die at their second request.
  ScriptedServer peer([](const ScriptedRequest& request) {
    return request.target == "/die" ? Answer{"", Then::reset} : Answer{kOk};
  });
  Recorder a, b, dying;
  LoopbackClient client;
  client.get(peer.url("/"), a);
  client.get(peer.url("/"), b);
  client.run();
  EXPECT_EQ(client.client().idle_connections(), 2u);
  client.get(peer.url("/die"), dying);
  client.run();
  EXPECT_EQ(outcome(dying), "remote-disconnected in head, 0");
  EXPECT_FALSE(dying.error.reused) << "the second attempt was on a fresh connection";
  EXPECT_EQ(peer.requests(), 4u);
  EXPECT_EQ(peer.connections(), 3u);
}

// wait_readable waits until something has arrived at a client's socket, without the client's loop.
void wait_readable(uint16_t port, short events) {
  const std::vector<int> sockets = sockets_to(port);
  ASSERT_EQ(sockets.size(), 1u);
  pollfd polled{sockets[0], events, 0};
  ASSERT_EQ(poll(&polled, 1, 10'000), 1);
}

TEST_F(Disconnects, N5_AFinThatCameWhileTheLoopStoodStill) {
  for (const char* method : {"GET", "POST"}) {
    ScriptedServer peer([](const ScriptedRequest& request) {
      return request.connection == 0 ? Answer{kOk, Then::fin} : Answer{kSecond};
    });
    Recorder first, second;
    LoopbackClient client;
    client.get(peer.url("/1"), first);
    client.run();
    EXPECT_EQ(client.client().idle_connections(), 1u);
    wait_readable(peer.port(), POLLRDHUP);
    client.send(method, peer.url("/2"), second);
    client.run();
    EXPECT_EQ(outcome(second), "ok") << method << ": " << second.message;
    EXPECT_EQ(second.body, "second");
  }
}

TEST_F(Disconnects, N6_AFinInThePoolIsSeenAtOnce) {
  const std::string path = "/keepalive/1?silent=1";
  for (const std::string& url : {server().http_url(path), server().https_url(path)}) {
    Recorder first, second;
    LoopbackClient client(trusting());
    client.get(url, first);
    client.run();
    EXPECT_EQ(first.body, "request 1 of 1\n");
    client.until([&] { return client.client().idle_connections() == 0; });
    EXPECT_EQ(sockets_to(server().http_port()).size() + sockets_to(server().https_port()).size(), 0u);
    client.get(url, second);
    client.run();
    EXPECT_EQ(second.body, "request 1 of 1\n");
    EXPECT_FALSE(second.reused);
  }
}

TEST_F(Disconnects, N7_BytesInThePoolEndTheConnection) {
  for (const std::string_view path : {"/idle-bytes", "/stray"}) {
    for (const std::string& url : {server().http_url(path), server().https_url(path)}) {
      Recorder first, second;
      LoopbackClient client(trusting());
      client.get(url, first);
      client.run();
      EXPECT_EQ(outcome(first), "ok") << first.message;
      EXPECT_EQ(first.body, "complete\n") << "what came behind it is not its own";
      client.until([&] { return client.client().idle_connections() == 0; });
      client.get(url, second);
      client.run();
      EXPECT_EQ(second.body, "complete\n");
      EXPECT_FALSE(second.reused);
    }
  }
}

// The bytes lie in the socket's buffer before the next request is sent, unread because nobody ran the loop.
TEST_F(Disconnects, N7_BytesThatCameWhileTheLoopStoodStillAnswerNothing) {
  for (const bool tls : {false, true}) {
    const std::string url = tls ? server().https_url("/idle-bytes") : server().http_url("/idle-bytes");
    Recorder first, second;
    LoopbackClient client(trusting());
    client.get(url, first);
    client.run();
    EXPECT_EQ(client.client().idle_connections(), 1u);
    wait_readable(tls ? server().https_port() : server().http_port(), POLLIN);
    client.get(tls ? server().https_url("/bytes/7") : server().http_url("/bytes/7"), second);
    client.run();
    EXPECT_EQ(outcome(second), "ok") << second.message;
    EXPECT_EQ(second.body.size(), 7u);
    EXPECT_NE(second.body, "stray\n");
  }
}

}  // namespace
}  // namespace godwit::testing
