// SPDX-License-Identifier: MIT
#include "godwit/tools/embedded_server/routes.h"

#include <memory>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

namespace godwit::embedded {
namespace {

// Planned is the plan for a request, and the first bytes of its answer without its waits.
struct Planned {
  explicit Planned(std::string_view target, std::string_view extra = "", std::string_view method = "GET",
                   std::string_view version = "1.1", uint64_t number = 1) {
    std::string text = std::string(method) + " " + std::string(target) + " HTTP/" + std::string(version) +
                       "\r\nHost: h\r\n" + std::string(extra) + "\r\n";
    auto head = std::make_unique<RequestHead>();
    EXPECT_EQ(parse_request_head(text, 0, *head).status, ParseStatus::complete);
    plan_response(*head, number, plan);
    if (plan.body_use == BodyUse::echo) finish_echo("", "", plan);
    if (plan.body_use == BodyUse::digest) finish_digest(0, "00", plan);
    std::string buffer(4096, '\0');
    Cursor cursor;
    while (!plan.finished(cursor) && bytes.size() < 65536) {
      if (plan.step(cursor).kind == Step::Kind::wait) {
        waited += plan.step(cursor).wait_ms;
        ++cursor.step;
        continue;
      }
      bytes.append(buffer, 0, plan.produce(cursor, buffer.data(), buffer.size()));
    }
  }
  std::string status() const { return bytes.substr(9, 3); }
  std::string body() const { return bytes.substr(bytes.find("\r\n\r\n") + 4); }
  bool has(std::string_view text) const { return bytes.find(text) != std::string::npos; }

