// SPDX-License-Identifier: MIT
#include "godwit/tools/embedded_server/server.h"

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/tests/tools/embedded_server/wire_client.h"
#include "godwit/tools/embedded_server/pattern.h"

namespace godwit::embedded {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using Ended = WireClient::Ended;

std::string content(size_t size) {
  std::string text(size, '\0');
  fill_pattern(0, text.data(), size);
  return text;
}

std::string body_of(const std::string& response) {
  size_t end = response.find("\r\n\r\n");
  return end == std::string::npos ? "" : response.substr(end + 4);
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

class EmbeddedServer : public testing::Test {
 protected:
  void SetUp() override {
    ServerOptions options;
    options.tls = false;
    std::string error;
    server_ = Server::start(options, error);
    ASSERT_TRUE(server_) << error;
  }
  uint16_t port() const { return server_->http_port(); }

  std::unique_ptr<Server> server_;
};

TEST_F(EmbeddedServer, BytesOfManySizesOnOneConnection) {
  WireClient client(port());
  for (size_t size : {0, 1, 1000, 8192, 65535, 65536, 65537, 200000, 3000000}) {
    ASSERT_TRUE(client.get("/bytes/" + std::to_string(size)));
    std::string response = client.response();
    ASSERT_EQ(response.substr(0, 17), "HTTP/1.1 200 OK\r\n") << size;
    ASSERT_EQ(body_of(response), content(size)) << size;
  }
  EXPECT_EQ(server_->connections_accepted(), 1u);
}

TEST_F(EmbeddedServer, PipelinedRequestsAreAnsweredInOrder) {
  WireClient client(port());
  std::string requests;
  for (int i = 0; i < 2000; ++i)
    requests += "GET /bytes/" + std::to_string(i % 90) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  ASSERT_TRUE(client.send(requests));
  for (size_t i = 0; i < 2000; ++i) ASSERT_EQ(body_of(client.response()), content(i % 90)) << i;
  EXPECT_EQ(server_->requests_served(), 2000u);
}

TEST_F(EmbeddedServer, RequestsArriveByteByByte) {
  WireClient client(port());
  for (char c : std::string_view("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                                 "3\r\nabc\r\n1;x\r\nd\r\n0\r\nX-T: 1\r\n\r\n")) {
    ASSERT_TRUE(client.send({&c, 1}));
  }
  std::string response = client.response();
  EXPECT_TRUE(holds(response, "\"body\":\"YWJjZA==\",\"body_bytes\":4,\"trailers\":[[\"X-T\",\"1\"]]}"))
      << response;
}

TEST_F(EmbeddedServer, ChunkedStreamAndTrailers) {
  WireClient client(port());
  client.get("/chunked/100000?chunk=64k&trailers=1");
  EXPECT_TRUE(holds(client.head(), "Trailer: X-Checksum\r\n"));
  const std::string expected = "10000\r\n" + content(100000).substr(0, 65536) + "\r\n86a0\r\n" +
                               content(100000).substr(65536) +
                               "\r\n0\r\nX-Checksum: " + std::to_string(pattern_sum(100000)) + "\r\n\r\n";
  EXPECT_EQ(client.read(expected.size()), expected);
  client.get("/stream/100000");
  client.head();
  EXPECT_EQ(client.rest(), content(100000));
  EXPECT_EQ(client.ended(), Ended::closed);
}

TEST_F(EmbeddedServer, DelayAndDripTakeTheirTime) {
  WireClient client(port());
  Clock::time_point start = Clock::now();
  client.get("/delay/30");
  EXPECT_TRUE(holds(client.response(), "waited 30 ms"));
  EXPECT_GE(Clock::now() - start, milliseconds(30));
  for (std::string_view part : {"body", "chunked", "head"}) {
    start = Clock::now();
    client.get("/drip/8?ms=3&in=" + std::string(part));
    std::string response = client.response();
    if (part == "chunked") response += client.read(18);
    EXPECT_TRUE(holds(response, content(8))) << response;
    EXPECT_GE(Clock::now() - start, milliseconds(7 * 3)) << part;
  }
}

TEST_F(EmbeddedServer, BytewiseIsComplete) {
  WireClient client(port());
  client.get("/bytewise/500");
  EXPECT_EQ(body_of(client.response()), content(500));
  client.get("/bytewise/20?chunked=1");
  client.head();
  EXPECT_EQ(client.read(31), "14\r\n" + content(20) + "\r\n0\r\n\r\n");
}

TEST_F(EmbeddedServer, UploadsAreCountedAndHashed) {
  WireClient client(port());
  client.send("PUT /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_EQ(
      body_of(client.response()),
      "{\"bytes\":3,\"sha256\":\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"}\n");
  client.send("PUT /upload HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n" +
              std::string(1000000, 'a'));
  EXPECT_EQ(body_of(client.response()),
            "{\"bytes\":1000000,\"sha256\":"
            "\"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0\"}\n");
  client.get("/upload");
  EXPECT_TRUE(holds(client.response(), "{\"bytes\":0,\"sha256\":\"e3b0c442"));
}

TEST_F(EmbeddedServer, EchoHasALimit) {
  const std::string head = "PUT /echo HTTP/1.1\r\nHost: h\r\nContent-Length: ";
  WireClient most(port());
  most.send(head + "8388608\r\n\r\n" + std::string(8388608, 'x'));
  EXPECT_TRUE(holds(most.head(), "200 OK"));
  WireClient more(port());
  more.send(head + "8388609\r\n\r\n" + std::string(8388609, 'x'));
  EXPECT_TRUE(holds(more.response(), "413"));
  EXPECT_EQ(more.rest(), "");
}

TEST_F(EmbeddedServer, NeverReadsStopsTheSender) {
  WireClient client(port());
  client.send("PUT /upload/never-reads HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\n");
  EXPECT_LT(client.send_until_stuck(100 << 20), size_t{100} << 20);
}

TEST_F(EmbeddedServer, EarlyAnswersComeBeforeTheBody) {
  WireClient going_on(port());
  going_on.send("PUT /upload/early?status=202 HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n");
  EXPECT_TRUE(holds(going_on.response(), "202 Accepted"));
  going_on.send("0123456789");
  going_on.get("/bytes/3");
  EXPECT_EQ(body_of(going_on.response()), "AnP");

  WireClient closing(port());
  closing.send("PUT /upload/early?close=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\n");
  // It goes on sending for a while; what it sends must not destroy the answer.
  EXPECT_EQ(closing.send_until_stuck(20 << 20), size_t{20} << 20);
  EXPECT_TRUE(holds(closing.response(), "413"));
  EXPECT_EQ(closing.rest(), "");
  EXPECT_EQ(closing.ended(), Ended::closed);
}

TEST_F(EmbeddedServer, Expectations) {
  const std::string head = " HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  WireClient client(port());
  for (const char* route : {"/expect/continue", "/echo"}) {
    client.send("PUT " + std::string(route) + head);
    EXPECT_EQ(client.head(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("ab");
    EXPECT_TRUE(holds(client.response(), "200 OK"));
  }
  client.send("PUT /expect/ignore" + head + "ab");
  EXPECT_TRUE(holds(client.response(), "{\"bytes\":2,"));
  client.send("PUT /expect/reject" + head);
  EXPECT_TRUE(holds(client.response(), "HTTP/1.1 417"));
  EXPECT_EQ(client.rest(), "");
}

TEST_F(EmbeddedServer, MessagesKeepTheConnection) {
  WireClient client(port());
  for (const char* target :
       {"/", "/status/404", "/redirect/2", "/headers/100", "/cookies/set?a=b", "/auth/basic/u/p", "/echo",
        "/nowhere", "/raw?base64=SFRUUC8xLjEgMjA0IE9LDQoNCg=="}) {
    client.get(target);
    EXPECT_EQ(client.response().substr(0, 9), "HTTP/1.1 ") << target;
  }
  client.get("/informational/2");
  EXPECT_TRUE(holds(client.head(), "103 Early Hints\r\nLink: "));
  EXPECT_TRUE(holds(client.head(), "103 Early Hints\r\n"));
  EXPECT_TRUE(holds(client.response(), "200 OK"));
  client.send("HEAD /bytes/1g HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(holds(client.head(), "Content-Length: 1073741824\r\n"));
  EXPECT_EQ(server_->connections_accepted(), 1u);
}

TEST_F(EmbeddedServer, ClosesWhenItShould) {
  for (const char* target : {"/close", "/http10", "/keepalive/1", "/keepalive/1?silent=1"}) {
    WireClient client(port());
    client.get(target);
    EXPECT_TRUE(holds(client.response(), "200 OK")) << target;
    EXPECT_EQ(client.rest(), "") << target;
    EXPECT_EQ(client.ended(), Ended::closed) << target;
  }
  WireClient old(port());
  old.send("GET /bytes/3 HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(holds(old.rest(), "\r\nConnection: close\r\n\r\nAnP"));
  WireClient refused(port());
  refused.send("GET / HTTP/1.1\r\n\r\nGET /bytes/3 HTTP/1.1\r\nHost: h\r\n\r\n");
  std::string answer = refused.rest();
  EXPECT_TRUE(holds(answer, "400 Bad Request")) << answer;
  EXPECT_FALSE(holds(answer, "AnP"));
}

TEST_F(EmbeddedServer, AHalfClosedClientGetsItsAnswer) {
  WireClient client(port());
  client.get("/delay/20");
  client.shut_down_sending();
  EXPECT_TRUE(holds(client.rest(), "waited 20 ms"));
  EXPECT_EQ(client.ended(), Ended::closed);
}

TEST_F(EmbeddedServer, StrayBytesFollowTheAnswer) {
  for (const char* target : {"/stray", "/idle-bytes"}) {
    WireClient client(port());
    client.get(target);
    EXPECT_TRUE(holds(client.response(), "complete\n"));
    EXPECT_TRUE(holds(client.response(), "\r\n\r\nstray\n")) << target;
  }
}

TEST_F(EmbeddedServer, AnUpgradedConnectionEchoes) {
  WireClient client(port());
  ASSERT_TRUE(client.get("/upgrade?first=hello", "Connection: upgrade\r\nUpgrade: echo, other\r\n"));
  EXPECT_EQ(client.head(),
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
  EXPECT_EQ(client.read(5), "hello");
  const std::string sent = content(300000);
  ASSERT_TRUE(client.send(sent));
  EXPECT_EQ(client.read(sent.size()), sent);
  client.shut_down_sending();
  EXPECT_EQ(client.rest(), "");
  EXPECT_EQ(client.ended(), Ended::closed);
}

TEST_F(EmbeddedServer, EndlessHeadsDoNotEnd) {
  for (const char* target : {"/head-endless", "/line-endless", "/fields-endless", "/informational/endless"}) {
    WireClient client(port());
    client.get(target);
    EXPECT_EQ(client.read(5000000).size(), 5000000u) << target;
  }
}

TEST_F(EmbeddedServer, FaultsEndAsTheySay) {
  struct Case {
    const char* target;
    size_t body;  // bytes after the head
    Ended ended;
  };
  for (const Case& c :
       {Case{"/fault/reset?at=0", 0, Ended::reset}, Case{"/fault/reset?at=head", 0, Ended::reset},
        Case{"/fault/reset?at=body", 500, Ended::reset},
        Case{"/fault/reset?at=chunk-size", 107, Ended::reset},
        Case{"/fault/reset?at=trailers", 1068, Ended::reset},
        Case{"/raw?base64=YWJj&reset=1", 0, Ended::reset}, Case{"/raw?base64=YWJj&close=1", 0, Ended::closed},
        Case{"/fault/truncate", 500, Ended::closed},
        Case{"/fault/truncate?at=3&length=10&notify=0", 3, Ended::closed},
        Case{"/fault/close-before-response", 0, Ended::closed},
        Case{"/fault/half-close", 1000, Ended::closed}}) {
    WireClient client(port());
    client.get(c.target);
    EXPECT_EQ(body_of(client.rest()).size(), c.body) << c.target;
    EXPECT_EQ(client.ended(), c.ended) << c.target;
  }
}

TEST_F(EmbeddedServer, HalfCloseReadsOn) {
  WireClient client(port());
  client.send("PUT /fault/half-close HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\n");
  EXPECT_EQ(body_of(client.rest()).size(), 1000u);
  const size_t size = 20 << 20;
  EXPECT_EQ(client.send_until_stuck(size), size);
}

TEST_F(EmbeddedServer, OneClientThatDoesNotReadHoldsNobodyUp) {
  WireClient stuck(port());
  stuck.get("/bytes/4g");
  WireClient stuck_too(port());
  stuck_too.get("/head-endless");
  WireClient hung(port());
  hung.get("/fault/hang");
  WireClient client(port());
  for (int i = 0; i < 100; ++i) {
    client.get("/bytes/1000");
    ASSERT_EQ(body_of(client.response()), content(1000));
  }
}

TEST_F(EmbeddedServer, OneClientThatReadsFastHoldsNobodyUp) {
  // With small writes the client's side of the socket is never full: only the server's own turns end.
  WireClient fast(port());
  fast.get("/bytewise/3m");
  std::thread reader([&fast] { fast.response(); });
  WireClient client(port());
  client.get("/bytes/3");
  EXPECT_EQ(body_of(client.response()), "AnP");
  EXPECT_EQ(server_->requests_served(), 1u);
  server_->stop();
  reader.join();
}

TEST_F(EmbeddedServer, SurvivesClientsThatVanish) {
  for (int i = 0; i < 50; ++i) {
    WireClient client(port());
    client.get(i % 2 == 0 ? "/bytes/100m" : "/bytewise/100000");
    client.read(100);
  }
  WireClient client(port());
  client.get("/bytes/3");
  EXPECT_EQ(body_of(client.response()), "AnP");
}

TEST(EmbeddedServerOptions, IdleConnectionsAreClosedAndBusyOnesAreNot) {
  ServerOptions options;
  options.tls = false;
  options.idle_timeout = milliseconds(40);
  std::string error;
  auto server = Server::start(options, error);
  ASSERT_TRUE(server) << error;
  WireClient busy(server->http_port());
  busy.get("/delay/200");
  WireClient idle(server->http_port());
  EXPECT_EQ(idle.rest(), "");
  EXPECT_EQ(idle.ended(), Ended::closed);
  EXPECT_TRUE(holds(busy.response(), "waited 200 ms"));
}

TEST(EmbeddedServerOptions, OnlyLoopbackAddresses) {
  for (const char* address :
       {"0.0.0.0", "192.168.0.1", "127.0.0.1.example", "127.", "::", "example.com", ""}) {
    ServerOptions options;
    options.address = address;
    std::string error;
    EXPECT_FALSE(Server::start(options, error)) << address;
    EXPECT_TRUE(holds(error, "loopback")) << error;
  }
}

TEST(EmbeddedServerOptions, APortInUseIsAClearError) {
  ServerOptions options;
  options.tls = false;
  options.address = "localhost";
  std::string error;
  auto first = Server::start(options, error);
  ASSERT_TRUE(first) << error;
  options.http_port = first->http_port();
  EXPECT_EQ(first->http_url("/x"), "http://127.0.0.1:" + std::to_string(first->http_port()) + "/x");
  EXPECT_FALSE(Server::start(options, error));
  EXPECT_EQ(error,
            "can't listen on 127.0.0.1:" + std::to_string(options.http_port) + ": address already in use");
}

TEST(EmbeddedServerOptions, StopEndsEverythingAndIsIdempotent) {
  std::string error;
  auto server = Server::start({}, error);
  ASSERT_TRUE(server) << error;
  WireClient waiting(server->http_port());
  waiting.get("/delay/100000");
  WireClient stuck(server->http_port());
  stuck.get("/bytes/4g");
  stuck.read(1);
  server->stop();
  server->stop();
  EXPECT_EQ(waiting.rest(), "");
  EXPECT_NE(waiting.ended(), Ended::timeout);
}

}  // namespace
}  // namespace godwit::embedded
