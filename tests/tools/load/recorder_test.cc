// SPDX-License-Identifier: MIT
#include "godwit/tools/load/measure/recorder.h"

#include <gtest/gtest.h>

namespace godwit::load {
namespace {

constexpr uint64_t kMs = 1'000'000;
constexpr uint64_t kBegin = 1'000'000 * kMs;

// answered is a request due 2 ms before it was started, over a connection made for it, that took 60 ms.
Finished answered(uint64_t due) {
  Timing timing;
  timing.queue = 1 * kMs;
  timing.resolve = 2 * kMs;
  timing.connect = 3 * kMs;
  timing.tls = 4 * kMs;
  timing.send = 15 * kMs;
  timing.first_byte = 35 * kMs;
  timing.total = 60 * kMs;
  return {due, due + 2 * kMs, timing, 100, 200};
}

void expect_only(const Histogram& histogram, uint64_t value) {
  EXPECT_EQ(histogram.count(), 1u);
  EXPECT_EQ(histogram.max(), value);
}

TEST(Recorder, AGoodRequestIsCountedFromDueFromSentAndByItsParts) {
  Recorder recorder(kBegin);
  recorder.noticed(kBegin, kBegin + kMs);
  recorder.sent(kBegin);
  recorder.good(answered(kBegin));
  const Measurements values = recorder.take();
  expect_only(values.from_due, 62 * kMs);
  expect_only(values.from_sent, 50 * kMs);  // without the wait for a connection, and the making of it
  expect_only(values.lag, kMs);
  expect_only(values.connect, 5 * kMs);
  expect_only(values.tls, 4 * kMs);
  expect_only(values.first_byte, 20 * kMs);
  expect_only(values.transfer, 25 * kMs);
  EXPECT_TRUE(values.failed.empty());
  EXPECT_EQ(values.sent, 1u);
  EXPECT_EQ(values.connections, 1u);
  EXPECT_EQ(values.body_bytes, 100u);
  EXPECT_EQ(values.statuses, (std::map<int, uint64_t>{{200, 1}}));
  ASSERT_EQ(values.series.slots().size(), 1u);
  EXPECT_EQ(values.series.slots()[0].good, 1u);
}

TEST(Recorder, AConnectionMadeForAnotherRequestTakesNothingFromTheServersTime) {
  Recorder recorder(kBegin);
  Finished finished = answered(kBegin);
  finished.timing.queue = 0;
  finished.timing.connect = 100 * kMs;  // begun long before this request
  finished.timing.send = 15 * kMs;
  recorder.good(finished);
  expect_only(recorder.take().from_sent, 45 * kMs);
}

TEST(Recorder, AKeptConnectionHasNoPartsOfItsMaking) {
  Recorder recorder(kBegin);
  Finished finished = answered(kBegin);
  finished.timing.resolve = finished.timing.connect = finished.timing.tls = 0;
  recorder.good(finished);
  const Measurements values = recorder.take();
  EXPECT_TRUE(values.connect.empty());
  EXPECT_TRUE(values.tls.empty());
  EXPECT_EQ(values.connections, 0u);
  expect_only(values.from_sent, 59 * kMs);
}

TEST(Recorder, TheWarmUpLeavesNoTrace) {
  Recorder recorder(kBegin);
  const uint64_t due = kBegin - 1;
  recorder.noticed(due, kBegin + kMs);
  recorder.sent(due);
  recorder.good(answered(due));
  recorder.failed(answered(due), {.code = Errc::head_timeout, .phase = Phase::head}, {});
  recorder.unexpected_status(answered(due));
  recorder.unexpected_body(answered(due));
  recorder.still_open(due, kBegin + kMs);
  recorder.loop_delay(due, kBegin + kMs);
  EXPECT_EQ(recorder.take(), Measurements());
}

TEST(Recorder, FailuresAreKeptApartByCause) {
  Recorder recorder(kBegin);
  const Error refused{.code = Errc::connect_failed, .phase = Phase::connect};
  recorder.failed(answered(kBegin), refused, "connection refused");
  recorder.failed(answered(kBegin), refused, "something else");
  recorder.failed(answered(kBegin), {.code = Errc::head_timeout, .phase = Phase::head}, {});
  recorder.failed(answered(kBegin), {.code = Errc::invalid_request}, "no");
  recorder.unexpected_body(answered(kBegin));
  Finished unavailable = answered(kBegin);
  unavailable.status = 503;
  recorder.unexpected_status(unavailable);
  const Measurements values = recorder.take();
  EXPECT_TRUE(values.from_due.empty());
  EXPECT_EQ(values.failed.count(), 6u);
  ASSERT_EQ(values.causes.size(), 5u);
  EXPECT_EQ(values.causes.at("connect-failed in connect"),
            (Cause{2, "connect-failed in connect: connection refused"}));
  EXPECT_EQ(values.causes.at("head-timeout in head").count, 1u);
  EXPECT_EQ(values.causes.at("invalid-request").count, 1u);
  EXPECT_EQ(values.causes.at("unexpected body").count, 1u);
  EXPECT_EQ(values.causes.at("status 503").count, 1u);
  EXPECT_EQ(values.statuses.at(503), 1u);
  EXPECT_EQ(values.series.slots()[0].failed, 6u);
}

TEST(Recorder, WhatIsOpenAtTheEndIsCountedWithItsAge) {
  Recorder recorder(kBegin);
  recorder.still_open(kBegin, kBegin + 5 * kMs);
  recorder.still_open(kBegin + 3 * kMs, kBegin + 5 * kMs);
  recorder.unsent(7, 9 * kMs);
  recorder.unsent(1, 2 * kMs);
  const Measurements values = recorder.take();
  EXPECT_EQ(values.open(), 2u);
  EXPECT_EQ(values.open_age.max(), 5 * kMs);
  EXPECT_EQ(values.unsent, 8u);
  EXPECT_EQ(values.oldest_unsent, 9 * kMs);
}

TEST(Recorder, PartsReadFromClocksOutOfOrderDoNotWrap) {
  Recorder recorder(kBegin);
  Finished odd = answered(kBegin);
  odd.timing.first_byte = odd.timing.send - 1;  // an answer before the request was out
  odd.started = odd.due - 100 * kMs;
  recorder.good(odd);
  const Measurements values = recorder.take();
  expect_only(values.first_byte, 0);
  expect_only(values.from_due, 0);
}

}  // namespace
}  // namespace godwit::load
