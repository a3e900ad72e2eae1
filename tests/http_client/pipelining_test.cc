// SPDX-License-Identifier: MIT
// Requests that an HttpConnection sends ahead of the responses that are awaited.
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "godwit/tests/http_client/rig.h"

namespace godwit::testing {
namespace {

using State = HttpConnection::State;

constexpr std::string_view kEmpty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

std::string reply(std::string_view body) {
  return std::string("HTTP/1.1 200 OK\r\nContent-Length: ").append(std::to_string(body.size())) + "\r\n\r\n" +
         std::string(body);
}

// Ahead is a connection that has served one request by now.
struct Ahead : ::testing::Test {
  Ahead() : rig({.pipeline_depth = 3}) {
    EXPECT_FALSE(rig->request("GET", "/warm"));
    EXPECT_FALSE(rig->getresponse(warm.callback()));
    wire = rig.accept();
    rig.deliver(wire, kEmpty);
    Rig::take(wire);
  }
  void request(std::string_view url, std::string_view method = "GET") {
    EXPECT_FALSE(rig->request(method, url)) << rig->diagnosis();
  }
  Got& getresponse() {
    EXPECT_FALSE(rig->getresponse(got.emplace_back().callback())) << rig->diagnosis();
    return got.back();
  }
  bool sent(std::string_view text) const { return wire->sent.find(text) != std::string::npos; }

