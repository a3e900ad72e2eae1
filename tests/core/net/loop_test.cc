// SPDX-License-Identifier: MIT
#include "godwit/core/loop.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>
#include <uv.h>

#include "godwit/core/net/loop_impl.h"

namespace godwit::net {
namespace {

constexpr uint64_t kMs = 1'000'000;

struct Job final : ports::Task {
  explicit Job(std::function<void()> f)
      : Task([](Task& task) { static_cast<Job&>(task).work(); }), work(std::move(f)) {}
  std::function<void()> work;
};

struct Alarm final : ports::Timer {
  explicit Alarm(std::function<void()> f)
      : Timer([](Timer& timer) { static_cast<Alarm&>(timer).work(); }), work(std::move(f)) {}
  std::function<void()> work;
};

TEST(Loop, EndsWhenNothingIsLeft) {
  Loop loop;
  loop.run();
  EXPECT_FALSE(loop.run_once());
}

TEST(Loop, PostRunsInOrderAndKeepsRunGoing) {
  Loop loop;
  std::string log;
  loop.post([&] {
    log += 'a';
    loop.post([&] { log += 'c'; });
  });
  loop.post([&] { log += 'b'; });
  loop.run();
  EXPECT_EQ(log, "abc");
}

TEST(Loop, HoldKeepsRunGoingUntilTheLastRelease) {
  Loop loop;
  int ran = 0;
  loop.hold();
  loop.hold();
  std::thread other([&] {
    for (int i = 0; i < 2; ++i) {
      loop.post([&] {
        ++ran;
        loop.release();
      });
    }
  });
  loop.run();
  other.join();
  EXPECT_EQ(ran, 2);
}

TEST(Loop, PostFromManyThreads) {
  Loop loop;
  constexpr int kThreads = 4;
  constexpr int kPosts = 1000;
  int ran = 0;  // only the loop's thread touches it
  loop.impl().scheduler().hold();
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < kPosts; ++k) {
        loop.post([&] {
          if (++ran == kThreads * kPosts) loop.impl().scheduler().release();
        });
      }
    });
  }
  loop.run();
  EXPECT_EQ(ran, kThreads * kPosts);
  for (std::thread& thread : threads) thread.join();
}

// Nothing but the posts keeps the loop running here, and another thread makes them.
TEST(Loop, APostThatRacesTheEndOfRunIsNotLost) {
  for (int i = 0; i < 300; ++i) {
    Loop loop;
    std::atomic<bool> ran = false;
    std::thread poster([&] { loop.post([&] { ran = true; }); });
    loop.run();
    poster.join();
    loop.run();
    EXPECT_TRUE(ran);
  }
}

TEST(Loop, PostedWorkThatNeverRanIsFreed) {
  auto alive = std::make_shared<int>(1);
  {
    Loop loop;
    loop.post([alive] {});
  }
  EXPECT_EQ(alive.use_count(), 1);
}

TEST(Loop, StopLeavesTheRestForLater) {
  Loop loop;
  int ran = 0;
  loop.impl().scheduler().hold();
  loop.post([&] {
    ++ran;
    loop.stop();
  });
  loop.run();
  EXPECT_EQ(ran, 1);
  loop.post([&] {
    ++ran;
    loop.impl().scheduler().release();
  });
  loop.run();
  EXPECT_EQ(ran, 2);
}

TEST(Loop, InsideAnotherProgramsLoop) {
  uv_loop_t host;
  uv_loop_init(&host);
  {
    Loop loop(host);
    int ran = 0;
    Job job([&] { ++ran; });
    loop.impl().scheduler().defer(job);
    uv_run(&host, UV_RUN_DEFAULT);  // ends: our handles do not keep it
    EXPECT_EQ(ran, 1);
  }
  EXPECT_EQ(uv_loop_close(&host), 0);
}

