// SPDX-License-Identifier: MIT
// A warm exchange makes no heap call: counted over whole cycles of many shapes.
#include <string>

#include <gtest/gtest.h>

#include "godwit/core/http1/http1_session_factory.h"
#include "godwit/tests/support/alloc_count.h"

namespace godwit::http1 {
namespace {

struct CountingSink final : ports::StreamSink {
  size_t body = 0;
  int ends = 0;
  void on_sent(bool) override {}
  void on_informational(const ports::MessageHead&) override {}
  void on_head(const ports::MessageHead&) override {}
  size_t on_data(Bytes data) override {
    body += data.size();
    return data.size();
  }
  void on_trailers(const ports::MessageHead&) override {}
  void on_end(const Error& error, std::string_view) override { ends += error ? 100 : 1; }
};

TEST(Allocation, AWarmExchangeMakesNone) {
  const std::string_view responses[] = {
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\nKeep-Alive: "
      "timeout=5\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
      "HTTP/1.1 404 Not Found\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
  };
  Headers headers;
  ASSERT_FALSE(headers.add("User-Agent", "godwit"));
  ASSERT_FALSE(headers.add("Accept", "*/*"));
  const Body body("a body that is longer than any small string is");
  ports::RequestHead head;
  head.method = "POST";
  head.target = "/path";
  head.authority = "example.com";
  head.headers = &headers;
  head.body = &body;

  Http1SessionFactory factory({});
  const auto session = factory.make_session("");
  WriteBuffer out;
  const auto exchange = [&](std::string_view response) {
    CountingSink sink;
    session->submit(head, sink);
    out.clear();
    session->send(out);
    EXPECT_EQ(session->recv(bytes_of(response)), response.size());
    EXPECT_EQ(sink.ends, 1);
    EXPECT_TRUE(session->reusable());
  };
  exchange(responses[0]);

  const test::AllocCount allocations;
  for (int round = 0; round < 10; ++round) {
    for (const std::string_view response : responses) exchange(response);
  }
  EXPECT_EQ(allocations.count(), 0u);
}

TEST(Allocation, WarmPipelinedExchangesMakeNone) {
  constexpr int kDepth = 8;
  ports::RequestHead head;
  head.method = "GET";
  head.target = "/";
  head.authority = "example.com";
  head.pipelines = true;
  std::string responses;
  for (int i = 0; i < kDepth; ++i) responses += "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  Http1SessionFactory factory({}, kDepth);
  const auto session = factory.make_session("");
  WriteBuffer out;
  CountingSink sinks[kDepth];
  const auto exchange = [&](size_t count) {
    for (size_t i = 0; i < count; ++i) session->submit(head, sinks[i]);
    out.clear();
    session->send(out);
    const size_t size = responses.size() / kDepth * count;
    EXPECT_EQ(session->recv(bytes_of(responses).first(size)), size);
    EXPECT_TRUE(session->reusable());
  };
  exchange(1);
  ASSERT_EQ(session->capacity(), static_cast<size_t>(kDepth));
  exchange(kDepth);

  const test::AllocCount allocations;
  for (int round = 0; round < 10; ++round) exchange(kDepth);
  EXPECT_EQ(allocations.count(), 0u);
  EXPECT_EQ(sinks[kDepth - 1].ends, 11);
}

TEST(Allocation, NeverFromADeclaredLength) {
  ports::RequestHead head;
  head.method = "GET";
  head.target = "/";
  head.authority = "example.com";
  Http1SessionFactory factory({});
  WriteBuffer out;
  for (const std::string_view response :
       {"HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx"}) {
    const auto session = factory.make_session("");
    CountingSink sink;
    session->submit(head, sink);
    out.clear();
    session->send(out);
    const test::AllocCount allocations;
    session->recv(bytes_of(response));
    EXPECT_EQ(allocations.count(), 0u);
    EXPECT_EQ(sink.body, 1u);
    EXPECT_EQ(sink.ends, 0);
  }
}

}  // namespace
}  // namespace godwit::http1
