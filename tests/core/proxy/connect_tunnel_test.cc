// SPDX-License-Identifier: MIT
#include "godwit/core/proxy/connect_tunnel.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace godwit::proxy {
namespace {

using State = ConnectTunnel::State;

// A tunnel to a.example:443 whose request was written.
ConnectTunnel asked(const Limits& limits = {}) {
  ConnectTunnel tunnel("a.example", 443, {}, limits);
  tunnel.wrote(tunnel.output().size());
  return tunnel;
}

std::string request_of(std::string_view host, uint16_t port, const Headers& headers = {}) {
  ConnectTunnel tunnel(host, port, headers, {});
  return std::string(text_of(tunnel.output()));
}

// row: 1.8/connect
TEST(ConnectTunnel, AsksInAuthorityForm) {
  EXPECT_EQ(request_of("a.example", 443), "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n");
  EXPECT_EQ(request_of("192.0.2.1", 80), "CONNECT 192.0.2.1:80 HTTP/1.1\r\nHost: 192.0.2.1:80\r\n\r\n");
  EXPECT_EQ(request_of("2001:db8::1", 443),
            "CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n\r\n");
  EXPECT_EQ(request_of("fe80::1%eth0", 443), "CONNECT [fe80::1]:443 HTTP/1.1\r\nHost: [fe80::1]:443\r\n\r\n");
}

TEST(ConnectTunnel, TheUsersFieldsFollowAndHisHostTakesThePlaceOfOurs) {
  Headers headers;
  ASSERT_FALSE(headers.add("Proxy-Authorization", "Basic dTpw"));
  ASSERT_FALSE(headers.add("X-Tag", "1"));
  EXPECT_EQ(request_of("a.example", 443, headers),
            "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n"
            "Proxy-Authorization: Basic dTpw\r\nX-Tag: 1\r\n\r\n");
  ASSERT_FALSE(headers.add("host", "b.example"));
  EXPECT_EQ(request_of("a.example", 443, headers),
            "CONNECT a.example:443 HTTP/1.1\r\n"
            "Proxy-Authorization: Basic dTpw\r\nX-Tag: 1\r\nhost: b.example\r\n\r\n");
}

TEST(ConnectTunnel, OutputIsWhatWasNotYetWritten) {
  ConnectTunnel tunnel("a.example", 443, {}, {});
  const std::string whole(text_of(tunnel.output()));
  tunnel.wrote(9);
  EXPECT_EQ(text_of(tunnel.output()), whole.substr(9));
  tunnel.wrote(whole.size() - 9);
  EXPECT_TRUE(tunnel.output().empty());
}

TEST(CheckTunnel, NamesTheByteAndItsPosition) {
  using namespace std::string_view_literals;
  struct Row {
    std::string_view host;
    uint32_t at;
    std::string_view sentence;
  };
  const Row rows[] = {
      {"a\r\nX: y"sv, 1, "byte 0x0D at position 1 of the tunnel's host is not allowed"},
      {"a.example\n"sv, 9, "byte 0x0A at position 9 of the tunnel's host is not allowed"},
      {"a\0b"sv, 1, "byte 0x00 at position 1 of the tunnel's host is not allowed"},
      {" a"sv, 0, "byte 0x20 at position 0 of the tunnel's host is not allowed"},
      {"a/b"sv, 1, "byte 0x2F at position 1 of the tunnel's host is not allowed"},
      {"u@a"sv, 1, "byte 0x40 at position 1 of the tunnel's host is not allowed"},
      {"[::1]"sv, 0, "byte 0x5B at position 0 of the tunnel's host is not allowed"},
      {"b\xc3\xbc"sv, 1, "byte 0xC3 at position 1 of the tunnel's host is not allowed"},
      {"a\x7f"sv, 1, "byte 0x7F at position 1 of the tunnel's host is not allowed"},
  };
  std::string diagnosis;
  for (const Row& row : rows) {
    const Error error = check_tunnel(row.host, {}, diagnosis);
    EXPECT_EQ(error.code, Errc::invalid_request) << row.host;
    EXPECT_EQ(error.detail, row.at);
    EXPECT_EQ(diagnosis, row.sentence);
  }
  for (const char* good : {"a.example", "192.0.2.1", "::1", "fe80::1%eth0", "xn--bcher-kva.example", "a_b"}) {
    EXPECT_FALSE(check_tunnel(good, {}, diagnosis)) << good;
    EXPECT_EQ(diagnosis, "");
  }
  EXPECT_EQ(check_tunnel("", {}, diagnosis).code, Errc::invalid_request);
  EXPECT_EQ(diagnosis, "the tunnel's host is empty");
}

TEST(CheckTunnel, FieldsThatWouldDesynchronise) {
  std::string diagnosis;
  for (const char* name : {"Content-Length", "transfer-encoding"}) {
    Headers headers;
    ASSERT_FALSE(headers.add(name, "5"));
    EXPECT_EQ(check_tunnel("a.example", headers, diagnosis).code, Errc::invalid_request);
    EXPECT_EQ(diagnosis, std::string("CONNECT carries no content, but ") + name + " announces some");
  }
  Headers hosts;
  ASSERT_FALSE(hosts.add("Host", "a"));
  EXPECT_FALSE(check_tunnel("a.example", hosts, diagnosis));
  ASSERT_FALSE(hosts.add("host", "b"));
  EXPECT_EQ(check_tunnel("a.example", hosts, diagnosis).code, Errc::invalid_request);
  EXPECT_EQ(diagnosis, "there is more than one Host field");
}

// Every answer is given whole and cut in two at every byte; the outcome must not depend on it.
template <class Check>
void at_every_split(std::string_view answer, Check check) {
  for (size_t cut = 0; cut <= answer.size(); ++cut) {
    ConnectTunnel tunnel = asked();
    size_t taken = tunnel.recv(bytes_of(answer.substr(0, cut)));
    if (tunnel.state() == State::asking) {
      EXPECT_EQ(taken, cut);
      taken += tunnel.recv(bytes_of(answer.substr(cut)));
    }
    SCOPED_TRACE(testing::Message() << "cut at " << cut << " of " << answer);
    check(tunnel, taken);
  }
}

TEST(ConnectTunnel, Any2xxOpensWhateverItsFieldsSay) {
  for (const std::string head : {
           "HTTP/1.1 200 Connection established\r\n\r\n",
           "HTTP/1.0 200 OK\r\nVia: p\r\n\r\n",
           "HTTP/1.1 204\r\nX: y\r\n\r\n",
           "HTTP/1.1 299 Fine\r\nContent-Length: 10\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
           "HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
       }) {
    at_every_split(head, [&](const ConnectTunnel& tunnel, size_t taken) {
      EXPECT_EQ(tunnel.state(), State::open);
      EXPECT_EQ(taken, head.size());
    });
  }
}

TEST(ConnectTunnel, P1_BytesBehindTheHeadBelongToTheTunnel) {
  const std::string head = "HTTP/1.1 200 OK\r\nVia: 1.1 p\r\n\r\n";
  const std::string answer = head + "HTTP/1.1 500 not for the proxy's client\r\n\r\n";
  at_every_split(answer, [&](const ConnectTunnel& tunnel, size_t taken) {
    EXPECT_EQ(tunnel.state(), State::open);
    EXPECT_EQ(taken, head.size());
    ASSERT_TRUE(tunnel.response());
    EXPECT_EQ(tunnel.response()->status, 200);
    EXPECT_EQ(tunnel.response()->version, 11);
    EXPECT_EQ(tunnel.response()->reason, "OK");
    EXPECT_EQ(tunnel.response()->headers.get("via"), "1.1 p");
    EXPECT_EQ(tunnel.response()->body, "");
  });
}

TEST(ConnectTunnel, P1_ARefusalKeepsStatusHeadAndPage) {
  const std::string pages[] = {
      "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: "
      "6\r\n\r\nsecret",
      "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n"
      "Transfer-Encoding: chunked\r\n\r\n2\r\nse\r\n4\r\ncret\r\n0\r\n\r\n",
  };
  for (const std::string& page : pages) {
    at_every_split(page, [](const ConnectTunnel& tunnel, size_t) {
      EXPECT_EQ(tunnel.state(), State::refused);
      EXPECT_EQ(tunnel.error().code, Errc::proxy_refused);
      EXPECT_EQ(tunnel.error().phase, Phase::proxy);
      EXPECT_EQ(tunnel.error().detail, 407u);
      EXPECT_EQ(tunnel.diagnosis(), "CONNECT a.example:443: refused with 407 Proxy Authentication Required");
      ASSERT_TRUE(tunnel.response());
      EXPECT_EQ(tunnel.response()->headers.get("proxy-authenticate"), "Basic");
      EXPECT_EQ(tunnel.response()->body, "secret");
    });
  }
}

TEST(ConnectTunnel, ARefusalWithoutAPageIsKnownAtOnce) {
  ConnectTunnel tunnel = asked();
  tunnel.recv(bytes_of("HTTP/1.1 403\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_EQ(tunnel.state(), State::refused);
  EXPECT_EQ(tunnel.diagnosis(), "CONNECT a.example:443: refused with 403");
}

TEST(ConnectTunnel, AnUnframedPageEndsWithTheConnection) {
  for (const std::string fields : {"", "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: +5\r\n",
                                   "Transfer-Encoding: gzip\r\n"}) {
    ConnectTunnel tunnel = asked();
    tunnel.recv(bytes_of("HTTP/1.1 502 Bad\r\n" + fields + "\r\nno route to"));
    EXPECT_EQ(tunnel.state(), State::asking) << fields;
    tunnel.recv(bytes_of(" it"));
    tunnel.recv_end("connection reset by peer");
    EXPECT_EQ(tunnel.state(), State::refused);
    EXPECT_EQ(tunnel.response()->body, "no route to it");
  }
}

TEST(ConnectTunnel, APageIsKeptUpToItsLimitAndNoLonger) {
  ConnectTunnel tunnel = asked();
  tunnel.recv(bytes_of("HTTP/1.1 503 Busy\r\nContent-Length: 99999999999\r\n\r\n"));
  const std::string piece(10'000, 'x');
  int pieces = 0;
  for (; tunnel.state() == State::asking && pieces < 100; ++pieces) tunnel.recv(bytes_of(piece));
  EXPECT_EQ(tunnel.state(), State::refused);
  EXPECT_EQ(pieces, 7);
  EXPECT_EQ(tunnel.response()->body.size(), ProxyResponse::kMaxBody);
}

TEST(ConnectTunnel, ABrokenPageIsARefusalAllTheSame) {
  ConnectTunnel tunnel = asked();
  tunnel.recv(bytes_of("HTTP/1.1 502 Bad\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nnonsense"));
  EXPECT_EQ(tunnel.state(), State::refused);
  EXPECT_EQ(tunnel.response()->body, "abc");
}

TEST(ConnectTunnel, P1_EveryTruncationSaysHowFarItCame) {
  const std::string answer = "HTTP/1.1 407 No\r\nContent-Length: 4\r\n\r\npage";
  const size_t head = answer.find("page");
  for (size_t size = 0; size < answer.size(); ++size) {
    for (const bool late : {false, true}) {
      ConnectTunnel tunnel = asked();
      tunnel.recv(bytes_of(std::string_view(answer).substr(0, size)));
      ASSERT_EQ(tunnel.state(), State::asking);
      if (late) {
        tunnel.expire();
      } else {
        tunnel.recv_end("");
      }
      if (size >= head) {
        EXPECT_EQ(tunnel.state(), State::refused);
        EXPECT_EQ(tunnel.response()->body, answer.substr(head, size - head));
        continue;
      }
      EXPECT_EQ(tunnel.state(), State::failed);
      EXPECT_FALSE(tunnel.response());
      EXPECT_EQ(tunnel.error().code, late ? Errc::proxy_timeout : Errc::proxy_failed);
      EXPECT_EQ(tunnel.error().received, size);
      EXPECT_EQ(tunnel.diagnosis(), std::string("CONNECT a.example:443: ") +
                                        (late        ? "no answer in time"
                                         : size == 0 ? "the connection ended before any byte of an answer"
                                                     : "the connection ended in the head of the answer"));
    }
  }
}

TEST(ConnectTunnel, TheReasonForTheEndIsTold) {
  ConnectTunnel tunnel = asked();
  tunnel.recv_end("connection reset by peer");
  EXPECT_EQ(
      tunnel.diagnosis(),
      "CONNECT a.example:443: the connection ended before any byte of an answer: connection reset by peer");
}

TEST(ConnectTunnel, P1_GarbageIsNamedAtItsByte) {
  struct Row {
    std::string_view answer;
    std::string_view what;
  };
  const Row rows[] = {
      {"SSH-2.0-OpenSSH_9.2\r\n",
       "the reply does not begin with HTTP/1. and one digit at byte 0 of the answer"},
      {"\x15\x03\x01\x02\x02\x16",
       "the reply does not begin with HTTP/1. and one digit at byte 0 of the answer"},
      {"HTTP/1.1 099 No\r\n\r\n",
       "the status code is not three digits from 100 to 999 at byte 9 of the answer"},
      {"HTTP/1.1 200 OK\r\na b: c\r\n\r\n",
       "a byte in a field name that no token may hold at byte 18 of the answer"},
      {"HTTP/1.1 200 OK\r\nA: b\n\r\n", "a line feed without its carriage return at byte 21 of the answer"},
      {"HTTP/1.1 101 Switching Protocols\r\n\r\n", "101 (Switching Protocols), which was not asked for"},
  };
  for (const Row& row : rows) {
    at_every_split(row.answer, [&](const ConnectTunnel& tunnel, size_t) {
      EXPECT_EQ(tunnel.state(), State::failed);
      EXPECT_EQ(tunnel.error().code, Errc::proxy_failed);
      EXPECT_EQ(tunnel.diagnosis(), "CONNECT a.example:443: " + std::string(row.what));
    });
  }
}

TEST(ConnectTunnel, ATunnelIsNotOpenBeforeItWasAskedForInFull) {
  ConnectTunnel tunnel("a.example", 443, {}, {});
  tunnel.wrote(10);
  tunnel.recv(bytes_of("HTTP/1.1 200 OK\r\n\r\n"));
  EXPECT_EQ(tunnel.state(), State::failed);
  EXPECT_EQ(tunnel.diagnosis(), "CONNECT a.example:443: it was granted before all of it was sent");
}

TEST(ConnectTunnel, BytesBeforeTheRequestAreNoAnswer) {
  ConnectTunnel tunnel("a.example", 443, {}, {});
  tunnel.recv(bytes_of("HTTP/1.1 200 OK\r\n\r\n"));
  EXPECT_EQ(tunnel.state(), State::failed);
  EXPECT_EQ(tunnel.diagnosis(), "CONNECT a.example:443: bytes arrived before it was sent");
}

TEST(ConnectTunnel, P1_AnEndlessHeadStopsAtItsLimit) {
  Limits limits;
  limits.max_head = 10'000;
  ConnectTunnel tunnel = asked(limits);
  tunnel.recv(bytes_of("HTTP/1.1 200 OK\r\n"));
  const std::string line = "A: " + std::string(100, 'x') + "\r\n";
  int lines = 0;
  for (; tunnel.state() == State::asking && lines < 10'000; ++lines) tunnel.recv(bytes_of(line));
  EXPECT_EQ(tunnel.state(), State::failed);
  EXPECT_LT(lines, 100);
  EXPECT_EQ(tunnel.diagnosis(),
            "CONNECT a.example:443: the lines together are longer than max_head at byte 10000 of the answer");
}

TEST(ConnectTunnel, P1_EndlessInterimAnswersStop) {
  Limits limits;
  limits.max_informational = 3;
  ConnectTunnel tunnel = asked(limits);
  for (int i = 0; i < 3; ++i) tunnel.recv(bytes_of("HTTP/1.1 102 Processing\r\n\r\n"));
  EXPECT_EQ(tunnel.state(), State::asking);
  tunnel.recv(bytes_of("HTTP/1.1 102 Processing\r\n\r\n"));
  EXPECT_EQ(tunnel.state(), State::failed);
  EXPECT_EQ(tunnel.diagnosis(), "CONNECT a.example:443: more interim answers than max_informational (3)");
}

TEST(ConnectTunnel, InterimHeadsShareTheBudgetOfTheFinalOne) {
  Limits limits;
  limits.max_head = 100;
  ConnectTunnel tunnel = asked(limits);
  tunnel.recv(bytes_of("HTTP/1.1 102 Processing\r\nA: " + std::string(50, 'x') + "\r\n\r\n"));
  EXPECT_EQ(tunnel.state(), State::asking);
  tunnel.recv(bytes_of("HTTP/1.1 200 OK\r\nA: bcdefgh\r\n\r\n"));
  EXPECT_EQ(tunnel.state(), State::failed);
}

TEST(ConnectTunnel, AStrangersReasonIsMadePrintable) {
  ConnectTunnel tunnel = asked();
  tunnel.recv(bytes_of("HTTP/1.1 403 n\xc3\xb6" + std::string(500, 'o') + "\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_EQ(tunnel.diagnosis(), "CONNECT a.example:443: refused with 403 n??" + std::string(77, 'o'));
}

}  // namespace
}  // namespace godwit::proxy