// The host's own callbacks are not ours to wrap: what they defer still runs before the loop waits.
TEST(Loop, TasksDeferredInTheHostsCallbacksRunBeforeTheNextWait) {
  uv_loop_t host;
  uv_loop_init(&host);
  {
    Loop loop(host);
    LoopImpl& impl = loop.impl();
    int ran = 0;
    struct State {
      LoopImpl& impl;
      Job job;
    } state{impl, Job([&] { ++ran; })};
    uv_prepare_t prepare;  // as late before the poll as can be
    uv_prepare_init(&host, &prepare);
    prepare.data = &state;
    impl.scheduler().hold();  // or else there would be nothing to wait for
    uv_prepare_start(&prepare, [](uv_prepare_t* handle) {
      auto* s = static_cast<State*>(handle->data);
      uv_prepare_stop(handle);
      s->impl.scheduler().defer(s->job);
    });
    uv_run(&host, UV_RUN_ONCE);  // would block for ever if the task did not keep it from waiting
    uv_run(&host, UV_RUN_ONCE);
    EXPECT_EQ(ran, 1);
    impl.scheduler().release();
    uv_close(reinterpret_cast<uv_handle_t*>(&prepare), nullptr);
    uv_run(&host, UV_RUN_DEFAULT);
  }
  EXPECT_EQ(uv_loop_close(&host), 0);
}

TEST(Scheduler, TasksRunInOrderOnceAfterTheStackUnwound) {
  LoopImpl loop;
  UvScheduler& scheduler = loop.scheduler();
  std::string log;
  Job a([&] { log += 'a'; });
  Job b([&] { log += 'b'; });
  Job removed([&] { log += 'x'; });
  loop.post([&] {
    scheduler.defer(b);
    scheduler.defer(removed);
    scheduler.defer(a);
    scheduler.defer(b);  // queued already
    scheduler.remove(removed);
    log += '.';
  });
  loop.run();
  EXPECT_EQ(log, ".ba");
}

TEST(Scheduler, ATaskMayRemoveOthersOfItsRound) {
  LoopImpl loop;
  UvScheduler& scheduler = loop.scheduler();
  std::string log;
  Job c([&] { log += 'c'; });
  Job b([&] { log += 'b'; });
  Job a([&] {
    log += 'a';
    scheduler.remove(b);
  });
  scheduler.defer(a);
  scheduler.defer(b);
  scheduler.defer(c);
  loop.run();
  EXPECT_EQ(log, "ac");
}

// A task that always has more to do gives way to I/O: another libuv callback runs within few rounds.
TEST(Scheduler, ATaskThatDefersItselfDoesNotStarveTheLoop) {
  LoopImpl loop;
  UvScheduler& scheduler = loop.scheduler();
  int rounds = 0;
  bool stop = false;
  Job* again = nullptr;
  Job job([&] {
    ++rounds;
    if (!stop) scheduler.defer(*again);
  });
  again = &job;
  scheduler.defer(job);
  loop.post([&] { stop = true; });
  loop.run();
  EXPECT_LE(rounds, 3 * UvScheduler::kTaskRounds);
}

TEST(Scheduler, TheNextTurnComesOncePerTurnOfTheLoop) {
  LoopImpl loop;
  std::string log;
  int turns = 0;
  Job again([&] {
    log += 'n';
    loop.scheduler().next_turn(again);
  });
  Job deferred([&] { log += 'd'; });
  Job removed([&] { log += '!'; });
  loop.scheduler().next_turn(again);
  loop.scheduler().next_turn(again);
  loop.scheduler().next_turn(removed);
  loop.scheduler().defer(deferred);
  loop.scheduler().remove(removed);
  for (; turns < 3; ++turns) {
    log += '|';
    EXPECT_NE(uv_run(loop.uv(), UV_RUN_NOWAIT), 0);
  }
  EXPECT_EQ(log, "|dn|n|n");
  loop.scheduler().remove(again);
  EXPECT_EQ(uv_run(loop.uv(), UV_RUN_NOWAIT), 0);
}

