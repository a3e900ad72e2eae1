// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "godwit/core/blocking/http_connection.h"
#include "godwit/core/file_body.h"
#include "godwit/tests/e2e/watchdog.h"
#include "godwit/tools/embedded_server/server.h"

namespace godwit::blocking {
namespace {

class BlockingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string problem;
    server_ = embedded::Server::start({}, problem);
    ASSERT_TRUE(server_) << problem;
  }

  std::string host() const { return "127.0.0.1:" + std::to_string(server_->http_port()); }

  std::unique_ptr<embedded::Server> server_;
  testing::Watchdog watchdog_{"the test"};
};

TEST_F(BlockingTest, RequestResponseBody) {
  HttpConnection c(host());
  ASSERT_FALSE(c.request("GET", "/trailers"));
  HttpResponse r = c.getresponse();
  ASSERT_TRUE(r) << describe(r.error(), r.diagnosis());
  EXPECT_EQ(r.status(), 200);
  EXPECT_EQ(r.reason(), "OK");
  EXPECT_EQ(r.version(), 11);
  EXPECT_TRUE(r.chunked());
  EXPECT_EQ(r.geturl(), "/trailers");
  EXPECT_FALSE(r.isclosed());
  const auto first = r.read(10);
  EXPECT_EQ(first.value.size(), 10u);
  const std::string peeked = r.peek(5).value;
  EXPECT_EQ(r.read1(5).value, peeked);
  const auto rest = r.read();
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest.value.size(), 985u);
  EXPECT_TRUE(r.isclosed());
  EXPECT_FALSE(r.closed());
  EXPECT_EQ(r.trailers().size(), 4u);
  EXPECT_EQ(r.read().value, "");

  ASSERT_FALSE(c.request("GET", "/bytes/100"));
  HttpResponse again = c.getresponse();
  EXPECT_EQ(again.length(), 100u);
  char memory[60];
  EXPECT_EQ(again.readinto(std::as_writable_bytes(std::span(memory))).value, 60u);
  EXPECT_EQ(again.length(), 40u);
  EXPECT_EQ(again.read_all(10).error.code, Errc::body_too_large);
  EXPECT_EQ(again.read().value.size(), 30u);

  // The first response was read to its end: it keeps its head, and has nothing more to read.
  EXPECT_EQ(r.status(), 200);
  EXPECT_EQ(r.getheader("transfer-encoding"), "chunked");
  EXPECT_EQ(r.trailers().size(), 4u);
  EXPECT_TRUE(r.read());
  EXPECT_EQ(r.length(), 0u);
}

TEST_F(BlockingTest, AResponseThatHasItsConnectionToItselfIsReadLater) {
  HttpConnection c(host());
  ASSERT_FALSE(c.request("GET", "/stream/100k"));
  HttpResponse first = c.getresponse();
  EXPECT_TRUE(first.will_close());
  ASSERT_FALSE(c.request("GET", "/bytes/3"));
  HttpResponse second = c.getresponse();
  EXPECT_EQ(second.read().value.size(), 3u);
  EXPECT_EQ(first.read().value.size(), 100u * 1024);
}

TEST_F(BlockingTest, AnUnreadResponseHoldsTheNextOneBack) {
  HttpConnection c(host());
  ASSERT_FALSE(c.request("GET", "/bytes/5"));
  HttpResponse first = c.getresponse();
  ASSERT_FALSE(c.request("GET", "/bytes/6"));
  HttpResponse early = c.getresponse();
  EXPECT_EQ(early.error().code, Errc::response_not_ready);
  EXPECT_NE(early.diagnosis(), "");
  EXPECT_EQ(early.read().error.code, Errc::response_not_ready);
  EXPECT_EQ(first.read().value.size(), 5u);
  EXPECT_EQ(c.getresponse().read().value.size(), 6u);
}

TEST_F(BlockingTest, AResponseOutlivesItsConnection) {
  auto c = std::make_unique<HttpConnection>(host());
  ASSERT_FALSE(c->request("GET", "/bytes/100000"));
  HttpResponse r = c->getresponse();
  EXPECT_EQ(r.read(10).value.size(), 10u);
  c.reset();
  EXPECT_EQ(r.getheader("content-length"), "100000");
  const auto gone = r.read();
  EXPECT_EQ(gone.error.code, Errc::cancelled);
  EXPECT_EQ(gone.value, "");
  r.close();
}

TEST_F(BlockingTest, ClosingAResponseDropsTheConnection) {
  HttpConnection c(host());
  ASSERT_FALSE(c.request("GET", "/bytes/1g"));
  HttpResponse r = c.getresponse();
  r.close();
  EXPECT_TRUE(r.isclosed());
  EXPECT_EQ(r.read().value, "");
  ASSERT_FALSE(c.request("GET", "/bytes/3"));
  EXPECT_EQ(c.getresponse().read().value.size(), 3u);
}

