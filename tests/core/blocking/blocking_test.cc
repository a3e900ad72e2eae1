// SPDX-License-Identifier: MIT
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "godwit/core/blocking/http_connection.h"
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
  ASSERT_FALSE(bad.request("GET", "/"));
  HttpResponse r = bad.getresponse();
  EXPECT_FALSE(r);
  EXPECT_EQ(r.error().code, Errc::connect_failed);
  EXPECT_EQ(r.status(), 0);
  EXPECT_TRUE(r.isclosed());
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
  ASSERT_FALSE(stranger.request("GET", "/"));
  EXPECT_EQ(stranger.getresponse().error().code, Errc::certificate_rejected);
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
