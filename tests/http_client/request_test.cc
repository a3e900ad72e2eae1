// SPDX-License-Identifier: MIT
// What HttpConnection puts on the wire, and what it never does.
#include <cctype>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/tests/http_client/rig.h"

namespace godwit::testing {
namespace {

// wire_of gives the bytes of one request, made by `make` on a connection to `host`.
template <class Make>
std::string wire_of(Make make, HttpConnectionOptions options = {}, std::string_view host = "example.com") {
  Rig rig(std::move(options), host);
  const Error error = make(*rig);
  EXPECT_FALSE(error) << describe(error, rig->diagnosis());
  if (error) return {};
  return rig.accept()->sent;
}

Headers fields(std::initializer_list<std::pair<std::string_view, std::string_view>> list) {
  Headers headers;
  for (const auto& [name, value] : list) EXPECT_FALSE(headers.add(name, value));
  return headers;
}

// row: 1.3/request, 1.3/wire-order
TEST(HttpConnectionRequest, FieldsComeInHttpClientsOrder) {
  EXPECT_EQ(wire_of([](HttpConnection& c) {
              return c.request("POST", "/p", "hello", fields({{"X-One", "1"}, {"x-two", "2"}}));
            }),
            "POST /p HTTP/1.1\r\nHost: example.com\r\nAccept-Encoding: identity\r\nContent-Length: 5\r\n"
            "X-One: 1\r\nx-two: 2\r\n\r\nhello");
}

// row: 1.3/skip-flags
TEST(HttpConnectionRequest, OnesOwnFieldsAndSkipFlags) {
  EXPECT_EQ(wire_of([](HttpConnection& c) {
              return c.request("GET", "/", {}, fields({{"accept-encoding", "br"}, {"HOST", "other"}}));
            }),
            "GET / HTTP/1.1\r\naccept-encoding: br\r\nHOST: other\r\n\r\n");
  EXPECT_EQ(wire_of([](HttpConnection& c) {
              EXPECT_FALSE(c.putrequest("GET", "/", {.skip_host = true}));
              return c.endheaders();
            }),
            "GET / HTTP/1.1\r\nAccept-Encoding: identity\r\n\r\n");
  EXPECT_EQ(wire_of([](HttpConnection& c) {
              EXPECT_FALSE(c.putrequest("GET", "/", {.skip_accept_encoding = true}));
              return c.endheaders();
            }),
            "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n");
}

// row: 1.3/url, 1.2/seams
TEST(HttpConnectionRequest, UrlsGoAsTheyAre) {
  const auto line = [](std::string_view url) {
    const std::string wire = wire_of([&](HttpConnection& c) { return c.request("GET", url); });
    return wire.substr(0, wire.find("\r\n"));
  };
  EXPECT_EQ(line(""), "GET / HTTP/1.1");
  EXPECT_EQ(line("*"), "GET * HTTP/1.1");
  EXPECT_EQ(line("/a/../b?c#d"), "GET /a/../b?c#d HTTP/1.1");
  EXPECT_EQ(line("http://other:81/x"), "GET http://other:81/x HTTP/1.1");
}

// row: 1.3/url
TEST(HttpConnectionRequest, NoUrlHoldsAControlASpaceOrMoreThanAscii) {
  for (int byte = 0; byte < 256; ++byte) {
    Rig rig;
    const std::string url = std::string("/ab") + static_cast<char>(byte) + "c";
    const Error error = rig->request("GET", url);
    const bool good = byte > 0x20 && byte < 0x7f;
    EXPECT_EQ(error.code, good ? Errc::ok : Errc::invalid_url) << byte;
    if (good) continue;
    EXPECT_EQ(error.detail, 3u);
    EXPECT_EQ(rig->state(), HttpConnection::State::idle);
    rig.run();
    EXPECT_EQ(rig.connector.attempts, 0) << "nothing is to reach the wire";
  }
  Rig rig;
  EXPECT_TRUE(rig->request("GET", "/a\r\nX: y"));
  EXPECT_EQ(rig->diagnosis(), "byte 0x0D at position 2 of the URL is not allowed");
}

// row: 1.2/seams
TEST(HttpConnectionRequest, ATargetMayBeRawButNoCheckIsOff) {
  const std::string wire =
      wire_of([](HttpConnection& c) { return c.request("GET", "?a[0]={\"b\"}|^`\\<>"); });
  EXPECT_TRUE(wire.starts_with("GET ?a[0]={\"b\"}|^`\\<> HTTP/1.1\r\n")) << wire;
  Rig rig;
  EXPECT_EQ(rig->putrequest("GET", "/ b").code, Errc::invalid_url);
  EXPECT_EQ(rig->putrequest("G T", "/").code, Errc::invalid_request);
}

// row: 1.3/host-value
TEST(HttpConnectionRequest, HostIsTheServersOrTheUrls) {
  const auto host_of = [](std::string_view server, std::string_view url) {
    const std::string wire = wire_of([&](HttpConnection& c) { return c.request("GET", url); }, {}, server);
    const size_t at = wire.find("Host: ") + 6;
    return wire.substr(at, wire.find("\r\n", at) - at);
  };
  EXPECT_EQ(host_of("Example.com", "/"), "Example.com");
  EXPECT_EQ(host_of("example.com:80", "/"), "example.com");
  EXPECT_EQ(host_of("example.com:8080", "/"), "example.com:8080");
  EXPECT_EQ(host_of("[fe80::1%eth0]", "/"), "[fe80::1]");
  EXPECT_EQ(host_of("[::1]:8080", "/"), "[::1]:8080");
  EXPECT_EQ(host_of("b\xc3\xbc"
                    "cher.example",
                    "/"),
            "xn--bcher-kva.example");
  EXPECT_EQ(host_of("example.com", "http://other:80/x"), "other:80");
  EXPECT_EQ(host_of("example.com", "HTTPS://other?x"), "other");
  EXPECT_EQ(host_of("example.com", "http://[fe80::1%25eth0]:81/"), "[fe80::1]:81");
  EXPECT_EQ(host_of("example.com", "/http://other/"), "example.com");
}

// row: 1.11/userinfo
TEST(HttpConnectionRequest, UserAndPasswordAreNotInHost) {
  const std::string wire = wire_of([](HttpConnection& c) { return c.request("GET", "http://u:p@other/"); });
  EXPECT_NE(wire.find("\r\nHost: other\r\n"), std::string::npos) << wire;
  Rig rig({}, "user:password@example.com");
  EXPECT_EQ(rig->request("GET", "/").code, Errc::invalid_url);
}

// row: 1.3/method-check
TEST(HttpConnectionRequest, AMethodIsAToken) {
  for (int byte = 0; byte < 256; ++byte) {
    Rig rig;
    const Error error = rig->request(std::string("G") + static_cast<char>(byte) + "T", "/");
    const bool good = std::isalnum(byte) != 0 || (byte != 0 && std::strchr("!#$%&'*+-.^_`|~", byte));
    EXPECT_EQ(error.code, good ? Errc::ok : Errc::invalid_request) << byte;
    EXPECT_EQ(error.detail, good ? 0u : 1u);
  }
  Rig rig;
  EXPECT_TRUE(rig->request("", "/"));
  EXPECT_EQ(rig->diagnosis(), "the method is empty");
  EXPECT_EQ(wire_of([](HttpConnection& c) { return c.request("purge", "/"); }).substr(0, 16),
            "purge / HTTP/1.1");
}

// row: 1.3/putheader
TEST(HttpConnectionRequest, SeveralValuesMakeAList) {
  EXPECT_EQ(wire_of([](HttpConnection& c) {
              EXPECT_FALSE(c.putrequest("GET", "/", {.skip_host = true, .skip_accept_encoding = true}));
              EXPECT_FALSE(c.putheader("X-List", "a", "b", "c"));
              EXPECT_FALSE(c.putheader("X-Number", 42));
              EXPECT_FALSE(c.putheader("X-Text", "caf\xc3\xa9\t!"));
              return c.endheaders();
            }),
            "GET / HTTP/1.1\r\nX-List: a, b, c\r\nX-Number: 42\r\nX-Text: caf\xc3\xa9\t!\r\n\r\n");
}

// row: 1.3/putheader, 1.11/nul
TEST(HttpConnectionRequest, NoLineBreakOrNulInAFieldReachesTheWire) {
  Rig rig;
  ASSERT_FALSE(rig->putrequest("GET", "/"));
  using std::string_view_literals::operator""sv;
  for (std::string_view bad : {"a\rb"sv, "a\nb"sv, "a\r\n b"sv, "a\0b"sv, "a\x7f"sv}) {
    const Error in_value = rig->putheader("X", bad);
    EXPECT_EQ(in_value.code, Errc::invalid_request);
    EXPECT_EQ(in_value.detail, 1u);
    EXPECT_NE(rig->diagnosis().find("at position 1 of the field value"), std::string_view::npos);
    EXPECT_EQ(rig->putheader(bad, "v").code, Errc::invalid_request);
    EXPECT_NE(rig->diagnosis().find("at position 1 of the field name"), std::string_view::npos);
  }
  EXPECT_EQ(rig->putheader("", "v").code, Errc::invalid_request);
  EXPECT_EQ(rig->putheader("a:b", "v").code, Errc::invalid_request);
  // What was refused is not there, and the request can go on.
  ASSERT_FALSE(rig->endheaders());
  EXPECT_EQ(rig.accept()->sent, "GET / HTTP/1.1\r\nHost: example.com\r\nAccept-Encoding: identity\r\n\r\n");
}

// row: 1.3/content-length
TEST(HttpConnectionRequest, FramingThatIsAdded) {
  const auto framing = [](std::string_view method, Body body) {
    const std::string wire =
        wire_of([&](HttpConnection& c) { return c.request(method, "/", std::move(body)); });
    const std::string_view common = "\r\nHost: example.com\r\nAccept-Encoding: identity\r\n";
    const size_t at = wire.find(common) + common.size();
    return wire.substr(at);
  };
  for (std::string_view method : {"POST", "PUT", "PATCH"})
    EXPECT_EQ(framing(method, {}), "Content-Length: 0\r\n\r\n");
  for (std::string_view method : {"GET", "HEAD", "DELETE", "OPTIONS"}) EXPECT_EQ(framing(method, {}), "\r\n");
  EXPECT_EQ(framing("GET", Body("")), "Content-Length: 0\r\n\r\n");
  EXPECT_EQ(framing("GET", Body("abc")), "Content-Length: 3\r\n\r\nabc");
  const std::string borrowed = "borrowed";
  EXPECT_EQ(framing("POST", Body::borrow(bytes_of(borrowed))), "Content-Length: 8\r\n\r\nborrowed");
}

// Lines gives one line at a time, and its length if it is told to.
struct Lines final : BodySource {
  explicit Lines(std::vector<std::string> l, std::optional<uint64_t> n = std::nullopt)
      : lines(std::move(l)), size(n) {}
  Pull pull(std::span<std::byte> out) override {
    if (at == lines.size()) return {0, State::end};
    const std::string& line = lines[at++];
    std::memcpy(out.data(), line.data(), line.size());
    return {line.size(), at == lines.size() ? State::end : State::more};
  }
  std::optional<uint64_t> length() const override { return size; }
  std::vector<std::string> lines;
  std::optional<uint64_t> size;
  size_t at = 0;
};

// row: 1.3/body-kinds, 1.3/content-length, 1.3/chunk-format
TEST(HttpConnectionRequest, ASourceGoesInChunksUnlessItKnowsItsLength) {
  Lines unknown({"hello world", "", "!"});
  EXPECT_EQ(
      wire_of([&](HttpConnection& c) { return c.request("GET", "/", Body::from(unknown)); }),
      "GET / HTTP/1.1\r\nHost: example.com\r\nAccept-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n"
      "B\r\nhello world\r\n1\r\n!\r\n0\r\n\r\n");
  Lines known({"ab", "c"}, 3);
  EXPECT_EQ(
      wire_of([&](HttpConnection& c) { return c.request("GET", "/", Body::from(known)); }),
      "GET / HTTP/1.1\r\nHost: example.com\r\nAccept-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc");
}

// row: 1.3/user-transfer-encoding
TEST(HttpConnectionRequest, WhoMakesTheChunks) {
  const Headers coded = fields({{"Transfer-Encoding", "chunked"}});
  const std::string head =
      "POST / HTTP/1.1\r\nHost: example.com\r\nAccept-Encoding: identity\r\nTransfer-Encoding: "
      "chunked\r\n\r\n";
  Lines plain({"abc"});
  EXPECT_EQ(wire_of([&](HttpConnection& c) {
              return c.request("POST", "/", Body::from(plain), coded, {.encode_chunked = true});
            }),
            head + "3\r\nabc\r\n0\r\n\r\n");
  EXPECT_EQ(wire_of([&](HttpConnection& c) {
              return c.request("POST", "/", "3;x=y\r\nabc\r\n0\r\nTrailer: t\r\n\r\n", coded);
            }),
            head + "3;x=y\r\nabc\r\n0\r\nTrailer: t\r\n\r\n");
}

// row: 1.3/user-transfer-encoding
TEST(HttpConnectionRequest, ChunksThatAreNoneDoNotReachTheWire) {
  const auto body_on_wire = [](std::string_view body) {
    Rig rig;
    EXPECT_FALSE(rig->request("POST", "/", std::string(body), fields({{"Transfer-Encoding", "chunked"}})));
    Got got;
    EXPECT_FALSE(rig->getresponse(got.callback()));
    auto wire = rig.accept();
    EXPECT_EQ(got.error.code, Errc::bad_chunk) << body;
    EXPECT_TRUE(wire->closed);
    return wire->sent.substr(wire->sent.find("\r\n\r\n") + 4);
  };
  EXPECT_EQ(body_on_wire("hello"), "");
  EXPECT_EQ(body_on_wire("3\r\nabcd\r\n0\r\n\r\n"), "");
  EXPECT_EQ(body_on_wire("0\r\n\r\nGET / HTTP/1.1\r\n\r\n"), "");
  EXPECT_EQ(body_on_wire("3\r\nabc"), "3\r\nabc") << "in order as far as it goes, but no last chunk";
}

// row: 1.3/user-both, 1.11/both-framings
TEST(HttpConnectionRequest, BothFramingsAreRefused) {
  Rig rig;
  const Error error =
      rig->request("POST", "/", "abc", fields({{"Content-Length", "3"}, {"Transfer-Encoding", "chunked"}}));
  EXPECT_EQ(error.code, Errc::invalid_request);
  EXPECT_EQ(rig->diagnosis(), "Content-Length and Transfer-Encoding exclude each other");
  EXPECT_EQ(rig->state(), HttpConnection::State::idle);
  rig.run();
  EXPECT_EQ(rig.connector.attempts, 0);
}

// row: 1.3/http10
TEST(HttpConnectionRequest, Http10HasNoHostAndNoChunks) {
  const HttpConnectionOptions http10{.version = HttpVersion::http10};
  EXPECT_EQ(wire_of([](HttpConnection& c) { return c.request("POST", "/", "abc"); }, http10),
            "POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc");
  Rig rig(http10);
  Lines unknown({"abc"});
  EXPECT_EQ(rig->request("POST", "/", Body::from(unknown)).code, Errc::invalid_request);
  EXPECT_EQ(rig->request("POST", "/", "abc", fields({{"Transfer-Encoding", "chunked"}})).code,
            Errc::invalid_request);
  EXPECT_EQ(rig->state(), HttpConnection::State::idle);
}

// row: 1.3/expect-continue
TEST(HttpConnectionRequest, ABodyWaitsForTheGoAhead) {
  Rig rig;
  ASSERT_FALSE(rig->request("POST", "/", "abc", fields({{"Expect", "100-continue"}})));
  Got got;
  ASSERT_FALSE(rig->getresponse(got.callback()));
  auto wire = rig.accept();
  EXPECT_EQ(wire->sent.find("abc"), std::string::npos);
  rig.deliver(wire, "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_TRUE(wire->sent.ends_with("\r\n\r\nabc"));
}

}  // namespace
}  // namespace godwit::testing
