// SPDX-License-Identifier: MIT
#include "godwit/core/http1/request_writer.h"

#include <string>

#include <gtest/gtest.h>

#include "godwit/tests/core/http1/exchange.h"
#include "godwit/tests/core/http1/scripted_source.h"

namespace godwit::http1 {
namespace {

using testing::Exchange;
using testing::ScriptedSource;

std::string write(const Exchange& exchange) {
  std::string text = "stale";
  write_request_head(exchange.head, plan_request(exchange.head), text);
  return text;
}

// send has a session write the head into buffers of `room` bytes.
std::string send(Exchange& exchange, size_t room) {
  testing::Peer peer({}, room);
  exchange.submit(peer);
  peer.send();
  return peer.sent;
}

TEST(RequestWriter, OrderIsThatOfHttpClient) {
  Exchange exchange("POST", "hello");
  exchange.head.target = "/path?query";
  exchange.head.authority = "example.com:8080";
  ASSERT_FALSE(exchange.headers.add("User-Agent", "godwit"));
  ASSERT_FALSE(exchange.headers.add("X-Twice", "1"));
  ASSERT_FALSE(exchange.headers.add("accept", "*/*"));
  ASSERT_FALSE(exchange.headers.add("X-Twice", "2"));
  const std::string head =
      "POST /path?query HTTP/1.1\r\n"
      "Host: example.com:8080\r\n"
      "Accept-Encoding: identity\r\n"
      "Content-Length: 5\r\n"
      "User-Agent: godwit\r\n"
      "X-Twice: 1\r\n"
      "accept: */*\r\n"
      "X-Twice: 2\r\n"
      "\r\n";
  EXPECT_EQ(write(exchange), head);
  for (size_t room = 1; room <= head.size() + 1; ++room) {
    EXPECT_EQ(send(exchange, room), head + "hello") << room;
  }
}

TEST(RequestWriter, AHeadWithoutAnything) {
  Exchange exchange;
  exchange.head.headers = nullptr;
  exchange.head.body = nullptr;
  EXPECT_EQ(write(exchange), "GET / HTTP/1.1\r\nHost: example.com\r\nAccept-Encoding: identity\r\n\r\n");
  exchange.head.version = HttpVersion::http10;
  EXPECT_EQ(write(exchange), "GET / HTTP/1.0\r\nHost: example.com\r\nAccept-Encoding: identity\r\n\r\n");
}

TEST(RequestWriter, ChunkedWhenTheLengthIsUnknown) {
  ScriptedSource source({});
  Exchange exchange("PUT", Body::from(source));
  EXPECT_EQ(write(exchange),
            "PUT / HTTP/1.1\r\nHost: example.com\r\nAccept-Encoding: identity\r\nTransfer-Encoding: "
            "chunked\r\n\r\n");
}

TEST(RequestWriter, TheUsersFieldsTakeThePlaceOfOurs) {
  Exchange exchange("PUT", "hi");
  ASSERT_FALSE(exchange.headers.add("content-length", "2"));
  ASSERT_FALSE(exchange.headers.add("HOST", "other"));
  ASSERT_FALSE(exchange.headers.add("Accept-encoding", "gzip"));
  EXPECT_EQ(write(exchange),
            "PUT / HTTP/1.1\r\ncontent-length: 2\r\nHOST: other\r\nAccept-encoding: gzip\r\n\r\n");
}

TEST(RequestWriter, FieldsCopiedFromAResponseAreWrittenAsFields) {
  Exchange exchange;
  const std::string head = "HTTP/1.1 200 OK\r\nX:  y \r\n\r\n";
  const parser::FieldSpan span{17, 1, 21, 1};
  exchange.headers.assign(head, {&span, 1});
  EXPECT_EQ(write(exchange),
            "GET / HTTP/1.1\r\nHost: example.com\r\nAccept-Encoding: identity\r\nX: y\r\n\r\n");
}

TEST(RequestWriter, AHeadLargerThanAnyBuffer) {
  Exchange exchange;
  const std::string cookie(200'000, 'c');
  ASSERT_FALSE(exchange.headers.add("Cookie", cookie));
  EXPECT_EQ(
      send(exchange, WriteBuffer::kSize),
      "GET / HTTP/1.1\r\nHost: example.com\r\nAccept-Encoding: identity\r\nCookie: " + cookie + "\r\n\r\n");
}

}  // namespace
}  // namespace godwit::http1
