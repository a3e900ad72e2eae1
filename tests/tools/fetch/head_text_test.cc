// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/head_text.h"

#include <gtest/gtest.h>

namespace godwit::fetch {
namespace {

TEST(HeadText, AsItWentOverTheWire) {
  Headers headers;
  ASSERT_FALSE(headers.add("A", "1"));
  ASSERT_FALSE(headers.add("b", ""));
  EXPECT_EQ(head_text(11, 200, "OK", headers), "HTTP/1.1 200 OK\r\nA: 1\r\nb: \r\n\r\n");
  EXPECT_EQ(head_text(10, 999, "", {}), "HTTP/1.0 999 \r\n\r\n");
}

TEST(RequestText, FollowsTheOrderThatRequestPromises) {
  Request request;
  request.url = "http://user:pw@H:8080/a/../b?q#f";
  EXPECT_EQ(request_text(request), "GET /b?q HTTP/1.1\r\nHost: h:8080\r\nAccept-Encoding: identity\r\n\r\n");
  request.path_as_is = true;
  request.method = "POST";
  request.version = HttpVersion::http10;
  ASSERT_FALSE(request.headers.add("host", "other"));
  EXPECT_EQ(
      request_text(request),
      "POST /a/../b?q HTTP/1.0\r\nAccept-Encoding: identity\r\nContent-Length: 0\r\nhost: other\r\n\r\n");
  request.body = Body("12345");
  request.target = "*";
  ASSERT_FALSE(request.headers.add("Accept-Encoding", "gzip"));
  EXPECT_EQ(request_text(request),
            "POST * HTTP/1.0\r\nContent-Length: 5\r\nhost: other\r\nAccept-Encoding: gzip\r\n\r\n");
}

TEST(RequestText, OfABadUrlIsEmpty) {
  Request request;
  request.url = "http://a b/";
  EXPECT_EQ(request_text(request), "");
}

TEST(MarkedLines, MarksEveryLineAndKeepsTerminalsSafe) {
  EXPECT_EQ(marked_lines('<', "HTTP/1.1 200 \x1b[31m\r\nA: 1\r\n\r\n"),
            "< HTTP/1.1 200 \\x1B[31m\n< A: 1\n<\n");
  EXPECT_EQ(marked_lines('>', ""), "");
}

}  // namespace
}  // namespace godwit::fetch
