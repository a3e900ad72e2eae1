// SPDX-License-Identifier: MIT
// Requests sent ahead: which connection gets them, and what becomes of those whose turn never comes.
#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "godwit/tests/core/conn/rig.h"

namespace godwit::testing {
namespace {

constexpr std::string_view kEmpty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

std::string replies(size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += kEmpty;
  return out;
}

// Ahead is a client whose requests to one host share one connection, which has served one by now.
struct Ahead : ::testing::Test {
  explicit Ahead(ClientOptions options = {.max_connections_per_host = 1, .pipeline_depth = 4})
      : rig(std::move(options)) {
    rig.get("http://a.example/warm", warm);
    wire = rig.accept();
    rig.deliver(*wire, kEmpty);
    wire->sent.clear();
  }
  Recorder& send(std::string method, std::string path, std::string_view field = {}) {
    Request request;
    request.method = std::move(method);
    request.url = "http://a.example" + path;
    if (!field.empty()) {
      EXPECT_FALSE(request.headers.add(field, "x"));
    }
    last = &rig.send(std::move(request), recorders.emplace_back());
    return recorders.back();
  }
  Recorder& get(std::string path) { return send("GET", std::move(path)); }
  bool sent(std::string_view text) const { return wire->sent.find(text) != std::string::npos; }
  size_t count(std::string_view text) const {
    size_t n = 0;
    for (size_t at = wire->sent.find(text); at != std::string::npos; at = wire->sent.find(text, at + 1)) ++n;
    return n;
  }