TEST_F(BlockingTest, ABodyThatEndsEarlyIsAnErrorBehindWhatCame) {
  HttpConnection c(host());
  ASSERT_FALSE(c.request("GET", "/fault/truncate?at=7&length=10"));
  HttpResponse r = c.getresponse();
  ASSERT_TRUE(r);
  const auto got = r.read();
  EXPECT_EQ(got.value.size(), 7u);
  EXPECT_EQ(got.error.code, Errc::incomplete_read);
  EXPECT_EQ(got.error.expected, 10u);
  EXPECT_NE(r.diagnosis(), "");
}

TEST_F(BlockingTest, APushedBodyIsSentPieceByPiece) {
  HttpConnection c(host());
  const std::string piece(100000, 'x');
  ASSERT_FALSE(c.putrequest("POST", "/upload"));
  ASSERT_FALSE(c.putheader("Content-Length", 10 * piece.size()));
  ASSERT_FALSE(c.endheaders());
  for (int i = 0; i < 10; ++i) {
    ASSERT_FALSE(c.send(piece));
    EXPECT_EQ(c.queued(), 0u);
  }
  EXPECT_EQ(c.send("y").code, Errc::body_length_mismatch);
  HttpResponse r = c.getresponse();
  EXPECT_NE(r.read().value.find("\"bytes\":1000000"), std::string::npos);
}

TEST_F(BlockingTest, ConnectSaysWhetherThereIsAServer) {
  HttpConnection good(host());
  EXPECT_FALSE(good.connect());
  EXPECT_TRUE(good.connected());
  EXPECT_FALSE(good.connect());
  const std::string where = host();
  server_.reset();
  HttpConnection bad(where);
  EXPECT_EQ(bad.connect().code, Errc::connect_failed);
}

// row: 1.2/connect, 1.3/endheaders
TEST_F(BlockingTest, WhatKeepsFromConnectingIsSaidWhereTheRequestIsMade) {
  HttpsConnection no_tls(host());
  const Error spoken = no_tls.request("GET", "/");
  EXPECT_EQ(spoken.code, Errc::tls_not_tls) << describe(spoken, no_tls.diagnosis());
  HttpConnection no_proxy(host());
  ASSERT_FALSE(no_proxy.set_tunnel("a.example"));
  EXPECT_EQ(no_proxy.request("GET", "/").code, Errc::proxy_refused);
  ASSERT_NE(no_proxy.proxy_response(), nullptr);

  const std::string where = host();
  server_.reset();
  HttpConnection c(where);
  for (int i = 0; i < 3; ++i) {
    const Error error = c.request("POST", "/", "body");
    EXPECT_EQ(error.code, Errc::connect_failed);
    EXPECT_EQ(error.phase, Phase::connect);
    EXPECT_EQ(c.diagnosis(), where + ": connection refused");
    EXPECT_EQ(c.state(), HttpConnection::State::idle);
    EXPECT_EQ(c.getresponse().error().code, Errc::response_not_ready);
  }
  ASSERT_FALSE(c.putrequest("PUT", "/"));
  ASSERT_FALSE(c.putheader("Content-Length", 5));
  EXPECT_EQ(c.endheaders().code, Errc::connect_failed);
  EXPECT_EQ(c.send("hello").code, Errc::invalid_state) << "the request was dropped";
  EXPECT_EQ(c.state(), HttpConnection::State::idle);
}

// row: 1.3/write-fails
TEST_F(BlockingTest, AServerThatTakesNoMoreHasAnswered) {
  HttpConnection c(host());
  const std::string piece(1 << 20, 'x');
  ASSERT_FALSE(c.putrequest("POST", "/upload/early?status=401&close=1"));
  ASSERT_FALSE(c.putheader("Content-Length", 64 * piece.size()));
  ASSERT_FALSE(c.endheaders());
  int sent = 0;
  while (sent < 64 && !c.send(piece)) ++sent;
  HttpResponse r = c.getresponse();
  ASSERT_TRUE(r) << describe(r.error(), r.diagnosis());
  EXPECT_EQ(r.status(), 401);
  r.read();

  ASSERT_FALSE(c.request("POST", "/upload/early?status=413&close=1", std::string(64 << 20, 'x')));
  r = c.getresponse();
  ASSERT_TRUE(r) << describe(r.error(), r.diagnosis());
  EXPECT_EQ(r.status(), 413);
}

