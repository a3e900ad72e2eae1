// SPDX-License-Identifier: MIT
// N12: peers that are slower than anybody can wait for. Each deadline has an error of its own.
#include <chrono>

#include "godwit/tests/e2e/loopback_client.h"
#include "godwit/tests/support/scripted_server.h"

namespace godwit::testing {
namespace {

using namespace std::chrono_literals;

struct Slow : LoopbackTest {
  // elapsed_ms is what the exchange itself took.
  static uint64_t elapsed_ms(const Recorder& r) { return r.timing.total / 1'000'000; }
};

TEST_F(Slow, N12_Head) {
  for (const std::string_view path : {"/fault/hang", "/delay/60000", "/drip/500?ms=20&in=head"}) {
    for (const std::string& url : {server().http_url(path), server().https_url(path)}) {
      const Recorder r = fetch(url, trusting({.timeouts = {.head = 120ms}}));
      EXPECT_EQ(r.error.code, Errc::head_timeout) << r.message;
      EXPECT_EQ(r.message, "head-timeout in head after " + std::to_string(r.error.received) +
                               " bytes: the response head did not arrive in time");
      EXPECT_EQ(r.error.received > 0, path.starts_with("/drip")) << "each byte must not win more time";
      EXPECT_GE(elapsed_ms(r), 120u);
      EXPECT_EQ(r.events, "done");
      EXPECT_TRUE(r.error.sent);
    }
  }
}

TEST_F(Slow, N12_BodyStandsStill) {
  for (const std::string& url :
       {server().http_url("/drip/10?ms=60000"), server().https_url("/drip/10?ms=60000")}) {
    const Recorder r = fetch(url, trusting({.timeouts = {.body_idle = 120ms}}));
    EXPECT_EQ(r.error.code, Errc::body_timeout) << r.message;
    EXPECT_EQ(r.error.phase, Phase::body);
    EXPECT_LE(r.error.received, 1u);
    EXPECT_EQ(r.error.expected, 10u) << r.message;
    EXPECT_EQ(r.message, "body-timeout in body after " + std::to_string(r.error.received) +
                             " of 10 bytes: the response body stood still for too long");
    EXPECT_EQ(r.body.size(), r.error.received) << "what came is delivered";
  }
}

TEST_F(Slow, N12_EachByteOfABodyWinsTime) {
  const Recorder r = fetch(server().http_url("/drip/10?ms=40"), {.timeouts = {.body_idle = 300ms}});
  EXPECT_EQ(outcome(r), "ok") << r.message;
  EXPECT_EQ(r.body.size(), 10u);
  EXPECT_GE(elapsed_ms(r), 300u) << "or it proves nothing";
}

TEST_F(Slow, N12_FramingAloneWinsNone) {
  const Recorder r =
      fetch(server().http_url("/fault/chunk-garbage?line=5"), {.timeouts = {.body_idle = 120ms}});
  EXPECT_EQ(outcome(r), "body-timeout in body, 5") << r.message;
  EXPECT_EQ(r.body, "hello");
}

TEST_F(Slow, N12_Total) {
  struct Row {
    std::string_view path;
    Phase phase;
  };
  const Row rows[] = {{"/drip/10000?ms=10", Phase::body},
                      {"/drip/10000?ms=10&in=chunked", Phase::body},
                      {"/drip/500?ms=10&in=head", Phase::head},
                      {"/fault/hang", Phase::head}};
  for (const Row& row : rows) {
    for (const std::string& url : {server().http_url(row.path), server().https_url(row.path)}) {
      Request request;
      request.url = url;
      request.total_timeout = 200ms;
      const Recorder r = fetch(std::move(request), trusting());
      EXPECT_EQ(r.error.code, Errc::total_timeout) << r.message;
      EXPECT_EQ(r.error.phase, row.phase) << r.message;
      EXPECT_GE(elapsed_ms(r), 200u);
      EXPECT_TRUE(r.message.ends_with(": the exchange took too long as a whole")) << r.message;
      if (row.phase == Phase::body) {
        EXPECT_EQ(r.body.size(), r.error.received);
      }
    }
  }
}

TEST_F(Slow, N12_TotalWhilePaused) {
  Recorder r;
  r.hook = [](Response& response, std::string_view event) {
    if (event == "body") response.pause();
  };
  LoopbackClient client({.timeouts = {.body_idle = 20ms, .total = 200ms}, .blocksize = 100});
  client.get(server().http_url("/bytes/100k"), r);
  client.run();
  EXPECT_EQ(r.error.code, Errc::total_timeout) << r.message;
  EXPECT_EQ(r.blocks, 1u);
  EXPECT_EQ(r.done, 1);
}

TEST_F(Slow, N12_Queue) {
  Recorder first, second;
  LoopbackClient client({.timeouts = {.queue = 60ms, .total = 400ms}, .max_connections_per_host = 1});
  client.get(server().http_url("/fault/hang"), first);
  client.get(server().http_url("/bytes/1"), second);
  client.run();
  EXPECT_EQ(second.message, "queue-timeout in queue: no connection came free in time");
  EXPECT_FALSE(second.error.sent);
  EXPECT_TRUE(second.error.retry_safe());
  EXPECT_EQ(first.error.code, Errc::total_timeout);
}

TEST_F(Slow, N18_WhatCameInTimeIsReadBeforeTheDeadlineIsJudged) {
  Recorder r, blocker;
  blocker.hook = [&](Response&, std::string_view event) {
    if (event != "head 200") return;
    // The program holds its loop up until long after the deadline; the answer comes meanwhile.
    const auto until = std::chrono::steady_clock::now() + 400ms;
    while (std::chrono::steady_clock::now() < until) {
    }
  };
  LoopbackClient client({.timeouts = {.head = 300ms}});
  client.get(server().http_url("/delay/100"), r);
  client.get(server().http_url("/bytes/1"), blocker);
  client.run();
  EXPECT_EQ(outcome(r), "ok") << r.message;
  EXPECT_EQ(outcome(blocker), "ok") << blocker.message;
}

}  // namespace
}  // namespace godwit::testing
