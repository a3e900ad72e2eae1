// SPDX-License-Identifier: MIT
#include "godwit/core/http1/check_request.h"

#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "godwit/core/http1/request_plan.h"
#include "godwit/tests/core/http1/exchange.h"
#include "godwit/tests/core/http1/scripted_source.h"

namespace godwit::http1 {
namespace {

using testing::Exchange;
using testing::ScriptedSource;
using Framing = RequestPlan::Framing;

std::string check(const Exchange& exchange) {
  std::string diagnosis = "stale";
  const Error error = check_request(exchange.head, plan_request(exchange.head), diagnosis);
  return error ? std::string(name(error.code)) + ": " + diagnosis : diagnosis;
}

TEST(CheckRequest, AcceptsWhatCanBeSent) {
  for (std::string_view method : {"GET", "POST", "M-SEARCH", "x!#$%&'*+-.^_`|~9"}) {
    Exchange exchange(method);
    EXPECT_EQ(check(exchange), "") << method;
  }
  for (std::string_view target :
       {"/", "*", "/a?b=%20", "http://example.com/", "example.com:443", "/~!\"{}|"}) {
    Exchange exchange;
    exchange.head.target = target;
    EXPECT_EQ(check(exchange), "") << target;
  }
}

TEST(CheckRequest, RefusesBytesThatWouldBreakTheRequestLine) {
  struct Row {
    std::string_view method, target, authority, message;
  };
  using namespace std::string_view_literals;
  const Row rows[] = {
      {"", "/", "a", "invalid-request: the method is empty"},
      {"GE T", "/", "a", "invalid-request: byte 0x20 at position 2 of the method is not allowed"},
      {"GET\x7f", "/", "a", "invalid-request: byte 0x7F at position 3 of the method is not allowed"},
      {"G\xC3", "/", "a", "invalid-request: byte 0xC3 at position 1 of the method is not allowed"},
      {"GET", "", "a", "invalid-request: the request target is empty"},
      {"GET", "/ HTTP/1.1\r\nX: y", "a",
       "invalid-request: byte 0x20 at position 1 of the request target is not allowed"},
      {"GET", "/\r\n", "a", "invalid-request: byte 0x0D at position 1 of the request target is not allowed"},
      {"GET", "/\0"sv, "a", "invalid-request: byte 0x00 at position 1 of the request target is not allowed"},
      {"GET", "/\xFC", "a", "invalid-request: byte 0xFC at position 1 of the request target is not allowed"},
      {"GET", "/", "", "invalid-request: the authority is empty"},
      {"GET", "/", "a\nb", "invalid-request: byte 0x0A at position 1 of the authority is not allowed"},
  };
  for (const Row& row : rows) {
    Exchange exchange(row.method);
    exchange.head.target = row.target;
    exchange.head.authority = row.authority;
    EXPECT_EQ(check(exchange), row.message);
  }
}

struct PlanRow {
  const char* what;
  std::string_view method;
  std::vector<std::pair<const char*, const char*>> fields;
  std::function<Body()> body;
  HttpVersion version;
  Framing framing;
  uint64_t length;
  bool adds_framing;
  std::string message;
};

TEST(CheckRequest, DecidesTheFraming) {
  static ScriptedSource sized({}, 7);
  static ScriptedSource unsized({});
  const auto none = [] { return Body(); };
  const auto five = [] { return Body("hello"); };
  const auto empty = [] { return Body(""); };
  const auto borrowed = [] { return Body::borrow(bytes_of("abc")); };
  const auto of_known_length = [] { return Body::from(sized); };
  const auto of_unknown_length = [] { return Body::from(unsized); };
  const HttpVersion v10 = HttpVersion::http10, v11 = HttpVersion::http11;
  const std::string ok;
  const std::string exclude = "invalid-request: Content-Length and Transfer-Encoding exclude each other";
  const std::string no_number = "invalid-request: Content-Length is not one decimal number";
  const std::string not_last = "invalid-request: the last transfer coding is not chunked, once";
  const std::string no_content = "invalid-request: CONNECT and TRACE requests carry no content";

  const PlanRow rows[] = {
      {"GET", "GET", {}, none, v11, Framing::none, 0, false, ok},
      {"POST", "POST", {}, none, v11, Framing::length, 0, true, ok},
      {"PUT", "PUT", {}, none, v10, Framing::length, 0, true, ok},
      {"DELETE", "DELETE", {}, none, v11, Framing::none, 0, false, ok},
      {"bytes", "GET", {}, five, v11, Framing::length, 5, true, ok},
      {"no bytes", "GET", {}, empty, v11, Framing::length, 0, true, ok},
      {"borrowed", "PUT", {}, borrowed, v11, Framing::length, 3, true, ok},
      {"sized", "PUT", {}, of_known_length, v10, Framing::length, 7, true, ok},
      {"unsized", "PUT", {}, of_unknown_length, v11, Framing::chunked, 0, true, ok},
      {"unsized, 1.0",
       "PUT",
       {},
       of_unknown_length,
       v10,
       Framing::chunked,
       0,
       true,
       "invalid-request: the body's length is unknown, which HTTP/1.0 can't express"},
      {"unsized, announced",
       "PUT",
       {{"content-length", "9"}},
       of_unknown_length,
       v10,
       Framing::length,
       9,
       false,
       ok},
      {"announced", "PUT", {{"Content-Length", "5"}}, five, v11, Framing::length, 5, false, ok},
      {"announced, too little",
       "PUT",
       {{"Content-Length", "4"}},
       five,
       v11,
       Framing::length,
       4,
       false,
       "body-length-mismatch: the body is not as long as Content-Length says: 5 bytes, not 4"},
      {"announced, no body",
       "GET",
       {{"Content-Length", "4"}},
       none,
       v11,
       Framing::length,
       4,
       false,
       "body-length-mismatch: the body is not as long as Content-Length says: 0 bytes, not 4"},
      {"announced, another source",
       "PUT",
       {{"Content-Length", "8"}},
       of_known_length,
       v11,
       Framing::length,
       8,
       false,
       "body-length-mismatch: the body is not as long as Content-Length says: 7 bytes, not 8"},
      {"announced twice",
       "PUT",
       {{"Content-Length", "5"}, {"Content-Length", "5"}},
       five,
       v11,
       Framing::length,
       5,
       false,
       no_number},
      {"no number", "PUT", {{"Content-Length", "5x"}}, five, v11, Framing::length, 0, false, no_number},
      {"chunked", "PUT", {{"Transfer-Encoding", "chunked"}}, five, v11, Framing::chunked, 0, false, ok},
      {"chunked, no body",
       "PUT",
       {{"Transfer-Encoding", "chunked"}},
       none,
       v11,
       Framing::chunked,
       0,
       false,
       ok},
      {"gzip, chunked",
       "PUT",
       {{"Transfer-Encoding", "gzip, Chunked"}},
       of_unknown_length,
       v11,
       Framing::chunked,
       0,
       false,
       ok},
      {"gzip", "PUT", {{"Transfer-Encoding", "gzip"}}, five, v11, Framing::chunked, 0, false, not_last},
      {"not last",
       "PUT",
       {{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "gzip"}},
       five,
       v11,
       Framing::chunked,
       0,
       false,
       not_last},
      {"twice",
       "PUT",
       {{"Transfer-Encoding", "chunked, chunked"}},
       five,
       v11,
       Framing::chunked,
       0,
       false,
       not_last},
      {"empty list", "PUT", {{"Transfer-Encoding", ""}}, five, v11, Framing::chunked, 0, false, not_last},
      {"1.0",
       "PUT",
       {{"Transfer-Encoding", "chunked"}},
       five,
       v10,
       Framing::chunked,
       0,
       false,
       "invalid-request: HTTP/1.0 knows no Transfer-Encoding"},
      {"both",
       "PUT",
       {{"Transfer-Encoding", "chunked"}, {"content-LENGTH", "5"}},
       five,
       v11,
       Framing::chunked,
       0,
       false,
       exclude},
      {"hosts",
       "GET",
       {{"Host", "a"}, {"host", "a"}},
       none,
       v11,
       Framing::none,
       0,
       false,
       "invalid-request: there is more than one Host field"},
      {"CONNECT", "CONNECT", {}, five, v11, Framing::length, 5, true, no_content},
      {"TRACE", "TRACE", {}, of_unknown_length, v11, Framing::chunked, 0, true, no_content},
  };
  for (const PlanRow& row : rows) {
    SCOPED_TRACE(row.what);
    Exchange exchange(row.method, row.body());
    for (const auto& [name, value] : row.fields) ASSERT_FALSE(exchange.headers.add(name, value));
    exchange.head.version = row.version;
    const RequestPlan plan = plan_request(exchange.head);
    EXPECT_EQ(plan.framing, row.framing);
    EXPECT_EQ(plan.length, row.length);
    EXPECT_EQ(plan.adds_framing, row.adds_framing);
    EXPECT_EQ(check(exchange), row.message);
  }
}

TEST(CheckRequest, AMismatchTellsBothNumbers) {
  Exchange exchange("PUT", "hello");
  ASSERT_FALSE(exchange.headers.add("Content-Length", "9"));
  std::string diagnosis;
  const Error error = check_request(exchange.head, plan_request(exchange.head), diagnosis);
  EXPECT_EQ(error.code, Errc::body_length_mismatch);
  EXPECT_EQ(error.received, 5u);
  EXPECT_EQ(error.expected, 9u);
}

TEST(RequestPlan, WaitsForContinueOnlyWithABodyToHoldBack) {
  struct Row {
    const char* expect;
    const char* body;
    HttpVersion version;
    bool waits;
  };
  const Row rows[] = {
      {"100-continue", "x", HttpVersion::http11, true},   {"100-Continue", "x", HttpVersion::http11, true},
      {"100-continue", "", HttpVersion::http11, false},   {"100-continue", "x", HttpVersion::http10, false},
      {"100-continued", "x", HttpVersion::http11, false},
  };
  for (const Row& row : rows) {
    Exchange exchange("POST", row.body);
    ASSERT_FALSE(exchange.headers.add("Expect", row.expect));
    exchange.head.version = row.version;
    EXPECT_EQ(plan_request(exchange.head).awaits_continue, row.waits) << row.expect;
  }
}

}  // namespace
}  // namespace godwit::http1
