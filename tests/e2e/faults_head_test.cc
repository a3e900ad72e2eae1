// SPDX-License-Identifier: MIT
// H1, H2, H6 and H7: heads that are too much, malformed, or never the last one.
#include <algorithm>

#include "godwit/tests/e2e/loopback_client.h"
#include "godwit/tests/support/scripted_server.h"

namespace godwit::testing {
namespace {

using namespace std::string_view_literals;

// Row is a head, and where it stops making sense.
struct Row {
  std::string_view bytes;
  Errc code;
  size_t offset;
  std::string_view fault;
};

struct Heads : LoopbackTest {
  // expect_refused has the peer send a head and nothing else, and stay: the client must find out by itself.
  void expect_refused(std::span<const Row> rows) {
    for (const Row& row : rows) {
      SCOPED_TRACE(::testing::PrintToString(std::string(row.bytes)));
      ScriptedServer peer([&](const ScriptedRequest&) { return Answer{std::string(row.bytes)}; });
      const Recorder r = fetch(peer.url("/"));
      const std::string at = std::to_string(row.offset);
      // The byte at fault arrived, so none at all is never said.
      const size_t received = std::max<size_t>(row.offset, 1);
      EXPECT_EQ(r.message, std::string(name(row.code)) + " in head after " + std::to_string(received) +
                               " bytes: " + std::string(row.fault) + " at byte " + at + " of the head");
      EXPECT_EQ(r.error.code, row.code);
      EXPECT_EQ(r.error.phase, Phase::head);
      EXPECT_EQ(r.error.received, received);
      EXPECT_FALSE(r.error.retry_safe());
      EXPECT_EQ(r.events, "done") << "nothing of a bad head is delivered";
    }
  }
};

TEST_F(Heads, H1_EndlessHeadsStopAtTheirLimit) {
  struct Endless {
    std::string_view path;
    Errc code;
    std::string_view limit;
  };
  const Endless rows[] = {
      {"/head-endless", Errc::line_too_long, "a line is longer than max_line (65536)"},
      {"/line-endless", Errc::line_too_long, "a line is longer than max_line (65536)"},
      {"/fields-endless", Errc::too_many_fields, "more field lines than max_fields (256)"},
      {"/headers/100000", Errc::too_many_fields, "more field lines than max_fields (256)"},
      {"/headers/1?size=10m", Errc::line_too_long, "a line is longer than max_line (65536)"},
      {"/headers/100?size=8k", Errc::head_too_large, "the lines together are longer than max_head (262144)"},
  };
  for (const Endless& row : rows) {
    for (const std::string& url : {server().http_url(row.path), server().https_url(row.path)}) {
      const Recorder r = fetch(url, trusting());
      EXPECT_EQ(r.error.code, row.code) << url;
      EXPECT_EQ(r.error.phase, Phase::head);
      EXPECT_LE(r.error.received, 262144u);
      EXPECT_NE(r.message.find(row.limit), std::string::npos) << r.message;
      EXPECT_EQ(r.events, "done");
    }
  }
}

// row: 1.10/3.15
TEST_F(Heads, H1_EachLimitToTheByte) {
  const std::string start = "HTTP/1.1 204 No Content\r\n";
  const auto fields = [&](size_t count) {
    std::string head = start;
    for (size_t i = 0; i < count; ++i) head += "A: b\r\n";
    return head + "\r\n";
  };
  const auto line = [&](size_t size) { return start + "A: " + std::string(size - 5, 'b') + "\r\n\r\n"; };
  const auto head = [&](size_t size) {
    return start + "A: " + std::string(size - start.size() - 7, 'b') + "\r\n\r\n";
  };
  struct Limit {
    Limits limits;
    std::string good;
    std::string bad;
    Errc code;
  };
  const Limit rows[] = {
      {{.max_fields = 8}, fields(8), fields(9), Errc::too_many_fields},
      {{.max_line = 100}, line(100), line(101), Errc::line_too_long},
      {{.max_head = 200}, head(200), head(201), Errc::head_too_large},
  };
  for (const Limit& row : rows) {
    ScriptedServer peer([&](const ScriptedRequest& request) {
      return Answer{request.target == "/good" ? row.good : row.bad};
    });
    const Recorder good = fetch(peer.url("/good"), {.limits = row.limits});
    EXPECT_EQ(outcome(good), "ok") << good.message;
    const Recorder bad = fetch(peer.url("/bad"), {.limits = row.limits});
    EXPECT_EQ(bad.error.code, row.code) << bad.message;
  }
}

TEST_F(Heads, H2_FieldLines) {
  const Row rows[] = {
      {"HTTP/1.1 200 OK\nA: b\r\n\r\n"sv, Errc::bad_status_line, 15,
       "a line feed without its carriage return"},
      {"HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n"sv, Errc::bad_field, 21,
       "a line feed without its carriage return"},
      {"HTTP/1.1 200 OK\r\nA: b\rC: d\r\n\r\n"sv, Errc::bad_field, 21,
       "a carriage return without its line feed"},
      {"HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n"sv, Errc::bad_field, 21, "a NUL byte"},
      {"HTTP/1.1 200 OK\r\nA\0: b\r\n\r\n"sv, Errc::bad_field, 18, "a NUL byte"},
      {"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n"sv, Errc::bad_field, 23,
       "a line that begins with whitespace (obsolete line folding)"},
      {"HTTP/1.1 200 OK\r\n A: b\r\n\r\n"sv, Errc::bad_field, 17,
       "a line that begins with whitespace (obsolete line folding)"},
      {"HTTP/1.1 200 OK\r\nA : b\r\n\r\n"sv, Errc::bad_field, 18,
       "whitespace between a field name and its colon"},
      {"HTTP/1.1 200 OK\r\n: b\r\n\r\n"sv, Errc::bad_field, 17, "a field line begins with its colon"},
      {"HTTP/1.1 200 OK\r\nA b\r\n\r\n"sv, Errc::bad_field, 18,
       "a byte in a field name that no token may hold"},
      {"HTTP/1.1 200 OK\r\nA(: b\r\n\r\n"sv, Errc::bad_field, 18,
       "a byte in a field name that no token may hold"},
      {"HTTP/1.1 200 OK\r\n\xc3\xa4: b\r\n\r\n"sv, Errc::bad_field, 17,
       "a byte in a field name that no token may hold"},
      {"HTTP/1.1 200 OK\r\nA: \x01\r\n\r\n"sv, Errc::bad_field, 20, "a control character in a field value"},
      {"HTTP/1.1 200 OK\r\nA: \x7f\r\n\r\n"sv, Errc::bad_field, 20, "a control character in a field value"},
      {"HTTP/1.1 200 OK\r\nAbc\r\n\r\n"sv, Errc::bad_field, 20, "a field line without a colon"},
  };
  expect_refused(rows);
}

TEST_F(Heads, H2_HighBytesOfAValueArePassedOn) {
  ScriptedServer peer([](const ScriptedRequest&) {
    return Answer{"HTTP/1.1 200 OK\r\nA:\t b\xff\tc \r\nContent-Length: 0\r\n\r\n"};
  });
  const Recorder r = fetch(peer.url("/"));
  EXPECT_EQ(outcome(r), "ok") << r.message;
  EXPECT_EQ(r.headers.at(0), "A: b\xff\tc");
}

TEST_F(Heads, H6_StatusLines) {
  const std::string_view version = "the reply does not begin with HTTP/1. and one digit";
  const std::string_view no_code = "the version is not followed by a space and a status code";
  const std::string_view code = "the status code is not three digits from 100 to 999";
  const Row rows[] = {
      {"<html>An HTTP/0.9 answer</html>\r\n\r\n"sv, Errc::bad_status_line, 0, version},
      {"HTTP/2.0 200 OK\r\n\r\n"sv, Errc::unknown_protocol, 5, version},
      {"HTTP/0.9 200 OK\r\n\r\n"sv, Errc::unknown_protocol, 5, version},
      {"http/1.1 200 OK\r\n\r\n"sv, Errc::bad_status_line, 0, version},
      {"ICY 200 OK\r\n\r\n"sv, Errc::bad_status_line, 0, version},
      {"SSH-2.0-OpenSSH_9.2\r\n"sv, Errc::bad_status_line, 0, version},
      {"\x16\x03\x01\x02\x00"sv, Errc::bad_status_line, 0, version},
      {"HTTP/1.1 99 Low\r\n\r\n"sv, Errc::bad_status_line, 11, code},
      {"HTTP/1.1 1000 High\r\n\r\n"sv, Errc::bad_status_line, 12, code},
      {"HTTP/1.1 099 Low\r\n\r\n"sv, Errc::bad_status_line, 9, code},
      {"HTTP/1.1 2x0 OK\r\n\r\n"sv, Errc::bad_status_line, 10, code},
      {"HTTP/1.1  200 OK\r\n\r\n"sv, Errc::bad_status_line, 9, code},
      {"HTTP/1.1\t200 OK\r\n\r\n"sv, Errc::bad_status_line, 8, no_code},
      {"HTTP/1.1\r\n\r\n"sv, Errc::bad_status_line, 8, no_code},
      {"HTTP/1.1 200\tOK\r\n\r\n"sv, Errc::bad_status_line, 12, code},
      {"HTTP/1.1 200 O\x01K\r\n\r\n"sv, Errc::bad_status_line, 14,
       "a control character in the reason phrase"},
  };
  expect_refused(rows);
}

TEST_F(Heads, H6_AMissingReasonIsFine) {
  for (const char* line : {"HTTP/1.1 200 \r\n", "HTTP/1.1 200\r\n", "\r\nHTTP/1.1 200 \r\n"}) {
    ScriptedServer peer(
        [&](const ScriptedRequest&) { return Answer{std::string(line) + "Content-Length: 2\r\n\r\nhi"}; });
    const Recorder r = fetch(peer.url("/"));
    EXPECT_EQ(r.message, "ok in body after 2 of 2 bytes") << line;
    EXPECT_EQ(r.reason, "");
    EXPECT_EQ(r.body, "hi");
  }
}

// row: 1.10/3.15
TEST_F(Heads, H7_InterimResponses) {
  for (const bool tls : {false, true}) {
    const auto url = [&](std::string_view path) {
      return tls ? server().https_url(path) : server().http_url(path);
    };
    const Recorder few = fetch(url("/informational/3"), trusting());
    EXPECT_EQ(few.events, "informational 103 head 200 body done");
    EXPECT_EQ(few.links,
              "</style.css>; rel=preload; as=style</style.css>; rel=preload; as=style"
              "</style.css>; rel=preload; as=style");
    EXPECT_EQ(outcome(fetch(url("/informational/16"), trusting())), "ok");
    for (const std::string_view path : {"/informational/17", "/informational/endless"}) {
      const Recorder many = fetch(url(path), trusting());
      EXPECT_EQ(many.error.code, Errc::too_many_informational);
      EXPECT_EQ(many.error.phase, Phase::head);
      EXPECT_NE(many.message.find("more interim responses than max_informational (16)"), std::string::npos)
          << many.message;
      EXPECT_EQ(many.status, 0);
    }
    const Recorder unasked = fetch(url("/informational/1?status=100"), trusting());
    EXPECT_EQ(unasked.events, "informational 100 head 200 body done") << "100 without Expect";
  }
}

TEST_F(Heads, H7_SwitchingProtocolsUnasked) {
  const Recorder r = fetch(server().http_url("/informational/1?status=101"));
  EXPECT_EQ(r.error.code, Errc::unexpected_upgrade);
  EXPECT_TRUE(r.message.ends_with("101 (Switching Protocols), which was not asked for")) << r.message;
  EXPECT_EQ(r.events, "done");
}

}  // namespace
}  // namespace godwit::testing