  ResponsePlan plan;
  std::string bytes;
  uint64_t waited = 0;
};

struct Row {
  const char* target;
  const char* begins;  // the answer begins so
  const char* holds;   // and holds this
  Ending ending = Ending::keep_alive;
};
void PrintTo(const Row& row, std::ostream* out) {
  *out << row.target;
}

class RouteRow : public testing::TestWithParam<Row> {};

TEST_P(RouteRow, Answers) {
  Planned planned(GetParam().target);
  EXPECT_EQ(planned.bytes.substr(0, std::string_view(GetParam().begins).size()), GetParam().begins);
  EXPECT_TRUE(planned.has(GetParam().holds)) << planned.bytes;
  EXPECT_EQ(planned.plan.ending, GetParam().ending);
}

#define OK "HTTP/1.1 200 OK\r\n"
#define BAD "HTTP/1.1 400 Bad Request\r\n"
INSTANTIATE_TEST_SUITE_P(
    Table, RouteRow,
    testing::Values(
        Row{"/", OK, "/fault/half-close"}, Row{"*", OK, "/bytes/N"},
        Row{"http://h/bytes/3", OK, "\r\n\r\nAnP"}, Row{"/bytes/10", OK, "Content-Length: 10\r\n\r\n"},
        Row{"/bytes/2k", OK, "Content-Length: 2048\r\n"}, Row{"/bytes/", BAD, "needs a size"},
        Row{"/bytes", BAD, "needs a size"}, Row{"/bytes/-1", BAD, ""}, Row{"/bytesize", "HTTP/1.1 404 ", ""},
        Row{"/nowhere", "HTTP/1.1 404 ", ""}, Row{"/close/x", "HTTP/1.1 404 ", ""},
        Row{"/chunked/10?chunk=4", OK, "\r\n\r\n4\r\nAnP2\r\n4\r\neFtU\r\n2\r\n8j\r\n0\r\n\r\n"},
        Row{"/chunked/0", OK, "\r\n\r\n0\r\n\r\n"}, Row{"/chunked/9?chunk=0", BAD, ""},
        Row{"/chunked/20?trailers=1", OK, "Trailer: X-Checksum\r\n"},
        Row{"/chunked/20?trailers=1", OK, "0\r\nX-Checksum: 1740\r\n\r\n"},
        Row{"/stream/5", OK, "Connection: close\r\n\r\nAnP2e", Ending::close},
        Row{"/stream/5?notify=0", OK, "", Ending::truncate},
        Row{"/trailers", OK, "X-Second: again", Ending::keep_alive}, Row{"/drip/3?ms=x", BAD, ""},
        Row{"/drip/3?ms=1&in=tail", BAD, ""}, Row{"/delay/x", BAD, ""}, Row{"/delays/", BAD, ""},
        Row{"/delays/x,1", BAD, ""}, Row{"/status/200?reason=", "HTTP/1.1 200 \r\n", ""},
        Row{"/status/599", "HTTP/1.1 599 Unknown\r\n", "599\n"},
        Row{"/status/200?reason=All%20good", "HTTP/1.1 200 All good\r\n", ""},
        Row{"/status/204", "HTTP/1.1 204 No Content\r\n\r\n", ""}, Row{"/status/199", BAD, ""},
        Row{"/status/1000", BAD, ""}, Row{"/status/200?reason=a%0D%0Ab", BAD, ""},
        Row{"/redirect/3", "HTTP/1.1 302 Found\r\n", "Location: /redirect/2\r\n"},
        Row{"/redirect/1", "HTTP/1.1 302 Found\r\n", "Location: /\r\n"},
        Row{"/redirect-to?url=http%3A%2F%2Fa%2F&status=308", "HTTP/1.1 308 ", "Location: http://a/\r\n"},
        Row{"/redirect-to?url=a%0D%0Ab", BAD, ""},
        Row{"/redirect-loop", "HTTP/1.1 302 ", "Location: /redirect-loop\r\n"},
        Row{"/headers/3?size=4", OK, "X-Field-2: vvvv\r\nContent-Length: 3\r\n"},
        Row{"/headers?X-A=1&X-A=b%20c", OK, "X-A: 1\r\nX-A: b c\r\n"}, Row{"/headers?X-A=%0A", BAD, ""},
        Row{"/headers?a%20b=1", BAD, ""}, Row{"/headers/1000001", BAD, ""},
        Row{"/headers/2?size=64m", BAD, ""},
        Row{"/informational/2", "HTTP/1.1 103 Early Hints\r\nLink: </style.css>", OK},
        Row{"/informational/1?status=102", "HTTP/1.1 102 Processing\r\n\r\n" OK, ""},
        Row{"/informational/0", OK, ""}, Row{"/informational/1?status=200", BAD, ""},
        Row{"/informational/endless", "HTTP/1.1 103 ", "103"},
        Row{"/cookies/set?a=1&b=2", OK, "Set-Cookie: a=1; Path=/\r\nSet-Cookie: b=2; Path=/\r\n"},
        Row{"/auth/basic/u/p", "HTTP/1.1 401 ", "WWW-Authenticate: Basic realm="},
        Row{"/auth/basic/u", BAD, ""}, Row{"/close", OK, "Connection: close\r\n", Ending::close},
        Row{"/http10", "HTTP/1.0 200 OK\r\n", "", Ending::close},
        Row{"/http10?keep-alive=1", "HTTP/1.0 200 OK\r\n", "Connection: keep-alive\r\n"},
        Row{"/keepalive/2", OK, "request 1 of 2\n"},
        Row{"/keepalive/1", OK, "Connection: close", Ending::close},
        Row{"/stray", OK, "complete\nHTTP/1.1 200 OK\r\n"},
        Row{"/upgrade", "HTTP/1.1 426 ", "Upgrade: echo\r\n"},
        Row{"/idle-bytes", OK, "complete\nHTTP/1.1 200 OK\r\n"},
        Row{"/head-endless", OK "X-Endless: 0123", "f0123"},
        Row{"/line-endless", "HTTP/1.1 200 and so on", "on and so"},
        Row{"/fields-endless", OK "X-Field: value\r\nX-Field: ", ""},
        Row{"/raw?base64=aGVsbG8=", "hello", "hello"},
        Row{"/raw?base64=aGVsbG8%3D&close=1", "hello", "", Ending::close},
        Row{"/raw?base64=aGVsbG8&reset=1", "hello", "", Ending::reset}, Row{"/raw?base64=a", BAD, ""},
        Row{"/upload", OK, "{\"bytes\":0,\"sha256\":\"00\"}"}, Row{"/upload/early", "HTTP/1.1 413 ", ""},
        Row{"/upload/early?status=200&close=1", OK, "Connection: close", Ending::close},
        Row{"/upload/never-reads", "", "", Ending::hang},
        Row{"/expect/reject", "HTTP/1.1 417 ", "", Ending::close}, Row{"/fault/hang", "", "", Ending::hang},
        Row{"/fault/close-before-response", "", "", Ending::close},
        Row{"/fault/chunk-garbage", OK, "5\r\nhello\r\ngarbage\r\n", Ending::hang},
        Row{"/fault/chunk-garbage?line=%2B5%0D%0A", OK, "hello\r\n+5\r\n", Ending::hang},
        Row{"/fault/half-close", OK, "Content-Length: 1000\r\n", Ending::half_close},
        Row{"/fault/truncate?at=0", OK, "Content-Length: 1000\r\n\r\n", Ending::close},
        Row{"/fault/truncate?notify=0", OK, "", Ending::truncate},
        Row{"/fault/truncate?at=5&length=4", BAD, ""},
        Row{"/fault/reset?at=nowhere", BAD, "", Ending::reset}));

TEST(Routes, ResetCutsWhereItSays) {
  EXPECT_EQ(Planned("/fault/reset?at=0").bytes, "");
  EXPECT_EQ(Planned("/fault/reset?at=7").bytes, "HTTP/1.");
  EXPECT_EQ(Planned("/fault/reset?at=head").bytes.find("\r\n\r\n"), std::string::npos);
  EXPECT_EQ(Planned("/fault/reset?at=body").body().size(), 500u);
  const std::string chunk = Planned("/fault/reset?at=chunk-size").body();
  EXPECT_EQ(chunk.substr(chunk.size() - 3), "\r\n6");
  const std::string trailers = Planned("/fault/reset?at=trailers").body();
  EXPECT_EQ(trailers.substr(trailers.size() - 8), "0\r\nX-Che");
  EXPECT_EQ(Planned("/fault/truncate?at=3&length=10").body(), "AnP");
}

TEST(Routes, HeadHasTheHeadOfGet) {
  for (std::string_view target :
       {"/", "/bytes/10", "/chunked/10", "/status/404", "/trailers", "/close", "/echo"}) {
    Planned get(target);
    Planned head(target, "", "HEAD");
    EXPECT_EQ(head.body(), "") << target;
    if (target == "/echo") continue;  // tells the method, and so differs
    EXPECT_EQ(get.bytes.substr(0, head.bytes.size()), head.bytes) << target;
  }
}

TEST(Routes, Http10ClientsGetNeitherChunksNorInterimResponses) {
  Planned chunked("/chunked/4", "", "GET", "1.0");
  EXPECT_FALSE(chunked.has("Transfer-Encoding"));
  EXPECT_EQ(chunked.body(), "AnP2");
  EXPECT_EQ(chunked.plan.ending, Ending::close);
  EXPECT_EQ(Planned("/informational/2", "", "GET", "1.0").status(), "200");
  EXPECT_TRUE(
      Planned("/bytes/1", "Connection: keep-alive\r\n", "GET", "1.0").has("Connection: keep-alive\r\n"));
}

TEST(Routes, ConnectIsRefused) {
  Planned planned("h:443", "", "CONNECT");
  EXPECT_EQ(planned.status(), "405");
  EXPECT_TRUE(planned.has("Allow: "));
  EXPECT_EQ(planned.plan.ending, Ending::close);
}

TEST(Routes, WaitsAndPaces) {
  EXPECT_EQ(Planned("/delay/150").waited, 150u);
  for (uint64_t number = 1; number <= 7; ++number) {
    EXPECT_EQ(Planned("/delays/10,20,5000", "", "GET", "1.1", number).waited, number % 3 == 1   ? 10u
                                                                              : number % 3 == 2 ? 20u
                                                                                                : 5000u);
  }
  EXPECT_EQ(Planned("/idle-bytes").waited, 20u);
  Cursor first;
  Cursor second{1, 0, 0};
  Planned head("/drip/3?ms=7&in=head");
  EXPECT_TRUE(head.plan.step(first).bytewise);
  EXPECT_EQ(head.plan.step(first).wait_ms, 7u);
  EXPECT_FALSE(head.plan.step(second).bytewise);
  Planned body("/drip/3?ms=7");
  EXPECT_FALSE(body.plan.step(first).bytewise);
  EXPECT_TRUE(body.plan.step(second).bytewise);
  Planned both("/bytewise/3");
  EXPECT_TRUE(both.plan.step(first).bytewise && both.plan.step(second).bytewise);
  EXPECT_EQ(both.plan.step(first).wait_ms, 0u);
}

TEST(Routes, KeepaliveCountsRequests) {
  EXPECT_EQ(Planned("/keepalive/3", "", "GET", "1.1", 2).plan.ending, Ending::keep_alive);
  EXPECT_EQ(Planned("/keepalive/3", "", "GET", "1.1", 3).plan.ending, Ending::close);
  Planned silent("/keepalive/3?silent=1", "", "GET", "1.1", 3);
  EXPECT_EQ(silent.plan.ending, Ending::close);
  EXPECT_FALSE(silent.has("Connection:"));
}

TEST(Routes, BasicCredentials) {
  EXPECT_EQ(Planned("/auth/basic/u%3A/p", "Authorization: Basic dTo6cA==\r\n").status(), "200");
  EXPECT_EQ(Planned("/auth/basic/u/p", "Authorization: basic dTpw\r\n").status(), "200");
  EXPECT_EQ(Planned("/auth/basic/u/p", "Authorization: Basic dTpx\r\n").status(), "401");
  EXPECT_EQ(Planned("/auth/basic/u/p", "Authorization: Bearer dTpw\r\n").status(), "401");
}

TEST(Routes, EchoTellsTheRequest) {
  Planned planned("/echo/x?y", "X-A: \"\\\xe9\r\n", "PURGE");
  EXPECT_TRUE(planned.has(
      "{\"method\":\"PURGE\",\"target\":\"/echo/x?y\",\"version\":\"HTTP/1.1\",\"headers\":"
      "[[\"Host\",\"h\"],[\"X-A\",\"\\\"\\\\\\u00e9\"]],\"body\":\"\",\"body_bytes\":0,\"trailers\":[]}"))
      << planned.bytes;
}

TEST(Routes, EveryRouteIsInTheList) {
  const std::string list = route_list();
  for (auto family :
       {body_routes(), upload_routes(), message_routes(), connection_routes(), fault_routes()}) {
    for (const Route& route : family) {
      EXPECT_NE(list.find("\n" + std::string(route.path) + std::string(route.arguments)), std::string::npos);
      // And each is reached, not hidden behind an earlier one.
      EXPECT_NE(Planned(route.path).bytes.substr(0, 12), "HTTP/1.1 404") << route.path;
    }
  }
}

}  // namespace
}  // namespace godwit::embedded
