// SPDX-License-Identifier: MIT
// Loops: a program's own, several at once, and other threads.
#include <deque>
#include <thread>

#include <uv.h>

#include "godwit/tests/e2e/loopback_client.h"

namespace godwit::testing {
namespace {

using Loops = LoopbackTest;

TEST_F(Loops, AClientInsideAProgramsOwnLoop) {
  uv_loop_t own;
  ASSERT_EQ(uv_loop_init(&own), 0);
  uv_timer_t timer;
  uv_timer_init(&own, &timer);
  int ticks = 0;
  timer.data = &ticks;
  uv_timer_start(
      &timer,
      [](uv_timer_t* handle) {
        if (++*static_cast<int*>(handle->data) == 10) uv_timer_stop(handle);
      },
      1, 5);
  {
    Loop loop(own);
    {
      std::deque<Recorder> recorders(50);
      Client client(loop, trusting());
      for (size_t i = 0; i < recorders.size(); ++i) {
        client.send({.url = i % 2 ? server().http_url("/bytes/50000") : server().https_url("/bytes/50000")},
                    recorders[i]);
      }
      // The program's own uv_run, which ends when neither has anything to wait for.
      EXPECT_EQ(uv_run(&own, UV_RUN_DEFAULT), 0);
      EXPECT_EQ(ticks, 10);
      EXPECT_GT(client.idle_connections(), 0u) << "idle connections keep no program running";
      for (const Recorder& r : recorders) {
        EXPECT_EQ(outcome(r), "ok") << r.message;
        EXPECT_EQ(r.body.size(), 50'000u);
      }
    }
    EXPECT_EQ(sockets_to(server().http_port()).size(), 0u);
  }
  // Nothing of ours is left in it, and it still runs.
  EXPECT_EQ(uv_run(&own, UV_RUN_DEFAULT), 0);
  uv_close(reinterpret_cast<uv_handle_t*>(&timer), nullptr);
  uv_run(&own, UV_RUN_DEFAULT);
  EXPECT_EQ(uv_loop_close(&own), 0) << "handles are left in the program's loop";
}

TEST_F(Loops, TwoClientsOnOneLoop) {
  Recorder a, b;
  Loop loop;
  Client first(loop, trusting());
  {
    Client second(loop, trusting());
    first.send({.url = server().https_url("/delay/20")}, a);
    second.send({.url = server().https_url("/fault/hang")}, b);
    while (sockets_to(server().https_port()).size() < 2) loop.run_once();
  }
  EXPECT_EQ(b.error.code, Errc::client_closed);
  loop.run();
  EXPECT_EQ(outcome(a), "ok") << "the other client goes on";
}

TEST_F(Loops, WorkPostedFromThreads) {
  constexpr int kThreads = 4;
  constexpr int kEach = 50;
  std::deque<Recorder> recorders;
  LoopbackClient client;
  client.loop().hold();
  int ended = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        client.loop().post([&] {
          Recorder& r = recorders.emplace_back();
          r.hook = [&](Response&, std::string_view event) {
            if (event == "done" && ++ended == kThreads * kEach) client.loop().release();
          };
          client.get(server().http_url("/bytes/100"), r);
        });
      }
    });
  }
  client.run();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(recorders.size(), static_cast<size_t>(kThreads * kEach));
  for (const Recorder& r : recorders) EXPECT_EQ(outcome(r), "ok") << r.message;
}

TEST_F(Loops, TwoLoopsOnTwoThreadsShareNothing) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      std::deque<Recorder> recorders(200);
      LoopbackClient client(trusting());
      for (size_t i = 0; i < recorders.size(); ++i) {
        client.get(i % 4 ? server().http_url("/chunked/20000") : server().https_url("/bytes/20000"),
                   recorders[i]);
      }
      client.run();
      for (const Recorder& r : recorders) {
        EXPECT_EQ(outcome(r), "ok") << r.message;
        EXPECT_EQ(r.body.size(), 20'000u);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace godwit::testing