// row: 1.3/send, 1.3/body-kinds
TEST_F(BlockingTest, BodiesOfEveryKind) {
  const std::string path = std::string(std::getenv("TEST_TMPDIR")) + "/body";
  std::ofstream(path, std::ios::binary) << std::string(300'000, 'f');
  HttpConnection c(host());
  std::string fault;
  const auto file = FileBody::open(c.loop(), path, fault);
  ASSERT_NE(file, nullptr) << fault;
  const auto answered = [&c](std::string_view bytes) {
    HttpResponse r = c.getresponse();
    const std::string told = r.read().value;
    EXPECT_NE(told.find("\"bytes\":" + std::string(bytes)), std::string::npos) << bytes << ": " << told;
  };
  ASSERT_FALSE(c.request("POST", "/upload", Body::from(*file)));
  answered("300000");
  ASSERT_FALSE(c.request("POST", "/upload", Body::borrow(bytes_of("abc"))));
  answered("3");
  ASSERT_TRUE(file->rewind());
  ASSERT_FALSE(c.putrequest("POST", "/upload"));
  ASSERT_FALSE(c.putheader("Content-Length", 300'007));
  ASSERT_FALSE(c.endheaders());
  ASSERT_FALSE(c.send("head"));
  ASSERT_FALSE(c.send(*file));
  EXPECT_EQ(c.send("tail").code, Errc::body_length_mismatch);
  ASSERT_FALSE(c.send("end"));
  answered("300007");

  // A pipe, whose other end is written to while send() waits.
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const auto pipe_body = FileBody::adopt(c.loop(), ends[0], fault);
  ASSERT_NE(pipe_body, nullptr) << fault;
  pipe_body->on_more([&c] { c.resume_upload(); });
  std::thread writer([&ends] {
    for (int i = 0; i < 10; ++i) EXPECT_EQ(write(ends[1], "0123456789", 10), 10);
    close(ends[1]);
  });
  ASSERT_FALSE(c.putrequest("POST", "/upload"));
  ASSERT_FALSE(c.putheader("Transfer-Encoding", "chunked"));
  ASSERT_FALSE(c.endheaders({}, {.encode_chunked = true}));
  ASSERT_FALSE(c.send("first"));
  ASSERT_FALSE(c.send(*pipe_body));
  ASSERT_FALSE(c.end());
  writer.join();
  answered("105");
}

TEST_F(BlockingTest, WhatIsWrongAtOnceIsSaidAtOnce) {
  HttpConnection c(host());
  EXPECT_EQ(c.getresponse().error().code, Errc::response_not_ready);
  EXPECT_EQ(c.request("GET", "/a b").code, Errc::invalid_url);
  EXPECT_EQ(HttpConnection("a b").request("GET", "/").code, Errc::invalid_url);
  EXPECT_EQ(HttpConnection("a b").connect().code, Errc::invalid_url);
}

TEST_F(BlockingTest, ASilentServerIsATimeout) {
  HttpConnection c(host(), {.timeout = std::chrono::milliseconds(50)});
  ASSERT_FALSE(c.request("GET", "/fault/hang"));
  EXPECT_EQ(c.getresponse().error().code, Errc::head_timeout);
}

TEST_F(BlockingTest, CloseInACallbackEndsTheWait) {
  HttpConnection c(host());
  c.on_informational([&](const InterimResponse&) { c.close(); });
  ASSERT_FALSE(c.request("GET", "/informational/1"));
  EXPECT_EQ(c.getresponse().error().code, Errc::cancelled);
  ASSERT_FALSE(c.request("GET", "/bytes/3"));
  EXPECT_EQ(c.getresponse().read().value.size(), 3u);
}

TEST_F(BlockingTest, OverTls) {
  HttpConnectionOptions options;
  options.tls.ca_pem = server_->ca_pem();
  HttpsConnection c("localhost", server_->https_port(), options);
  ASSERT_FALSE(c.request("GET", "/bytes/100k"));
  HttpResponse r = c.getresponse();
  ASSERT_TRUE(r) << describe(r.error(), r.diagnosis());
  EXPECT_EQ(r.read().value.size(), 100u * 1024);

  HttpsConnection stranger("localhost", server_->https_port());
  EXPECT_EQ(stranger.request("GET", "/").code, Errc::certificate_rejected);
  EXPECT_FALSE(stranger.diagnosis().empty());
}

TEST_F(BlockingTest, LinesOfABody) {
  HttpConnection c(host());
  ASSERT_FALSE(c.request("GET", "/"));
  HttpResponse r = c.getresponse();
  std::string all;
  for (auto line = r.readline(); !line.value.empty(); line = r.readline()) {
    EXPECT_TRUE(line);
    EXPECT_EQ(line.value.find('\n'), line.value.size() - 1);
    all += line.value;
  }
  EXPECT_EQ(std::to_string(all.size()), r.getheader("Content-Length"));
}

}  // namespace
}  // namespace godwit::blocking
