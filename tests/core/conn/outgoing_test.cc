// SPDX-License-Identifier: MIT
// What was decided about a request holds for the next that is the same, and for no other.
#include "godwit/core/conn/outgoing.h"

#include <functional>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "godwit/tests/core/conn/rig.h"

namespace godwit::testing {
namespace {

constexpr std::string_view kReply = "HTTP/1.1 204 No Content\r\n\r\n";

Request plain() {
  Request request;
  request.url = "http://host.example/path?query";
  (void)request.headers.add("X-Field", "value");
  return request;
}

// Rounds sends requests over one connection, one after the other, and says what each looked like.
struct Rounds {
  std::string send(const Request& request) {
    if (wire) wire->sent.clear();
    recorder.done = 0;
    rig.table.start(request, &recorder);
    rig.run();
    if (rig.connector.pending() != 0) wire = rig.accept();
    if (recorder.done != 0) return recorder.message;
    std::string sent = wire->sent;
    rig.deliver(*wire, kReply);
    EXPECT_EQ(recorder.error.code, Errc::ok) << recorder.message;
    return sent;
  }

  Recorder recorder;
  Rig rig;
  std::shared_ptr<Wire> wire;
};

TEST(Outgoing, ARequestThatDiffersIsDecidedAnew) {
  const std::string first =
      "GET /path?query HTTP/1.1\r\nHost: host.example\r\nAccept-Encoding: identity\r\nX-Field: value\r\n\r\n";
  const auto with = [&first](std::string_view old, std::string_view now) {
    std::string text = first;
    return text.replace(text.find(old), old.size(), now);
  };
  struct Row {
    std::function<void(Request&)> change;
    std::string sent;
  };
  const Row rows[] = {
      {[](Request&) {}, first},
      {[](Request& r) { r.url += "&more"; }, with("query", "query&more")},
      {[](Request& r) { r.method = "HEAD"; }, with("GET", "HEAD")},
      {[](Request& r) { (void)r.headers.add("Y", "2"); }, with("value\r\n", "value\r\nY: 2\r\n")},
      {[](Request& r) { (void)r.headers.set("X-Field", "eulav"); }, with("value", "eulav")},
      {[](Request& r) { r.headers.clear(); }, with("X-Field: value\r\n", "")},
      {[](Request& r) { r.target = "*"; }, with("/path?query", "*")},
      {[](Request& r) { r.body = "12"; }, with("identity\r\n", "identity\r\nContent-Length: 2\r\n") + "12"},
      {[](Request& r) { r.url = "http://host.example/a/../b"; }, with("/path?query", "/b")},
      {[](Request& r) { r.url = "http://host.example:x"; }, "invalid-url: the port is not a number"},
      {[](Request& r) { r.tls_profile = "none"; }, "invalid-option: there is no TLS profile \"none\""},
      {[](Request& r) { r.target = "/ /"; },
       "invalid-request: byte 0x20 at position 1 of the request target is not allowed"},
  };
  Rounds rounds;
  EXPECT_EQ(rounds.send(plain()), first);
  for (const Row& row : rows) {
    Request request = plain();
    row.change(request);
    // Twice, since the second is like the first; then the plain one, to begin from there.
    for (int i = 0; i < 2; ++i) {
      const std::string sent = rounds.send(request);
      if (row.sent.starts_with("invalid")) {
        EXPECT_TRUE(sent.starts_with(row.sent.substr(0, row.sent.find(':')))) << sent;
      } else {
        EXPECT_EQ(sent, row.sent);
      }
    }
    EXPECT_EQ(rounds.send(plain()), first);
  }
}

TEST(Outgoing, DotSegmentsAndVersionsAreLookedAt) {
  Rounds rounds;
  Request request;
  request.url = "http://host.example/a/../b";
  EXPECT_TRUE(rounds.send(request).starts_with("GET /b HTTP/1.1\r\n"));
  request.path_as_is = true;
  EXPECT_TRUE(rounds.send(request).starts_with("GET /a/../b HTTP/1.1\r\n"));
  request.version = HttpVersion::http10;
  rounds.rig.table.start(request, &rounds.recorder);
  rounds.wire->sent.clear();
  rounds.rig.run();
  EXPECT_TRUE(rounds.wire->sent.starts_with("GET /a/../b HTTP/1.0\r\n"));
}

TEST(Outgoing, AnotherProxyIsAnotherWay) {
  Rounds rounds;
  Request request = plain();
  rounds.send(request);
  request.proxy = "http://proxy.example:3128";
  const std::string forwarded = rounds.send(request);
  EXPECT_TRUE(forwarded.starts_with("GET http://host.example/path?query HTTP/1.1\r\n")) << forwarded;
  EXPECT_EQ(rounds.rig.connector.attempts, 2);
  // The first connection serves it again.
  request.proxy = "";
  rounds.wire = rounds.rig.connector.wires.front();
  EXPECT_TRUE(rounds.send(request).starts_with("GET /path?query HTTP/1.1\r\n"));
}

TEST(Outgoing, TimeoutsAreTakenFromEachRequest) {
  Rounds rounds;
  Request request = plain();
  rounds.send(request);
  request.total_timeout = std::chrono::milliseconds(50);
  rounds.rig.table.start(request, &rounds.recorder);
  rounds.rig.run();
  rounds.rig.scheduler.advance(60);
  rounds.rig.run();
  EXPECT_EQ(rounds.recorder.error.code, Errc::total_timeout);
}

TEST(Outgoing, OneThatIsPreparedServesSeveralExchangesAtOnce) {
  Recorder one, two, three;
  Rig rig;
  conn::Outgoing outgoing;
  outgoing.take(plain());
  rig.table.prepare(outgoing);
  rig.table.start(outgoing, &one);
  rig.table.start(outgoing, &two);
  const auto first = rig.accept();
  const auto second = rig.accept();
  EXPECT_EQ(first->sent, second->sent);
  EXPECT_TRUE(first->sent.starts_with("GET /path?query HTTP/1.1\r\n")) << first->sent;
  rig.deliver(*first, kReply);
  rig.deliver(*second, kReply);
  rig.table.start(outgoing, &three);
  rig.run();
  rig.deliver(*second, kReply);
  EXPECT_EQ(one.done + two.done + three.done, 3);
  EXPECT_EQ(three.error.code, Errc::ok);
  EXPECT_TRUE(three.reused);
}

TEST(Outgoing, WhatIsPreparedAndCannotBeSentSaysSoEachTime) {
  Recorder one, two;
  Rig rig;
  conn::Outgoing outgoing;
  Request request;
  request.url = "ftp://host.example/";
  outgoing.take(std::move(request));
  rig.table.prepare(outgoing);
  for (Recorder* recorder : {&one, &two}) {
    rig.table.start(outgoing, recorder);
    EXPECT_EQ(recorder->done, 0);
    rig.run();
    EXPECT_EQ(recorder->error.code, Errc::unsupported_scheme);
    EXPECT_EQ(recorder->message, one.message);
  }
}

}  // namespace
}  // namespace godwit::testing