  Recorder warm;
  std::deque<Recorder> recorders;
  Rig rig;
  std::shared_ptr<Wire> wire;
  Response* last = nullptr;
};

TEST_F(Ahead, AsManyAsTheDepthSaysGoOutInOneWrite) {
  for (int i = 0; i < 6; ++i) get("/" + std::to_string(i));
  const size_t writes = wire->writes;
  rig.run();
  EXPECT_EQ(wire->writes, writes + 1);
  EXPECT_EQ(count("GET /"), 4u);
  rig.deliver(*wire, replies(2));
  EXPECT_EQ(count("GET /"), 6u) << "each response makes room for another";
  rig.deliver(*wire, replies(4));
  for (Recorder& r : recorders) EXPECT_EQ(r.error.code, Errc::ok);
  EXPECT_EQ(rig.connector.attempts, 1);
  EXPECT_EQ(rig.pool.idle_connections(), 1u);
}

TEST_F(Ahead, ADepthOfOneSendsNothingAhead) {
  Recorder a, b, c;
  Rig one({.max_connections_per_host = 1});
  one.get("http://a.example/a", a);
  auto w = one.accept();
  one.deliver(*w, kEmpty);
  one.get("http://a.example/b", b);
  one.get("http://a.example/c", c);
  one.run();
  EXPECT_EQ(w->sent.find("GET /c"), std::string::npos);
  one.deliver(*w, kEmpty);
  EXPECT_NE(w->sent.find("GET /c"), std::string::npos);
  one.deliver(*w, kEmpty);
}

TEST_F(Ahead, ResponsesAndTheirTimesAreEachRequestsOwn) {
  Recorder& a = get("/a");
  Recorder& b = get("/b");
  rig.run();
  rig.scheduler.advance(10);
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 404 No");
  rig.scheduler.advance(10);
  rig.deliver(*wire, "\r\nContent-Length: 1\r\n\r\nb");
  EXPECT_EQ(a.body, "a");
  EXPECT_EQ(b.body, "b");
  EXPECT_EQ(a.log[0], "head 200");
  EXPECT_EQ(b.log[0], "head 404");
  EXPECT_EQ(a.timing.first_byte, 10'000'000u);
  EXPECT_EQ(b.timing.first_byte, 10'000'000u) << "its head came in two pieces";
  EXPECT_EQ(b.timing.total, 20'000'000u);
}

TEST_F(Ahead, ConnectionsAreMadeBeforeRequestsShareThem) {
  Rig two({.max_connections_per_host = 2, .pipeline_depth = 4});
  Recorder warm_one, a, b, c, d;
  two.get("http://a.example/warm", warm_one);
  auto first = two.accept();
  two.deliver(*first, kEmpty);
  two.get("http://a.example/a", a);
  two.get("http://a.example/b", b);
  two.run();
  EXPECT_EQ(two.connector.attempts, 2);
  EXPECT_EQ(first->sent.find("GET /b"), std::string::npos);
  two.get("http://a.example/c", c);
  two.run();
  EXPECT_NE(first->sent.find("GET /c"), std::string::npos) << "nobody is to wait for a third";
  auto second = two.accept();
  two.get("http://a.example/d", d);
  two.run();
  EXPECT_NE(first->sent.find("GET /d"), std::string::npos) << "the second has not shown what it speaks";
  two.deliver(*first, replies(3));
  two.deliver(*second, kEmpty);
  for (Recorder* r : {&a, &b, &c, &d}) EXPECT_EQ(r->error.code, Errc::ok);
}

TEST_F(Ahead, TheyTakeTurnsAmongConnections) {
  Rig two({.max_connections_per_host = 2, .pipeline_depth = 8});
  std::deque<Recorder> r(8);
  two.get("http://a.example/x", r[0]);
  two.get("http://a.example/y", r[1]);
  auto first = two.accept();
  auto second = two.accept();
  two.deliver(*first, kEmpty);
  two.deliver(*second, kEmpty);
  first->sent.clear();
  second->sent.clear();
  for (size_t i = 2; i < 8; ++i) two.get("http://a.example/" + std::to_string(i), r[i]);
  two.run();
  EXPECT_EQ(std::count(first->sent.begin(), first->sent.end(), '/'), 6) << first->sent;
  EXPECT_EQ(std::count(second->sent.begin(), second->sent.end(), '/'), 6) << second->sent;
  two.deliver(*first, replies(3));
  two.deliver(*second, replies(3));
  for (Recorder& one : r) EXPECT_EQ(one.error.code, Errc::ok);
}

TEST_F(Ahead, WhatMustNotShareWaitsForAnIdleConnectionAndIsNotOvertaken) {
  Recorder& a = get("/a");
  Recorder& post = send("POST", "/post");
  Recorder& b = get("/b");
  rig.run();
  EXPECT_FALSE(sent("POST /post"));
  EXPECT_FALSE(sent("GET /b")) << "it asked later";
  rig.deliver(*wire, kEmpty);
  EXPECT_TRUE(sent("POST /post"));
  EXPECT_FALSE(sent("GET /b"));
  rig.deliver(*wire, kEmpty);
  EXPECT_TRUE(sent("GET /b"));
  rig.deliver(*wire, kEmpty);
  for (Recorder* r : {&a, &post, &b}) EXPECT_EQ(r->error.code, Errc::ok);
}

TEST_F(Ahead, NorDoesAnUpgradeShare) {
  get("/a");
  send("GET", "/upgrade", "Upgrade");
  rig.run();
  EXPECT_FALSE(sent("GET /upgrade"));
  rig.deliver(*wire, replies(1));
  EXPECT_TRUE(sent("GET /upgrade"));
  rig.deliver(*wire, replies(1));
}

TEST_F(Ahead, WhoseTurnNeverCameIsSentAgainAlone) {
  Recorder& a = get("/a");
  Recorder& b = get("/b");
  Recorder& c = get("/c");
  rig.run();
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(a.error.code, Errc::ok);
  EXPECT_EQ(b.done + c.done, 0);
  wire = rig.accept();
  EXPECT_TRUE(sent("GET /b"));
  rig.deliver(*wire, kEmpty);
  EXPECT_EQ(b.error.code, Errc::ok);
  EXPECT_TRUE(sent("GET /c"));
  rig.deliver(*wire, kEmpty);
  EXPECT_EQ(c.error.code, Errc::ok);
  EXPECT_EQ(rig.connector.attempts, 2);
}

TEST_F(Ahead, OnceOnly) {
  Recorder& a = get("/a");
  Recorder& b = get("/b");
  rig.run();
  wire->end();
  rig.run();
  // The first found its kept connection dead, the second lost its turn; neither is sent a third time over
  // a connection that was new.
  for (int i = 0; i < 2; ++i) {
    auto fresh = rig.accept();
    fresh->end();
    rig.run();
  }
  EXPECT_EQ(a.error.code, Errc::remote_disconnected);
  EXPECT_EQ(b.error.code, Errc::remote_disconnected);
  EXPECT_EQ(rig.connector.attempts, 3);
}

TEST_F(Ahead, CancelledTheFirstEndsTheConnectionAndTheOthersGoElsewhere) {
  Recorder& a = get("/a");
  Response& first = *last;
  Recorder& b = get("/b");
  rig.run();
  first.cancel();
  rig.run();
  EXPECT_EQ(a.error.code, Errc::cancelled);
  EXPECT_TRUE(wire->closed);
  wire = rig.accept();
  EXPECT_TRUE(sent("GET /b"));
  rig.deliver(*wire, kEmpty);
  EXPECT_EQ(b.error.code, Errc::ok);
}

TEST_F(Ahead, CancelledAmidTheOthersTheFirstIsServed) {
  Recorder& a = get("/a");
  Recorder& b = get("/b");
  Response& second = *last;
  Recorder& c = get("/c");
  rig.run();
  second.cancel();
  rig.run();
  EXPECT_EQ(b.error.code, Errc::cancelled);
  rig.deliver(*wire, replies(3));
  EXPECT_EQ(a.error.code, Errc::ok);
  EXPECT_TRUE(wire->closed);
  wire = rig.accept();
  EXPECT_TRUE(sent("GET /c"));
  rig.deliver(*wire, kEmpty);
  EXPECT_EQ(c.error.code, Errc::ok);
}

TEST_F(Ahead, CancelledWhileItIsToBeSentAlone) {
  get("/a");
  Recorder& b = get("/b");
  Response& second = *last;
  recorders[0].hook = [&](Response&, std::string_view event) {
    if (event == "done ok") second.cancel();
  };
  rig.run();
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(b.error.code, Errc::cancelled);
  EXPECT_EQ(b.done, 1);
}

TEST_F(Ahead, PausedAResponseHoldsThoseBehindIt) {
  Recorder& a = get("/a");
  Response& first = *last;
  Recorder& b = get("/b");
  a.hook = [](Response& r, std::string_view event) {
    if (event == "head 200") r.pause();
  };
  rig.run();
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na" + replies(1));
  EXPECT_EQ(a.done + b.done, 0);
  rig.scheduler.advance(120'000);
  rig.run();
  EXPECT_EQ(b.done, 0) << "its time has not begun";
  first.resume();
  rig.run();
  EXPECT_EQ(a.error.code, Errc::ok);
  EXPECT_EQ(b.error.code, Errc::ok);
}

TEST_F(Ahead, TheHeadsDeadlineCountsFromTheEndOfTheResponseBefore) {
  Recorder& a = get("/a");
  Recorder& b = get("/b");
  rig.run();
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
  for (int i = 0; i < 4; ++i) {
    rig.scheduler.advance(40'000);
    rig.run();
    EXPECT_EQ(b.done, 0);
    rig.deliver(*wire, "a");
  }
  EXPECT_EQ(a.error.code, Errc::ok);
  rig.scheduler.advance(59'000);
  rig.run();
  EXPECT_EQ(b.done, 0);
  rig.scheduler.advance(2'000);
  rig.run();
  EXPECT_EQ(b.error.code, Errc::head_timeout);
}

TEST_F(Ahead, ALateFirstFailsAloneAndTheOthersAreSentAgain) {
  Recorder& a = get("/a");
  Recorder& b = get("/b");
  rig.run();
  rig.scheduler.advance(61'000);
  rig.run();
  EXPECT_EQ(a.error.code, Errc::head_timeout);
  EXPECT_EQ(b.done, 0);
  wire = rig.accept();
  EXPECT_TRUE(sent("GET /b"));
  rig.deliver(*wire, kEmpty);
  EXPECT_EQ(b.error.code, Errc::ok);
}

TEST_F(Ahead, ARequestSentInOnDoneGoesBehindTheOthers) {
  Recorder late;
  get("/a").hook = [&](Response&, std::string_view event) {
    if (event == "done ok") rig.get("http://a.example/late", late);
  };
  Recorder& b = get("/b");
  rig.run();
  rig.deliver(*wire, replies(1));
  EXPECT_TRUE(sent("GET /late"));
  rig.deliver(*wire, replies(2));
  EXPECT_EQ(b.error.code, Errc::ok);
  EXPECT_EQ(late.error.code, Errc::ok);
}

TEST_F(Ahead, AServerOfHttp10IsNeverSentAhead) {
  Rig old({.max_connections_per_host = 1, .pipeline_depth = 4});
  Recorder r[3];
  old.get("http://a.example/0", r[0]);
  auto w = old.accept();
  constexpr std::string_view kKept = "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n";
  old.deliver(*w, kKept);
  old.get("http://a.example/1", r[1]);
  old.get("http://a.example/2", r[2]);
  old.run();
  EXPECT_EQ(w->sent.find("GET /2"), std::string::npos);
  old.deliver(*w, kKept);
  old.deliver(*w, kKept);
  for (Recorder& one : r) EXPECT_EQ(one.error.code, Errc::ok);
}

TEST_F(Ahead, ClosedWithTheClientEachHearsIt) {
  Recorder a, b;
  {
    Rig short_lived({.max_connections_per_host = 1, .pipeline_depth = 4});
    Recorder first;
    short_lived.get("http://a.example/", first);
    auto w = short_lived.accept();
    short_lived.deliver(*w, kEmpty);
    short_lived.get("http://a.example/a", a);
    short_lived.get("http://a.example/b", b);
    short_lived.run();
  }
  EXPECT_EQ(a.error.code, Errc::client_closed);
  EXPECT_EQ(b.error.code, Errc::client_closed);
}

}  // namespace
}  // namespace godwit::testing