  Rig rig;
  Got warm;
  std::deque<Got> got;
  std::shared_ptr<Wire> wire;
};

// row: 1.4/overlap
TEST_F(Ahead, RequestsGoOutAndResponsesComeInTheirOrder) {
  request("/1");
  EXPECT_EQ(rig->state(), State::request_sent);
  request("/2");
  request("/3");
  EXPECT_EQ(rig->request("GET", "/4").code, Errc::cannot_send_request) << "three may be on their way";
  rig.run();
  EXPECT_TRUE(sent("GET /1 ") && sent("GET /2 ") && sent("GET /3 ")) << wire->sent;

  Got& one = getresponse();
  Got& two = getresponse();
  EXPECT_EQ(rig->state(), State::request_sent);
  Got& three = getresponse();
  EXPECT_EQ(rig->state(), State::idle);
  rig.deliver(wire, reply("one") + reply("two") + reply("three"));
  EXPECT_EQ(one.calls, 1);
  EXPECT_EQ(two.calls, 0) << "the body before it is not read";
  std::string bodies;
  for (Got* g : {&one, &two, &three}) {
    ReadBack body;
    ASSERT_FALSE(g->response->read_all(100, body.callback()));
    rig.run();
    bodies += body.text + ' ';
  }
  EXPECT_EQ(bodies, "one two three ");
  EXPECT_EQ(rig.connector.attempts, 1);
}

// row: 1.4/overlap
TEST_F(Ahead, SoManyResponsesMayBeAskedForAndNotBeRead) {
  for (int i = 0; i < 3; ++i) {
    request("/" + std::to_string(i));
    getresponse();
  }
  request("/next");
  Got more;
  EXPECT_EQ(rig->getresponse(more.callback()).code, Errc::response_not_ready);
  EXPECT_EQ(rig->diagnosis(), "the responses before it are not read to their end");
  rig.run();
  EXPECT_FALSE(sent("GET /next"));
  rig.deliver(wire, kEmpty);
  EXPECT_TRUE(sent("GET /next"));
  ASSERT_FALSE(rig->getresponse(more.callback()));
  rig.deliver(wire, std::string(kEmpty) + std::string(kEmpty) + std::string(kEmpty));
  EXPECT_EQ(more.status, 200);
}

TEST_F(Ahead, TheFirstOfANewConnectionGoesAloneThenTheOthersFollow) {
  Rig fresh({.pipeline_depth = 3});
  Got g[3];
  for (Got& one : g) {
    ASSERT_FALSE(fresh->request("GET", "/"));
    ASSERT_FALSE(fresh->getresponse(one.callback()));
  }
  auto w = fresh.accept();
  const size_t one = w->sent.size();
  fresh.deliver(w, kEmpty);
  EXPECT_EQ(w->sent.size(), 3 * one);
  fresh.deliver(w, std::string(kEmpty) + std::string(kEmpty));
  for (const Got& it : g) EXPECT_EQ(it.status, 200);
  EXPECT_EQ(fresh.connector.attempts, 1);
}

TEST_F(Ahead, WhatMustNotShareWaits) {
  request("/1");
  request("/post", "POST");
  request("/3");
  for (int i = 0; i < 3; ++i) getresponse();
  rig.run();
  EXPECT_FALSE(sent("POST"));
  rig.deliver(wire, kEmpty);
  EXPECT_TRUE(sent("POST /post"));
  EXPECT_FALSE(sent("GET /3"));
  rig.deliver(wire, kEmpty);
  EXPECT_TRUE(sent("GET /3"));
  rig.deliver(wire, kEmpty);
  for (const Got& g : got) EXPECT_EQ(g.status, 200);
}

TEST_F(Ahead, TheConnectionEndsBeforeATurn) {
  for (int i = 0; i < 3; ++i) {
    request("/" + std::to_string(i));
    getresponse();
  }
  rig.run();
  rig.deliver(wire, kEmpty);
  wire->end();
  rig.run();
  EXPECT_EQ(got[0].status, 200);
  for (int i : {1, 2}) {
    EXPECT_EQ(got[i].calls, 1);
    EXPECT_EQ(got[i].error.code, Errc::remote_disconnected);
    EXPECT_EQ(got[i].error.received, 0u);
    EXPECT_NE(got[i].message.find("connection ended"), std::string::npos) << got[i].message;
  }
  // The next one connects again.
  request("/again");
  Got& again = getresponse();
  rig.deliver(rig.accept(), kEmpty);
  EXPECT_EQ(again.status, 200);
}

TEST_F(Ahead, BehindAResponseThatClosesThereIsNothing) {
  request("/1");
  request("/2");
  Got& one = getresponse();
  Got& two = getresponse();
  rig.run();
  rig.deliver(wire, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_TRUE(one.response->will_close());
  // Another dials at once, as ever.
  request("/3");
  Got& three = getresponse();
  auto other = rig.accept();
  rig.deliver(other, kEmpty);
  EXPECT_EQ(three.status, 200);
  EXPECT_EQ(two.calls, 0);
  ReadBack body;
  ASSERT_FALSE(one.response->read_all(100, body.callback()));
  rig.run();
  EXPECT_EQ(body.text, "abc");
  EXPECT_EQ(two.error.code, Errc::remote_disconnected);
  EXPECT_NE(two.message.find("the response said Connection: close"), std::string::npos) << two.message;
}

TEST_F(Ahead, ClosedEachHearsIt) {
  for (int i = 0; i < 3; ++i) {
    request("/" + std::to_string(i));
    getresponse();
  }
  rig.run();
  rig->close();
  rig.run();
  for (const Got& g : got) {
    EXPECT_EQ(g.calls, 1);
    EXPECT_EQ(g.error.code, Errc::cancelled);
  }
  EXPECT_EQ(rig->state(), State::idle);
}

TEST(AheadOfTheFirst, ClosedTheyHearItInTheirOrder) {
  Rig rig({.pipeline_depth = 3});
  std::string told;
  for (int i = 0; i < 3; ++i) {
    ASSERT_FALSE(rig->request("GET", "/"));
    ASSERT_FALSE(rig->getresponse([&told, i](HttpResponse&, const Error& error) {
      EXPECT_EQ(error.code, Errc::cancelled);
      told += std::to_string(i);
    }));
  }
  rig.accept();
  // The first is on its way; the others wait for what it shows of the server.
  rig->close();
  rig.run();
  EXPECT_EQ(told, "012");
}

TEST_F(Ahead, ADraftIsDroppedWithoutTheOthers) {
  request("/1");
  ASSERT_FALSE(rig->putrequest("GET", "/2"));
  EXPECT_EQ(rig->state(), State::request_started);
  Got early;
  EXPECT_EQ(rig->getresponse(early.callback()).code, Errc::response_not_ready);
  ASSERT_FALSE(rig->putheader("Content-Length", "3"));
  ASSERT_FALSE(rig->putheader("Transfer-Encoding", "chunked"));
  EXPECT_EQ(rig->endheaders().code, Errc::invalid_request);
  EXPECT_EQ(rig->state(), State::request_sent) << "the one before it still waits";
  Got& one = getresponse();
  rig.run();
  rig.deliver(wire, kEmpty);
  EXPECT_EQ(one.status, 200);
}

TEST_F(Ahead, TheyAreConnectedAndHaveADescriptor) {
  request("/1");
  request("/2");
  rig.run();
  EXPECT_TRUE(rig->connected());
  getresponse();
  getresponse();
  rig.deliver(wire, std::string(kEmpty) + std::string(kEmpty));
  EXPECT_TRUE(rig->connected());
}

TEST(AheadOfNone, ADepthOfOneIsHttpClients) {
  Rig rig;
  Got got;
  ASSERT_FALSE(rig->request("GET", "/1"));
  EXPECT_EQ(rig->request("GET", "/2").code, Errc::cannot_send_request);
  ASSERT_FALSE(rig->getresponse(got.callback()));
  rig.deliver(rig.accept(), kEmpty);
}

}  // namespace
}  // namespace godwit::testing
