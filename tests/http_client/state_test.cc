// SPDX-License-Identifier: MIT
// The three states of http.client, and what may be called when.
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "godwit/tests/http_client/rig.h"

namespace godwit::testing {
namespace {

using State = HttpConnection::State;

constexpr std::string_view kReply = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";

// row: 1.4/states, 1.7/improper-state, 1.3/endheaders
TEST(HttpConnectionState, EachCallHasItsStateAndNamesTheWrongOne) {
  Rig rig;
  Got got;
  const auto refused = [&](const Error& error, Errc code, std::string_view state) {
    EXPECT_EQ(error.code, code);
    EXPECT_EQ(rig->diagnosis(), std::string("the state is ").append(state));
  };
  EXPECT_EQ(rig->state(), State::idle);
  refused(rig->putheader("A", "b"), Errc::cannot_send_header, "Idle");
  refused(rig->endheaders(), Errc::cannot_send_header, "Idle");
  refused(rig->getresponse(got.callback()), Errc::response_not_ready, "Idle");

  ASSERT_FALSE(rig->putrequest("GET", "/"));
  EXPECT_EQ(rig->state(), State::request_started);
  refused(rig->putrequest("GET", "/"), Errc::cannot_send_request, "Request-started");
  refused(rig->request("GET", "/"), Errc::cannot_send_request, "Request-started");
  refused(rig->getresponse(got.callback()), Errc::response_not_ready, "Request-started");

  ASSERT_FALSE(rig->endheaders());
  EXPECT_EQ(rig->state(), State::request_sent);
  refused(rig->putrequest("GET", "/"), Errc::cannot_send_request, "Request-sent");
  refused(rig->putheader("A", "b"), Errc::cannot_send_header, "Request-sent");
  refused(rig->endheaders(), Errc::cannot_send_header, "Request-sent");

  ASSERT_FALSE(rig->getresponse(got.callback()));
  EXPECT_EQ(rig->state(), State::idle);
  rig.deliver(rig.accept(), kReply);
  EXPECT_EQ(got.calls, 1) << "the refused calls must not call back";
  EXPECT_EQ(got.status, 200);
}

// row: 1.4/overlap
TEST(HttpConnectionState, TheNextRequestWaitsForTheUnreadBody) {
  Rig rig;
  Got first;
  Got second;
  ASSERT_FALSE(rig->request("GET", "/1"));
  ASSERT_FALSE(rig->getresponse(first.callback()));
  auto wire = rig.accept();
  Rig::take(wire);
  rig.deliver(wire, kReply);
  ASSERT_EQ(first.calls, 1);
  ASSERT_FALSE(rig->request("GET", "/2"));
  EXPECT_EQ(rig->getresponse(second.callback()).code, Errc::response_not_ready);
  EXPECT_EQ(rig->diagnosis(), "the response before it is not read to its end");
  EXPECT_EQ(rig->state(), State::request_sent);
  rig.run();
  EXPECT_EQ(wire->sent, "") << "the first body is not read yet";

  ReadBack body;
  ASSERT_FALSE(first.response->read(3, body.callback()));
  rig.run();
  EXPECT_EQ(body.text, "abc");
  EXPECT_TRUE(first.response->isclosed());
  EXPECT_TRUE(wire->sent.starts_with("GET /2 ")) << wire->sent;
  ASSERT_FALSE(rig->getresponse(second.callback()));
  rig.deliver(wire, kReply);
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(rig.connector.attempts, 1);
}

// row: 1.4/getresponse, 1.5/will-close
TEST(HttpConnectionState, AResponseThatClosesKeepsItsConnectionToItself) {
  Rig rig;
  Got first;
  Got second;
  ASSERT_FALSE(rig->request("GET", "/1"));
  ASSERT_FALSE(rig->getresponse(first.callback()));
  auto wire = rig.accept();
  rig.deliver(wire, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\na");
  ASSERT_EQ(first.calls, 1);
  EXPECT_TRUE(first.response->will_close());
  EXPECT_FALSE(rig->connected());

  // The next one dials at once, and is answered while the first is still unread.
  ASSERT_FALSE(rig->request("GET", "/2"));
  ASSERT_FALSE(rig->getresponse(second.callback()));
  auto other = rig.accept();
  EXPECT_EQ(rig.connector.attempts, 2);
  rig.deliver(other, kReply);
  EXPECT_EQ(second.status, 200);
  EXPECT_NE(first.response, second.response);

  ReadBack body;
  ASSERT_FALSE(first.response->read(3, body.callback()));
  rig.run();
  rig.deliver(wire, "bc");
  EXPECT_EQ(body.text, "abc");
}

// row: 1.4/getresponse
TEST(HttpConnectionState, AFailedExchangeLeavesTheConnectionIdle) {
  Rig rig;
  Got first;
  ASSERT_FALSE(rig->request("GET", "/"));
  ASSERT_FALSE(rig->getresponse(first.callback()));
  auto wire = rig.accept();
  wire->end();
  rig.run();
  EXPECT_EQ(first.error.code, Errc::remote_disconnected);
  EXPECT_EQ(first.status, 0);
  EXPECT_EQ(rig->state(), State::idle);
  ASSERT_FALSE(rig->request("GET", "/"));
  Got second;
  ASSERT_FALSE(rig->getresponse(second.callback()));
  rig.deliver(rig.accept(), kReply);
  EXPECT_EQ(second.status, 200);
}

// row: 1.5/remote-disconnected, 1.7/remote-disconnected
TEST(HttpConnectionState, AStaleConnectionIsToldNotHidden) {
  Rig rig;
  Got first;
  ASSERT_FALSE(rig->request("GET", "/1"));
  ASSERT_FALSE(rig->getresponse(first.callback()));
  auto wire = rig.accept();
  rig.deliver(wire, "HTTP/1.1 204 No Content\r\n\r\n");
  ASSERT_FALSE(rig->request("GET", "/2"));
  Got second;
  ASSERT_FALSE(rig->getresponse(second.callback()));
  rig.run();
  wire->end();
  rig.run();
  EXPECT_EQ(second.error.code, Errc::remote_disconnected);
  EXPECT_TRUE(second.error.reused);
  EXPECT_TRUE(second.error.retry_safe());
  EXPECT_EQ(rig.connector.attempts, 1) << "http.client's user sends again, not the library";
}

TEST(HttpConnectionState, ARequestNobodyAsksAfterDoesNotKeepTheLoop) {
  Rig rig;
  ASSERT_FALSE(rig->request("GET", "/"));
  EXPECT_GT(rig.scheduler.holds, 0) << "it is to be sent";
  auto wire = rig.accept();
  EXPECT_EQ(rig.scheduler.holds, 0);
  Got got;
  ASSERT_FALSE(rig->getresponse(got.callback()));
  EXPECT_GT(rig.scheduler.holds, 0);
  rig.deliver(wire, kReply);
  EXPECT_EQ(got.calls, 1);
  EXPECT_EQ(rig.scheduler.holds, 0) << "the body is not asked for";
}

TEST(HttpConnectionState, ARequestThatThePeerDoesNotTakeDoesNotKeepTheLoop) {
  Rig rig({.timeout = std::chrono::milliseconds(500)});
  ASSERT_FALSE(rig->request("POST", "/", std::string(200'000, 'x')));
  rig.run();
  auto wire = rig.connector.accept();
  wire->write_limit = 10;
  rig.run();
  EXPECT_GT(rig.scheduler.holds, 0);
  rig.scheduler.advance(520);
  EXPECT_EQ(rig.scheduler.holds, 0);
  Got got;
  ASSERT_FALSE(rig->getresponse(got.callback()));
  rig.run();
  EXPECT_EQ(got.error.code, Errc::send_timeout);
}

TEST(HttpConnectionState, AnAnswerBeforeTheEndOfTheRequestDoesNotKeepTheLoop) {
  Rig rig;
  Got got;
  ASSERT_FALSE(rig->request("POST", "/", std::string(200'000, 'x')));
  ASSERT_FALSE(rig->getresponse(got.callback()));
  rig.run();
  auto wire = rig.connector.accept();
  wire->write_limit = 10;
  rig.run();
  rig.deliver(wire, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(got.status, 413);
  EXPECT_EQ(rig.scheduler.holds, 0) << "nobody reads its page";
}

TEST(HttpConnectionState, AResponseToHalfAHeadWaitsUntilSomebodyAsks) {
  Rig rig;
  Got got;
  Headers headers;
  ASSERT_FALSE(headers.add("X-Long", std::string(300'000, 'x')));
  ASSERT_FALSE(rig->request("GET", "/", {}, headers));
  rig.run();
  auto wire = rig.connector.accept();
  wire->write_limit = 10;
  rig.run();
  rig.deliver(wire, kReply);
  EXPECT_EQ(got.calls, 0);
  ASSERT_FALSE(rig->getresponse(got.callback()));
  rig.run();
  EXPECT_EQ(got.status, 200) << got.message;
  EXPECT_TRUE(got.response->request_incomplete());
}

// row: 1.2/close
TEST(HttpConnectionState, CloseEndsWhatIsPendingAndCanBeRepeated) {
  Rig rig;
  Got got;
  rig->close();
  ASSERT_FALSE(rig->request("GET", "/"));
  ASSERT_FALSE(rig->getresponse(got.callback()));
  auto wire = rig.accept();
  rig->close();
  rig->close();
  EXPECT_EQ(got.calls, 0) << "never from inside the call";
  rig.run();
  EXPECT_EQ(got.calls, 1);
  EXPECT_EQ(got.error.code, Errc::cancelled);
  EXPECT_TRUE(wire->closed);
  EXPECT_EQ(rig->state(), State::idle);

  // A request that was only begun is forgotten.
  ASSERT_FALSE(rig->putrequest("GET", "/old"));
  ASSERT_FALSE(rig->putheader("X-Old", "1"));
  rig->close();
  ASSERT_FALSE(rig->request("GET", "/new"));
  auto next = rig.accept();
  EXPECT_EQ(next->sent, "GET /new HTTP/1.1\r\nHost: example.com\r\nAccept-Encoding: identity\r\n\r\n");
}

TEST(HttpConnectionState, CloseForgetsAFailureThatNobodyAskedFor) {
  Rig rig;
  for (int i = 0; i < 3; ++i) {
    ASSERT_FALSE(rig->request("GET", "/"));
    rig.run();
    rig.connector.refuse({.code = Errc::connect_failed, .phase = Phase::connect}, {});
    rig.run();
    EXPECT_EQ(rig->state(), State::request_sent);
    rig->close();
    rig.run();
  }
  Got got;
  ASSERT_FALSE(rig->request("GET", "/new"));
  ASSERT_FALSE(rig->getresponse(got.callback()));
  rig.deliver(rig.accept(), kReply);
  EXPECT_EQ(got.calls, 1);
  EXPECT_FALSE(got.error) << got.message;
}

// row: 1.2/close
TEST(HttpConnectionState, CloseClosesAnUnreadResponse) {
  Rig rig;
  Got got;
  ASSERT_FALSE(rig->request("GET", "/"));
  ASSERT_FALSE(rig->getresponse(got.callback()));
  auto wire = rig.accept();
  rig.deliver(wire, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
  ReadBack open;
  ASSERT_FALSE(got.response->read(9, open.callback()));
  rig.run();
  rig->close();
  EXPECT_TRUE(got.response->isclosed());
  rig.run();
  EXPECT_EQ(open.calls, 1);
  EXPECT_EQ(open.error.code, Errc::cancelled);
  EXPECT_TRUE(wire->closed);
  ReadBack after;
  ASSERT_FALSE(got.response->read(9, after.callback()));
  rig.run();
  EXPECT_EQ(after.text, "");
}

// row: 1.2/close
TEST(HttpConnectionState, CloseInACallback) {
  Rig rig;
  int calls = 0;
  ASSERT_FALSE(rig->request("GET", "/"));
  ASSERT_FALSE(rig->getresponse([&](HttpResponse&, const Error&) {
    ++calls;
    rig->close();
    EXPECT_FALSE(rig->request("GET", "/again"));
  }));
  rig.deliver(rig.accept(), kReply);
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(rig.accept()->sent.starts_with("GET /again "));
}

TEST(HttpConnectionState, DestroyedAtAnyMomentNothingIsCalled) {
  const auto destroy = [](Rig& rig) {
    rig.connection.reset();
    rig.run();
  };
  const auto never = [](HttpResponse&, const Error&) { ADD_FAILURE() << "called after destruction"; };
  {
    Rig rig;
    ASSERT_FALSE(rig->putrequest("GET", "/"));
    destroy(rig);
  }
  {
    Rig rig;
    ASSERT_FALSE(rig->request("GET", "/"));
    ASSERT_FALSE(rig->getresponse(never));
    destroy(rig);
  }
  {
    Rig rig;
    ASSERT_FALSE(rig->request("GET", "/"));
    ASSERT_FALSE(rig->getresponse(never));
    rig.run();
    destroy(rig);
    EXPECT_EQ(rig.connector.abandoned, 1);
  }
  {
    Rig rig;
    ASSERT_FALSE(rig->request("GET", "/"));
    ASSERT_FALSE(rig->getresponse(never));
    auto wire = rig.accept();
    destroy(rig);
    EXPECT_TRUE(wire->closed);
  }
  {
    Rig rig;
    ASSERT_FALSE(rig->connect([](const Error&) { ADD_FAILURE() << "called after destruction"; }));
    destroy(rig);
    EXPECT_EQ(rig.connector.abandoned, 1);
  }
}

TEST(HttpConnectionState, DestroyedInEachOfItsCallbacks) {
  constexpr std::string_view kChunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  for (const std::string_view reply : {kReply, kChunked}) {
    for (const std::string_view where : {"head", "read", "body", "done"}) {
      Rig rig;
      int calls = 0;
      const auto at = [&](std::string_view place) {
        EXPECT_NE(rig.connection, nullptr) << "called after destruction";
        ++calls;
        if (place == where) rig.connection.reset();
      };
      ASSERT_FALSE(rig->request("GET", "/"));
      ASSERT_FALSE(rig->getresponse([&](HttpResponse& r, const Error&) {
        at("head");
        if (!rig.connection) return;
        if (where == "read") {
          EXPECT_FALSE(r.read(3, [&](Bytes, const Error&) { at("read"); }));
        } else {
          r.on_body([&](HttpResponse&, Bytes) { at("body"); });
          r.on_done([&](HttpResponse&, const Error&) { at("done"); });
        }
      }));
      rig.deliver(rig.accept(), reply);
      EXPECT_EQ(rig.connection, nullptr) << where;
      EXPECT_GE(calls, 1);
    }
  }
}

}  // namespace
}  // namespace godwit::testing
