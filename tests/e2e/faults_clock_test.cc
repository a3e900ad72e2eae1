// SPDX-License-Identifier: MIT
// N17: the wall clock jumps. It is of no account but to certificates.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <ctime>

#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "godwit/tests/e2e/loopback_client.h"

namespace {
std::atomic<int64_t> jump = 0;  // seconds
}

// The program's own, which come before the C library's in every library of the process.
extern "C" int clock_gettime(clockid_t clock, timespec* out) noexcept {
  const int status = static_cast<int>(syscall(SYS_clock_gettime, clock, out));
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) out->tv_sec += jump;
  return status;
}
extern "C" int gettimeofday(timeval* out, void*) noexcept {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  *out = {now.tv_sec, now.tv_nsec / 1000};
  return 0;
}
extern "C" time_t time(time_t* out) noexcept {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out) *out = now.tv_sec;
  return now.tv_sec;
}

namespace godwit::testing {
namespace {

using namespace std::chrono_literals;

constexpr int64_t kYears = int64_t{365} * 24 * 3600;

struct Clock : LoopbackTest {
  void TearDown() override {
    jump = 0;
    LoopbackTest::TearDown();
  }
};

TEST_F(Clock, N17_ADeadlineIsNotReachedByAJump) {
  for (const int64_t by : {30 * kYears, -30 * kYears}) {
    Recorder r;
    r.hook = [&](Response&, std::string_view event) {
      if (event == "head 200") jump = by;
    };
    LoopbackClient client({.timeouts = {.body_idle = 10s, .total = 60s, .idle = 60s}});
    client.get(server().http_url("/drip/10?ms=10"), r);
    client.run();
    EXPECT_EQ(outcome(r), "ok") << r.message;
    EXPECT_LT(r.timing.total, 30'000'000'000u);
    // Nor is that of an idle connection.
    Recorder next;
    client.get(server().http_url("/bytes/10"), next);
    client.run();
    EXPECT_EQ(outcome(next), "ok") << next.message;
    EXPECT_TRUE(next.reused);
    jump = 0;
  }
}

TEST_F(Clock, N17_ADeadlineIsReachedInSpiteOfAJump) {
  for (const int64_t by : {30 * kYears, -30 * kYears}) {
    Recorder r;
    LoopbackClient client({.timeouts = {.head = 150ms}});
    client.get(server().http_url("/fault/hang"), r);
    client.loop().post([&] { jump = by; });
    client.run();
    EXPECT_EQ(r.error.code, Errc::head_timeout) << r.message;
    EXPECT_GE(r.timing.total, 150'000'000u);
    EXPECT_LT(r.timing.total, 10'000'000'000u);
    jump = 0;
  }
}

TEST_F(Clock, N17_CertificatesAreJudgedByTheWallClock) {
  const auto get = [&] {
    Recorder r;
    LoopbackClient client(trusting());
    client.get(server().https_url("/bytes/10"), r);
    client.run();
    return r;
  };
  EXPECT_EQ(outcome(get()), "ok");
  jump = 30 * kYears;
  const Recorder late = get();
  EXPECT_EQ(late.error.code, Errc::certificate_rejected) << late.message;
  jump = -30 * kYears;
  const Recorder early = get();
  EXPECT_EQ(early.error.code, Errc::certificate_rejected) << early.message;
}

}  // namespace
}  // namespace godwit::testing
