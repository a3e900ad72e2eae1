// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/tests/core/conn/rig.h"

namespace godwit::testing {
namespace {

using namespace std::chrono_literals;
using Log = std::vector<std::string>;

ClientOptions timeouts(Timeouts t) {
  ClientOptions options;
  options.timeouts = t;
  return options;
}

TEST(Deadlines, N12_HeadTimeout) {
  Recorder r;
  Rig rig(timeouts({.head = 5s}));
  rig.get("http://a.example/", r);
  auto wire = rig.accept();
  rig.deliver(*wire, "HTTP/1.1 2");
  rig.scheduler.advance(4999);
  EXPECT_EQ(r.done, 0);
  rig.scheduler.advance(1);
  EXPECT_EQ(r.error.code, Errc::head_timeout);
  EXPECT_EQ(r.error.phase, Phase::head);
  EXPECT_EQ(r.error.received, 10u);
  EXPECT_TRUE(wire->closed);
}

TEST(Deadlines, ForEverAndLessThanNothingAreNone) {
  for (Timeouts::Duration t :
       {Timeouts::Duration::max(), Timeouts::Duration::min(), Timeouts::Duration{-1}}) {
    Recorder r, again;
    Rig rig(timeouts({.queue = t, .send = t, .head = t, .body_idle = t, .total = t, .idle = t}));
    Request request;
    request.url = "http://a.example/";
    request.total_timeout = t;
    rig.send(std::move(request), r);
    rig.scheduler.advance(1000);
    auto wire = rig.accept();
    rig.scheduler.advance(1000);
    rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
    rig.scheduler.advance(1000);
    rig.deliver(*wire, "a");
    rig.scheduler.advance(3'600'000);
    EXPECT_EQ(r.done, 0) << r.message;
    rig.deliver(*wire, "b");
    EXPECT_EQ(r.error.code, Errc::ok);
    rig.scheduler.advance(3'600'000);
    EXPECT_EQ(rig.pool.idle_connections(), 1u);
  }
}

TEST(Deadlines, N12_BodyTimeoutStartsAgainWithEachByte) {
  Recorder r;
  Rig rig(timeouts({.body_idle = 5s}));
  rig.get("http://a.example/", r);
  auto wire = rig.accept();
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
  for (int i = 0; i < 10; ++i) {
    rig.scheduler.advance(4000);
    rig.deliver(*wire, "x");
  }
  EXPECT_EQ(r.done, 0);
  rig.scheduler.advance(4999);
  EXPECT_EQ(r.done, 0);
  rig.scheduler.advance(1);
  EXPECT_EQ(r.error.code, Errc::body_timeout);
  EXPECT_EQ(r.message,
            "body-timeout in body after 10 of 100 bytes: the response body stood still for too long");
  EXPECT_EQ(r.body, "xxxxxxxxxx") << "what arrived is delivered before the error";
}

TEST(Deadlines, N12_TotalTimeoutEndsADrip) {
  Recorder r;
  Rig rig(timeouts({.total = 10s}));
  rig.get("http://a.example/", r);
  auto wire = rig.accept();
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
  for (int i = 0; i < 9; ++i) {
    rig.scheduler.advance(1000);
    rig.deliver(*wire, "x");
  }
  EXPECT_EQ(r.done, 0);
  rig.scheduler.advance(1000);
  EXPECT_EQ(r.error.code, Errc::total_timeout);
  EXPECT_EQ(r.error.phase, Phase::body);
}

// Drips `bytes` every second for `seconds`, and says whether the exchange is still open.
bool survives_drip(Rig& rig, Recorder& r, Wire& wire, int seconds, std::string_view bytes) {
  for (int i = 0; i < seconds && r.done == 0; ++i) {
    rig.scheduler.advance(1000);
    if (r.done == 0) rig.deliver(wire, bytes);
  }
  return r.done == 0;
}

TEST(Deadlines, N12_TooSlowIsAnErrorOfItsOwn) {
  Recorder r;
  Rig rig({.min_rate = 3});
  rig.get("http://a.example/", r);
  auto wire = rig.accept();
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
  EXPECT_TRUE(survives_drip(rig, r, *wire, 25, "xxxx")) << "fast enough";
  EXPECT_FALSE(survives_drip(rig, r, *wire, 20, "xx"));
  EXPECT_EQ(r.error.code, Errc::too_slow);
  EXPECT_EQ(r.error.phase, Phase::body);
  EXPECT_EQ(r.error.received, r.body.size());
  EXPECT_EQ(r.error.expected, 1000u);
}

TEST(Deadlines, TheRateIsNotJudgedWhilePaused) {
  Recorder r;
  Rig rig({.min_rate = 3});
  Response& response = rig.get("http://a.example/", r);
  auto wire = rig.accept();
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
  response.pause();
  rig.scheduler.advance(100'000);
  EXPECT_EQ(r.done, 0);
  response.resume();
  rig.run();
  rig.scheduler.advance(9'999);
  EXPECT_EQ(r.done, 0) << "a window of its own begins";
  rig.scheduler.advance(1);
  EXPECT_EQ(r.error.code, Errc::too_slow);
}

TEST(Deadlines, TotalCoversTheWaitForAConnection) {
  Recorder r;
  Rig rig(timeouts({.total = 10s}));
  rig.get("http://a.example/", r);
  rig.run();
  rig.connector.attempt_phase = Phase::tls;
  rig.scheduler.advance(10'000);
  EXPECT_EQ(r.error.code, Errc::total_timeout);
  EXPECT_EQ(r.error.phase, Phase::tls);
  EXPECT_EQ(rig.connector.abandoned, 1);
}

TEST(Deadlines, RequestOverridesTheTotal) {
  Recorder r;
  Rig rig(timeouts({.total = 10s}));
  Request request;
  request.url = "http://a.example/";
  request.total_timeout = 500ms;
  rig.send(std::move(request), r);
  rig.run();
  rig.scheduler.advance(500);
  EXPECT_EQ(r.error.code, Errc::total_timeout);
}

TEST(Deadlines, QueueTimeoutOnlyWithoutAnAttempt) {
  ClientOptions options = timeouts({.queue = 1s});
  options.max_connections_per_host = 1;
  Recorder first, second;
  Rig rig(options);
  rig.get("http://a.example/", first);
  rig.get("http://a.example/", second);
  rig.run();
  rig.scheduler.advance(1000);
  EXPECT_EQ(first.done, 0) << "a connection is being made for it";
  EXPECT_EQ(second.error.code, Errc::queue_timeout);
  EXPECT_EQ(second.error.phase, Phase::queue);
}

TEST(Deadlines, SendTimeoutWhenThePeerNeverReads) {
  Recorder r;
  Rig rig(timeouts({.send = 3s}));
  Request request;
  request.method = "POST";
  request.url = "http://a.example/";
  request.body = Body(std::string(1'000'000, 'x'));
  rig.send(std::move(request), r);
  rig.run();
  auto wire = rig.connector.accept();
  wire->write_limit = 10;
  rig.run();
  rig.scheduler.advance(3000);
  EXPECT_EQ(r.error.code, Errc::send_timeout);
  EXPECT_TRUE(r.error.sent);
}

TEST(Deadlines, ContinueIsNotWaitedForForEver) {
  Recorder r;
  Rig rig(timeouts({.expect_continue = 1s}));
  Request request;
  request.method = "POST";
  request.url = "http://a.example/";
  request.body = Body("data");
  request.headers.add("Expect", "100-continue");
  rig.send(std::move(request), r);
  auto wire = rig.accept();
  EXPECT_TRUE(wire->sent.ends_with("\r\n\r\n")) << wire->sent;
  rig.scheduler.advance(999);
  EXPECT_TRUE(wire->sent.ends_with("\r\n\r\n"));
  rig.scheduler.advance(1);
  EXPECT_TRUE(wire->sent.ends_with("data")) << wire->sent;
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(r.log, (Log{"head 200", "done ok"}));
}

TEST(Deadlines, AnotherInterimResponseDoesNotProlongTheWaitForContinue) {
  Recorder r;
  Rig rig(timeouts({.expect_continue = 1s}));
  Request request;
  request.method = "POST";
  request.url = "http://a.example/";
  request.body = Body("data");
  request.headers.add("Expect", "100-continue");
  rig.send(std::move(request), r);
  auto wire = rig.accept();
  rig.scheduler.advance(500);
  rig.deliver(*wire, "HTTP/1.1 103 Early Hints\r\n\r\n");
  rig.scheduler.advance(500);
  EXPECT_TRUE(wire->sent.ends_with("data")) << wire->sent;
}

TEST(Deadlines, APauseStopsTheHeadClockToo) {
  Recorder r;
  Rig rig(timeouts({.head = 1s}));
  Response& response = rig.get("http://a.example/", r);
  response.pause();
  rig.accept();
  rig.scheduler.advance(50'000);
  EXPECT_EQ(r.done, 0);
  response.resume();
  rig.run();
  rig.scheduler.advance(999);
  EXPECT_EQ(r.done, 0);
  rig.scheduler.advance(1);
  EXPECT_EQ(r.error.code, Errc::head_timeout);
}

TEST(Deadlines, ContinueIsObeyedAtOnce) {
  Recorder r;
  Rig rig;
  Request request;
  request.method = "POST";
  request.url = "http://a.example/";
  request.body = Body("data");
  request.headers.add("expect", "100-Continue");
  rig.send(std::move(request), r);
  auto wire = rig.accept();
  rig.deliver(*wire, "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_TRUE(wire->sent.ends_with("data")) << wire->sent;
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(r.log, (Log{"informational 100", "head 200", "done ok"}));
  EXPECT_EQ(rig.pool.idle_connections(), 1u);
}

TEST(Deadlines, APauseStopsTheBodyClockButNotTheTotal) {
  Recorder r;
  Rig rig(timeouts({.body_idle = 1s, .total = 100s}));
  Response& response = rig.get("http://a.example/", r);
  auto wire = rig.accept();
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx");
  response.pause();
  rig.scheduler.advance(50'000);
  EXPECT_EQ(r.done, 0);
  response.resume();
  rig.run();
  rig.scheduler.advance(999);
  EXPECT_EQ(r.done, 0);
  response.pause();
  rig.scheduler.advance(50'000);
  EXPECT_EQ(r.error.code, Errc::total_timeout);
}

TEST(Deadlines, TheTotalHoldsAfterOtherDeadlinesHavePassed) {
  // The timer fired for the wait for 100 (Continue), and for a window of the rate that was good.
  for (const bool expects : {true, false}) {
    Recorder r;
    ClientOptions options = timeouts({.send = 0s, .head = 0s, .body_idle = 0s, .total = 15s});
    options.min_rate = 1;
    Rig rig(options);
    Request request;
    request.method = "POST";
    request.url = "http://a.example/";
    request.body = Body("data");
    if (expects) request.headers.add("Expect", "100-continue");
    rig.send(std::move(request), r);
    auto wire = rig.accept();
    if (!expects) {
      rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789");
    }
    rig.scheduler.advance(14'999);
    EXPECT_EQ(r.done, 0);
    rig.scheduler.advance(1);
    EXPECT_EQ(r.error.code, Errc::total_timeout);
  }
}

TEST(Deadlines, ASpareOneThatIsLeftArmedIsOfTheNextRequest) {
  Recorder first, second, open;
  Rig rig(timeouts({.head = 10s, .body_idle = 60s, .idle = 0s}));
  rig.get("http://b.example/", open);
  rig.deliver(*rig.accept(), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1");
  rig.get("http://a.example/", first);
  auto wire = rig.accept();
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(first.done, 1);
  rig.scheduler.advance(6'000);
  // Its deadline comes after ten seconds of its own, not of those of the one before it.
  rig.get("http://a.example/", second);
  rig.run();
  rig.scheduler.advance(9'999);
  EXPECT_EQ(second.done, 0);
  rig.scheduler.advance(2);
  EXPECT_EQ(second.error.code, Errc::head_timeout);
  EXPECT_EQ(open.done, 0);
}

TEST(Deadlines, NoneIsLeftArmedAfterDone) {
  Recorder r;
  Rig rig(timeouts({.total = 100s, .idle = 0s}));
  rig.get("http://a.example/", r);
  rig.deliver(*rig.accept(), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(r.done, 1);
  EXPECT_EQ(rig.scheduler.armed_timers(), 0u);
}

}  // namespace
}  // namespace godwit::testing