TEST(Scheduler, ATimerFiresNotBeforeItsTime) {
  LoopImpl loop;
  UvScheduler& scheduler = loop.scheduler();
  scheduler.hold();
  const uint64_t due = scheduler.now() + 3 * kMs + 1;
  uint64_t fired = 0;
  Alarm alarm([&] {
    fired = uv_hrtime();
    scheduler.release();
  });
  Alarm far([] { ADD_FAILURE(); });
  scheduler.arm(far, due + 3'600'000 * kMs);
  scheduler.arm(alarm, due);  // earlier than what libuv's timer is set to
  loop.run();
  EXPECT_GE(fired, due);
  scheduler.cancel(far);
}

TEST(Scheduler, TimersAloneDoNotKeepTheLoop) {
  LoopImpl loop;
  Alarm alarm([] { ADD_FAILURE(); });
  loop.scheduler().arm(alarm, loop.scheduler().now() + 3'600'000 * kMs);
  loop.run();
  loop.scheduler().cancel(alarm);
}

TEST(Scheduler, AMovedTimerFiresOnceAtItsNewTime) {
  LoopImpl loop;
  UvScheduler& scheduler = loop.scheduler();
  scheduler.hold();
  int fired = 0;
  Alarm alarm([&] {
    ++fired;
    scheduler.release();
  });
  const uint64_t begin = scheduler.now();
  scheduler.arm(alarm, begin + 1 * kMs);
  scheduler.arm(alarm, begin + 5 * kMs);
  loop.run();
  EXPECT_EQ(fired, 1);
  EXPECT_GE(scheduler.now(), begin + 5 * kMs);
}

// N18: the loop stood still past a deadline; bytes had come in time. The bytes win.
TEST(Scheduler, N18_DeadlinesAreJudgedAfterWhatHadArrivedWasRead) {
  LoopImpl loop;
  UvScheduler& scheduler = loop.scheduler();
  scheduler.hold();
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  std::string log;
  struct State {
    UvScheduler& scheduler;
    std::string& log;
    Alarm deadline;
    uv_poll_t poll{};
  } state{scheduler, log, Alarm([&] { log += "expired"; }), {}};
  uv_poll_init(loop.uv(), &state.poll, pipe[0]);
  state.poll.data = &state;
  uv_poll_start(&state.poll, UV_READABLE, [](uv_poll_t* handle, int, int) {
    auto* s = static_cast<State*>(handle->data);
    UvScheduler::Batch batch(s->scheduler);
    s->log += "read";
    s->scheduler.cancel(s->deadline);
    uv_close(reinterpret_cast<uv_handle_t*>(handle), nullptr);
    s->scheduler.release();
  });
  scheduler.arm(state.deadline, scheduler.now() + 2 * kMs);
  ASSERT_EQ(write(pipe[1], "x", 1), 1);
  // User code holds the loop up until the deadline is long gone.
  const uint64_t until = uv_hrtime() + 20 * kMs;
  while (uv_hrtime() < until) {
  }
  loop.run();
  EXPECT_EQ(log, "read");
  close(pipe[0]);
  close(pipe[1]);
}

TEST(Scheduler, NowStandsStillWithinABatch) {
  LoopImpl loop;
  loop.post([&] {
    const uint64_t first = loop.scheduler().now();
    while (uv_hrtime() == first) {
    }
    EXPECT_EQ(loop.scheduler().now(), first);
  });
  loop.run();
  const uint64_t outside = loop.scheduler().now();
  while (uv_hrtime() == outside) {
  }
  EXPECT_GT(loop.scheduler().now(), outside);
}

TEST(LoopImpl, StackedLayersGetDifferentSlabsAndUseThemAgain) {
  LoopImpl loop;
  const std::byte* first;
  const std::byte* second;
  {
    LoopImpl::Slab a(loop);
    LoopImpl::Slab b(loop);
    first = a.bytes().data();
    second = b.bytes().data();
    EXPECT_NE(first, second);
    EXPECT_EQ(a.bytes().size(), LoopImpl::kSlabSize);
  }
  LoopImpl::Slab again(loop);
  EXPECT_TRUE(again.bytes().data() == first || again.bytes().data() == second);
}

}  // namespace
}  // namespace godwit::net
