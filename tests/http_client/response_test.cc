// SPDX-License-Identifier: MIT
// HttpResponse: its head, and a body that is read in every way there is.
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/tests/http_client/rig.h"

namespace godwit::testing {
namespace {

// Asked is a connection whose request is out and whose response was asked for.
struct Asked : Rig {
  explicit Asked(std::string_view method = "GET", HttpConnectionOptions options = {})
      : Rig(std::move(options)) {
    EXPECT_FALSE(connection->request(method, "/path?q"));
    EXPECT_FALSE(connection->getresponse(got.callback()));
    wire = accept();
  }
  HttpResponse& response() { return *got.response; }
  // read gives what a read of that size gets from what is there.
  ReadBack read(size_t size) {
    ReadBack back;
    EXPECT_FALSE(response().read(size, back.callback()));
    run();
    EXPECT_EQ(back.calls, 1);
    return back;
  }

  Got got;
  std::shared_ptr<Wire> wire;
};

std::string reply(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

// row: 1.5/attributes, 1.5/constructor, 1.5/getheader, 1.5/getheaders, 1.5/compat
TEST(HttpResponse, TheHead) {
  Asked asked;
  asked.deliver(asked.wire,
                "HTTP/1.1 404 Not  Found\r\nX-A: 1\r\nSet-Cookie: a=1\r\nx-a: 2\r\nSet-Cookie: b=2\r\n"
                "Content-Length: 10\r\n\r\n0123");
  HttpResponse& r = asked.response();
  EXPECT_EQ(r.status(), 404);
  EXPECT_EQ(r.code(), 404);
  EXPECT_EQ(r.getcode(), 404);
  EXPECT_EQ(r.reason(), "Not  Found");
  EXPECT_EQ(r.version(), 11);
  EXPECT_EQ(&r.msg(), &r.headers());
  EXPECT_EQ(&r.info(), &r.headers());
  EXPECT_EQ(r.getheader("X-a"), "1, 2");
  EXPECT_EQ(r.getheader("set-cookie"), "a=1") << "never joined";
  EXPECT_EQ(r.getheader("absent", "fallback"), "fallback");
  EXPECT_EQ(r.getheader("absent"), "");
  std::string list;
  for (const auto& [name, value] : r.getheaders()) list.append(name).append("=").append(value).append(";");
  EXPECT_EQ(list, "X-A=1;Set-Cookie=a=1;x-a=2;Set-Cookie=b=2;Content-Length=10;");
  EXPECT_EQ(r.geturl(), "/path?q");
  EXPECT_EQ(r.length(), 10u);
  EXPECT_FALSE(r.chunked());
  EXPECT_FALSE(r.will_close());
  EXPECT_FALSE(r.isclosed());
  EXPECT_FALSE(r.closed());
  EXPECT_FALSE(r.request_incomplete());
  EXPECT_EQ(r.remote(), "192.0.2.1:80");
  r.close();
  EXPECT_TRUE(r.closed());
  EXPECT_TRUE(r.isclosed());
  asked.run();
  EXPECT_TRUE(asked.wire->closed) << "the rest of the body is not wanted";
  EXPECT_EQ(r.status(), 404) << "it lives until a later response was handed out";
}

// row: 1.5/read
TEST(HttpResponse, ReadInPieces) {
  Asked asked;
  asked.deliver(asked.wire, reply("0123456789"));
  EXPECT_EQ(asked.read(4).text, "0123");
  EXPECT_EQ(asked.response().length(), 6u);
  EXPECT_EQ(asked.read(0).text, "");
  EXPECT_FALSE(asked.response().isclosed());
  EXPECT_EQ(asked.read(6).text, "456789");
  EXPECT_TRUE(asked.response().isclosed()) << "after the last byte";
  EXPECT_FALSE(asked.response().closed());
  EXPECT_EQ(asked.response().length(), 0u);
  const ReadBack after = asked.read(5);
  EXPECT_EQ(after.text, "");
  EXPECT_FALSE(after.error);
  EXPECT_TRUE(asked.connection->connected());
}

// row: 1.5/read
TEST(HttpResponse, EverySizeOfReadAndOfArrival) {
  const std::string body = "the quick brown fox jumps over";
  const std::string chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nthe qui\r\n17\r\nck brown fox jumps "
      "over\r\n0\r\n\r\n";
  for (const std::string& wire_text : {reply(body), chunked}) {
    for (size_t arrival = 1; arrival <= wire_text.size(); arrival += 5) {
      for (size_t size = 1; size <= body.size() + 1; size += 4) {
        Asked asked;
        std::string seen;
        bool ended = false;
        std::vector<size_t> sizes;
        std::function<void(Bytes, const Error&)> next = [&](Bytes bytes, const Error& e) {
          EXPECT_FALSE(e);
          seen += text_of(bytes);
          ended = bytes.empty();
          sizes.push_back(bytes.size());
          if (ended) return;
          EXPECT_FALSE(asked.response().read(size, [&](Bytes b, const Error& x) { next(b, x); }));
        };
        bool reading = false;
        for (size_t at = 0; at < wire_text.size(); at += arrival) {
          if (asked.wire->delegate == nullptr) break;
          asked.deliver(asked.wire, wire_text.substr(at, arrival));
          if (asked.got.calls == 1 && !std::exchange(reading, true)) {
            ASSERT_FALSE(asked.response().read(size, [&](Bytes b, const Error& x) { next(b, x); }));
            asked.run();
          }
        }
        EXPECT_EQ(seen, body) << "arrivals of " << arrival << ", reads of " << size;
        EXPECT_TRUE(ended);
        for (size_t i = 0; i + 2 < sizes.size(); ++i) EXPECT_EQ(sizes[i], size);
      }
    }
  }
}

// row: 1.5/read, 1.7/incomplete-read
TEST(HttpResponse, AShortBodyIsAnErrorAfterAllThatCame) {
  Asked asked;
  asked.deliver(asked.wire, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456");
  EXPECT_EQ(asked.read(4).text, "0123");
  ReadBack rest;
  ASSERT_FALSE(asked.response().read(6, rest.callback()));
  asked.run();
  EXPECT_EQ(rest.calls, 0);
  asked.wire->end();
  asked.run();
  EXPECT_EQ(rest.text, "456");
  EXPECT_EQ(rest.error.code, Errc::incomplete_read);
  EXPECT_EQ(rest.error.received, 7u);
  EXPECT_EQ(rest.error.expected, 10u);
  const ReadBack again = asked.read(1);
  EXPECT_EQ(again.error.code, Errc::incomplete_read) << "it does not become a good end";
}

// row: 1.5/chunked-short
TEST(HttpResponse, ABrokenChunkIsDeliveredAsFarAsItCame) {
  Asked asked;
  asked.deliver(asked.wire, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5\r\nde");
  EXPECT_TRUE(asked.response().chunked());
  EXPECT_EQ(asked.response().length(), std::nullopt);
  ReadBack all;
  ASSERT_FALSE(asked.response().read_all(1000, all.callback()));
  asked.run();
  asked.wire->end();
  asked.run();
  EXPECT_EQ(all.text, "abcde");
  EXPECT_EQ(all.error.code, Errc::incomplete_read);
}

// row: 1.5/read, 1.10/allocation
TEST(HttpResponse, ReadAllHasALimit) {
  {
    Asked asked;
    ReadBack all;
    asked.deliver(asked.wire, reply("0123456789"));
    ASSERT_FALSE(asked.response().read_all(10, all.callback()));
    asked.run();
    EXPECT_EQ(all.text, "0123456789");
    EXPECT_FALSE(all.error);
  }
  Asked asked;
  ReadBack all;
  asked.deliver(asked.wire, reply("0123456789"));
  ASSERT_FALSE(asked.response().read_all(9, all.callback()));
  asked.run();
  EXPECT_EQ(all.text, "012345678");
  EXPECT_EQ(all.error.code, Errc::body_too_large);
  EXPECT_EQ(asked.read(5).text, "9") << "the rest can still be read";
}

// row: 1.5/readinto
TEST(HttpResponse, ReadInto) {
  Asked asked;
  asked.deliver(asked.wire, "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nab");
  std::array<std::byte, 5> memory{};
  std::vector<std::pair<size_t, Errc>> told;
  const auto f = [&](size_t n, const Error& e) { told.emplace_back(n, e.code); };
  ASSERT_FALSE(asked.response().readinto(memory, f));
  asked.run();
  EXPECT_TRUE(told.empty());
  asked.deliver(asked.wire, "cdef");
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0], std::pair(size_t{5}, Errc::ok));
  EXPECT_EQ(text_of(memory), "abcde");
  ASSERT_FALSE(asked.response().readinto(memory, f));
  asked.run();
  asked.wire->end();
  asked.run();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[1], std::pair(size_t{1}, Errc::incomplete_read));
  EXPECT_EQ(text_of(Bytes(memory).first(1)), "f");
}

// row: 1.5/read1
TEST(HttpResponse, Read1TakesWhatIsThere) {
  Asked asked;
  asked.deliver(asked.wire, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
  ReadBack back;
  ASSERT_FALSE(asked.response().read1(100, back.callback()));
  asked.run();
  EXPECT_EQ(back.text, "abc");
  ASSERT_FALSE(asked.response().read1(2, back.callback()));
  asked.run();
  EXPECT_EQ(back.calls, 1) << "there is nothing";
  asked.deliver(asked.wire, "defg");
  EXPECT_EQ(back.text, "de");
}

// row: 1.5/peek
TEST(HttpResponse, PeekLeavesTheBytes) {
  Asked asked;
  asked.deliver(asked.wire, reply("abcdef"));
  ReadBack back;
  for (int i = 0; i < 2; ++i) {
    ASSERT_FALSE(asked.response().peek(3, back.callback()));
    asked.run();
    EXPECT_EQ(back.text, "abc");
    EXPECT_EQ(asked.response().length(), 6u);
  }
  EXPECT_EQ(asked.read(6).text, "abcdef");
  ASSERT_FALSE(asked.response().peek(3, back.callback()));
  asked.run();
  EXPECT_EQ(back.text, "");
}

// row: 1.5/readline
TEST(HttpResponse, ReadLines) {
  Asked asked;
  asked.deliver(asked.wire, reply("one\n\ntwo three\nlast"));
  std::vector<std::string> lines;
  ReadBack back;
  for (int i = 0; i < 6; ++i) {
    ASSERT_FALSE(asked.response().readline(6, back.callback()));
    asked.run();
    lines.push_back(back.text);
  }
  EXPECT_EQ(lines, (std::vector<std::string>{"one\n", "\n", "two th", "ree\n", "last", ""}));
}

// row: 1.2/blocksize
TEST(HttpResponse, APushedBodyComesInBlocks) {
  for (const size_t blocksize : {size_t{1}, size_t{4}, size_t{10}, size_t{64}}) {
    Asked asked("GET", {.blocksize = blocksize});
    std::string seen;
    std::vector<size_t> sizes;
    Error end{.code = Errc::invalid_state};
    int ends = 0;
    asked.deliver(asked.wire, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n012");
    asked.response()
        .on_body([&](HttpResponse&, Bytes block) {
          seen += text_of(block);
          sizes.push_back(block.size());
        })
        .on_done([&](HttpResponse& r, const Error& e) {
          ++ends;
          end = e;
          EXPECT_TRUE(r.isclosed());
        });
    EXPECT_TRUE(seen.empty()) << "never from inside the call";
    asked.run();
    asked.deliver(asked.wire, "3456789");
    EXPECT_EQ(seen, "0123456789");
    EXPECT_EQ(ends, 1);
    EXPECT_FALSE(end);
    for (size_t i = 0; i + 1 < sizes.size(); ++i) EXPECT_EQ(sizes[i], blocksize);
    EXPECT_EQ(sizes.size(), (10 + blocksize - 1) / blocksize);
  }
}

TEST(HttpResponse, APushedBodyPausesBeforeTheNextBlock) {
  Asked asked("GET", {.blocksize = 2});
  std::string seen;
  int ends = 0;
  asked.deliver(asked.wire, reply("abcdef"));
  asked.response()
      .on_body([&](HttpResponse& r, Bytes block) {
        seen += text_of(block);
        r.pause();
      })
      .on_done([&](HttpResponse&, const Error&) { ++ends; });
  for (const std::string_view expected : {"ab", "abcd", "abcdef"}) {
    asked.run();
    EXPECT_EQ(seen, expected);
    EXPECT_EQ(ends, 0);
    asked.response().resume();
  }
  asked.run();
  EXPECT_EQ(ends, 1);
}

TEST(HttpResponse, WhatWasReadIsNotPushedAgain) {
  Asked asked;
  std::string seen;
  asked.deliver(asked.wire, reply("headrest"));
  EXPECT_EQ(asked.read(4).text, "head");
  asked.response().on_body([&](HttpResponse&, Bytes block) { seen += text_of(block); });
  asked.run();
  EXPECT_EQ(seen, "rest");
  ReadBack back;
  EXPECT_EQ(asked.response().read(1, back.callback()).code, Errc::invalid_state) << "the body is pushed";
}

TEST(HttpResponse, OneReadAtATime) {
  Asked asked;
  asked.deliver(asked.wire, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
  ReadBack first;
  ReadBack second;
  ASSERT_FALSE(asked.response().read(4, first.callback()));
  EXPECT_EQ(asked.response().read(4, second.callback()).code, Errc::invalid_state);
  asked.run();
  asked.deliver(asked.wire, "abcd");
  EXPECT_EQ(first.text, "abcd");
  EXPECT_EQ(second.calls, 0);
}

TEST(HttpResponse, NothingIsReadFromThePeerWhileNobodyAsks) {
  Asked asked;
  asked.deliver(asked.wire, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
  EXPECT_FALSE(asked.wire->reading);
  ReadBack back;
  ASSERT_FALSE(asked.response().read(10, back.callback()));
  asked.run();
  EXPECT_TRUE(asked.wire->reading);
  asked.deliver(asked.wire, std::string(20, 'x'));
  EXPECT_EQ(back.text.size(), 10u);
  EXPECT_FALSE(asked.wire->reading);
}

// row: 1.5/no-body
TEST(HttpResponse, ResponsesWithoutABodyAreClosedAtOnce) {
  const auto closed = [](std::string_view method, std::string_view text) {
    Asked asked(method);
    asked.deliver(asked.wire, text);
    EXPECT_EQ(asked.got.calls, 1) << text;
    EXPECT_EQ(asked.response().length(), 0u);
    EXPECT_TRUE(asked.response().isclosed());
    EXPECT_EQ(asked.read(1).text, "");
    EXPECT_TRUE(asked.connection->connected()) << text;
  };
  closed("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
  closed("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  closed("GET", "HTTP/1.1 204 No Content\r\n\r\n");
  closed("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n");
  closed("GET", "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n");
}

// row: 1.11/304-chunked
TEST(HttpResponse, A304ThatSaysChunkedHasNoBody) {
  Asked asked;
  asked.deliver(asked.wire, "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(asked.got.status, 304);
  EXPECT_TRUE(asked.response().isclosed());
}

// row: 1.5/will-close, 1.5/version
TEST(HttpResponse, WillClose) {
  const auto will_close = [](std::string_view head) {
    Asked asked;
    asked.deliver(asked.wire, head);
    EXPECT_EQ(asked.got.calls, 1) << head;
    return asked.response().will_close();
  };
  EXPECT_FALSE(will_close("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"));
  EXPECT_TRUE(will_close("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n"));
  EXPECT_TRUE(will_close("HTTP/1.1 200 OK\r\n\r\n"));
  EXPECT_TRUE(will_close("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n"));
  EXPECT_FALSE(will_close("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\n"));
  EXPECT_FALSE(will_close("HTTP/1.0 200 OK\r\nKeep-Alive: timeout=5\r\nContent-Length: 1\r\n\r\n"));
}

// row: 1.11/not-closed
TEST(HttpResponse, CloseIsAToken) {
  Asked asked;
  asked.deliver(asked.wire, "HTTP/1.1 200 OK\r\nConnection: not-closed\r\nContent-Length: 1\r\n\r\na");
  EXPECT_FALSE(asked.response().will_close());
}

// row: 1.5/chunked, 1.5/chunk-parsing, 1.10/missing
TEST(HttpResponse, TrailersAfterTheEnd) {
  Asked asked;
  asked.deliver(asked.wire,
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 9\r\n\r\n");
  ReadBack all;
  ASSERT_FALSE(asked.response().read_all(100, all.callback()));
  asked.run();
  EXPECT_EQ(all.text, "abc");
  EXPECT_EQ(asked.response().trailers().get("x-sum"), "9");
}

// row: 1.5/informational, 1.11/103-final
TEST(HttpResponse, InterimResponsesAreToldAndPassedOver) {
  Rig rig;
  std::string seen;
  rig->on_informational([&](const InterimResponse& r) {
    seen += std::to_string(r.status);
    if (auto link = r.headers.get("link")) seen.append(*link);
    seen += ' ';
  });
  Got got;
  ASSERT_FALSE(rig->request("GET", "/"));
  ASSERT_FALSE(rig->getresponse(got.callback()));
  rig.deliver(rig.accept(),
              "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
              "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(seen, "102 103</a> ");
  EXPECT_EQ(got.calls, 1);
  EXPECT_EQ(got.status, 200);
}

// row: 1.7/bad-status-line, 1.7/unknown-protocol, 1.11/gzip-chunked, 1.7/line-too-long
TEST(HttpResponse, AHeadThatIsNoneIsToldInsteadOfAResponse) {
  const auto told = [](std::string_view head) {
    Asked asked("GET", {.limits = {.max_line = 100}});
    asked.deliver(asked.wire, head);
    EXPECT_EQ(asked.got.calls, 1) << head;
    EXPECT_EQ(asked.got.status, 0);
    EXPECT_EQ(asked.response().headers().size(), 0u);
    EXPECT_TRUE(asked.wire->closed);
    return asked.got.error.code;
  };
  EXPECT_EQ(told("HTTP/1.1 2x0 OK\r\n\r\n"), Errc::bad_status_line);
  EXPECT_EQ(told("HTTP/2.0 200 OK\r\n\r\n"), Errc::unknown_protocol);
  EXPECT_EQ(told("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\nContent-Length: 5\r\n\r\n"),
            Errc::bad_transfer_encoding);
  EXPECT_EQ(told("HTTP/1.1 200 OK\r\nX: " + std::string(100, 'x') + "\r\n\r\n"), Errc::line_too_long);
}

// row: 1.10/3.15, 1.1/maxheaders
TEST(HttpResponse, LimitsOfOneConnection) {
  const Limits limits{.max_head = 200, .max_fields = 3, .max_informational = 2};
  const auto told = [&](std::string_view text) {
    Asked asked("GET", {.limits = limits});
    asked.deliver(asked.wire, text);
    EXPECT_EQ(asked.got.calls, 1) << text;
    if (asked.got.status == 0) return asked.got.error.code;
    ReadBack all;
    EXPECT_FALSE(asked.response().read_all(100, all.callback()));
    asked.run();
    EXPECT_EQ(all.calls, 1);
    return all.error.code;
  };
  const std::string three = "A: 1\r\nB: 2\r\nContent-Length: 0\r\n";
  EXPECT_EQ(told("HTTP/1.1 200 OK\r\n" + three + "\r\n"), Errc::ok);
  EXPECT_EQ(told("HTTP/1.1 200 OK\r\n" + three + "D: 4\r\n\r\n"), Errc::too_many_fields);
  EXPECT_EQ(told("HTTP/1.1 200 OK\r\nA: " + std::string(200, 'x') + "\r\n\r\n"), Errc::head_too_large);
  const std::string hint = "HTTP/1.1 103 Hi\r\n\r\n";
  EXPECT_EQ(told(hint + hint + "HTTP/1.1 204 No\r\n\r\n"), Errc::ok);
  EXPECT_EQ(told(hint + hint + hint + "HTTP/1.1 204 No\r\n\r\n"), Errc::too_many_informational);
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
  EXPECT_EQ(told(chunked + "A: 1\r\nB: 2\r\nC: 3\r\n\r\n"), Errc::ok);
  EXPECT_EQ(told(chunked + "A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n"), Errc::too_many_fields);
}

// row: 1.5/informational, 1.5/fileno
TEST(HttpResponse, DetachAfterAnUpgrade) {
  Rig rig;
  Stream stream;
  Headers headers;
  ASSERT_FALSE(headers.add("Connection", "upgrade"));
  ASSERT_FALSE(headers.add("Upgrade", "echo"));
  ASSERT_FALSE(rig->request("GET", "/", {}, headers));
  ASSERT_FALSE(rig->getresponse([&](HttpResponse& r, const Error& e) {
    EXPECT_FALSE(e);
    EXPECT_EQ(r.status(), 101);
    EXPECT_EQ(r.getheader("Upgrade"), "echo");
    EXPECT_EQ(r.length(), 0u);
    stream = r.detach();
  }));
  auto wire = rig.accept();
  rig.deliver(wire, "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nx");
  EXPECT_TRUE(stream);
  EXPECT_FALSE(wire->closed);
  stream.close();
  rig.run();
  EXPECT_TRUE(wire->closed);
}

// row: 1.5/fileno
TEST(HttpResponse, DetachAfterConnectHandsOverWhatCameBehindTheHead) {
  Rig rig;
  Stream stream;
  std::string seen;
  ASSERT_FALSE(rig->request("CONNECT", "inner:443"));
  ASSERT_FALSE(rig->getresponse([&](HttpResponse& r, const Error& e) {
    EXPECT_FALSE(e);
    EXPECT_EQ(r.status(), 200);
    EXPECT_TRUE(r.isclosed());
    stream = r.detach();
  }));
  auto wire = rig.accept();
  EXPECT_TRUE(wire->sent.starts_with("CONNECT inner:443 HTTP/1.1\r\n"));
  rig.deliver(wire, "HTTP/1.1 200 OK\r\n\r\nhello");
  ASSERT_TRUE(stream);
  stream.on_bytes([&](Bytes bytes) { seen += text_of(bytes); }).read(true);
  rig.run();
  EXPECT_EQ(seen, "hello");
  Rig::take(wire);
  EXPECT_EQ(stream.write(bytes_of("raw")), 3u);
  EXPECT_EQ(wire->sent, "raw");
  EXPECT_FALSE(rig->connected());
  stream.close();
  rig.run();
}

TEST(HttpResponse, ThePeerIsThatOfTheConnectionItCameOver) {
  Rig rig;
  for (const char* version : {"TLSv1.3", "TLSv1.2", ""}) {
    rig.connector.tls.reset();
    if (*version) rig.connector.tls = TlsInfo{.version = version};
    std::shared_ptr<Wire> wire;
    for (int i = 0; i < 4; ++i) {
      Got got;
      ASSERT_FALSE(rig->request("GET", "/"));
      ASSERT_FALSE(rig->getresponse(got.callback()));
      if (!wire) wire = rig.accept();
      rig.run();
      rig.deliver(wire, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      ASSERT_EQ(got.status, 200) << got.message;
      EXPECT_EQ(got.response->reused(), i != 0);
      EXPECT_EQ(got.response->remote(), "192.0.2.1:80");
      EXPECT_EQ(got.response->tls() ? got.response->tls()->version : "", version);
    }
    rig->close();
    rig.run();
    Got failed;
    ASSERT_FALSE(rig->request("GET", "/"));
    ASSERT_FALSE(rig->getresponse(failed.callback()));
    rig.run();
    rig.connector.refuse({.code = Errc::connect_failed, .phase = Phase::connect}, {});
    rig.run();
    EXPECT_EQ(failed.error.code, Errc::connect_failed);
    EXPECT_EQ(failed.response->remote(), "");
    EXPECT_EQ(failed.response->tls(), nullptr);
  }
}

}  // namespace
}  // namespace godwit::testing
