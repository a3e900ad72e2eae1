// SPDX-License-Identifier: MIT
#include "godwit/tools/embedded_server/response_plan.h"

#include <string>

#include <gtest/gtest.h>

#include "godwit/tools/embedded_server/pattern.h"

namespace godwit::embedded {
namespace {

std::string content(uint64_t offset, size_t size) {
  std::string text(size, '\0');
  for (size_t i = 0; i < size; ++i) text[i] = pattern_byte(offset + i);
  return text;
}

// produced runs a plan that has no wait, `slice` bytes at a time.
std::string produced(const ResponsePlan& plan, size_t slice) {
  std::string all;
  std::string buffer(slice, '\0');
  Cursor cursor;
  while (!plan.finished(cursor)) {
    size_t size = plan.produce(cursor, buffer.data(), slice);
    EXPECT_GT(size, 0u);
    if (size == 0) break;
    all.append(buffer, 0, size);
  }
  return all;
}

TEST(Pattern, FillAgreesWithTheByteFunctionAcrossThePeriod) {
  for (uint64_t offset : {uint64_t{0}, kPatternPeriod - 3, kPatternPeriod * 5 - 1, (uint64_t{1} << 32) + 7}) {
    std::string filled(200000, '\0');
    fill_pattern(offset, filled.data(), filled.size());
    ASSERT_EQ(filled, content(offset, filled.size())) << offset;
  }
}

TEST(Pattern, SumIsTheSumOfAllBytes) {
  uint64_t sum = 0;
  for (uint64_t i = 0; i < 200000; ++i) {
    if (i % 9973 == 0 || i % kPatternPeriod < 2) {
      ASSERT_EQ(pattern_sum(i), sum) << i;
    }
    sum += static_cast<unsigned char>(pattern_byte(i));
  }
}

TEST(ResponsePlan, ChunkedBodyInSlicesOfEverySize) {
  ResponsePlan plan;
  plan.reset(false, true, 1);
  plan.body_chunked(37, 16, "X: y\r\n");
  const std::string expected = "10\r\n" + content(0, 16) + "\r\n10\r\n" + content(16, 16) + "\r\n5\r\n" +
                               content(32, 5) + "\r\n0\r\nX: y\r\n\r\n";
  EXPECT_EQ(plan.size(), expected.size());
  for (size_t slice = 1; slice <= expected.size(); ++slice)
    ASSERT_EQ(produced(plan, slice), expected) << slice;
}

TEST(ResponsePlan, LimitCutsAtEveryByte) {
  ResponsePlan plan;
  plan.reset(false, true, 1);
  plan.status(200);
  plan.end_head();
  plan.body_chunked(20, 8, {});
  const std::string whole = produced(plan, 7);
  for (size_t limit = 0; limit <= whole.size() + 1; ++limit) {
    plan.limit = limit;
    ASSERT_EQ(produced(plan, 7), whole.substr(0, limit)) << limit;
  }
}

TEST(ResponsePlan, HeadWithoutBodyForHeadRequests) {
  ResponsePlan plan;
  plan.reset(true, true, 1);
  plan.status(200);
  plan.content_length(10);
  plan.end_head();
  plan.body_text("0123456789");
  plan.body_pattern(0, 5);
  plan.body_chunked(5, 5, {});
  EXPECT_EQ(produced(plan, 1000), "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
}

TEST(ResponsePlan, ConnectionFieldFollowsEndingAndVersion) {
  struct Case {
    bool keep;
    int minor;
    std::string_view field;
  };
  for (const Case& c :
       {Case{true, 1, ""}, Case{false, 1, "Connection: close\r\n"},
        Case{true, 0, "Connection: keep-alive\r\n"}, Case{false, 0, "Connection: close\r\n"}}) {
    ResponsePlan plan;
    plan.reset(false, c.keep, c.minor);
    plan.status(200);
    plan.end_head();
    EXPECT_EQ(produced(plan, 100), "HTTP/1.1 200 OK\r\n" + std::string(c.field) + "\r\n");
  }
}

TEST(ResponsePlan, StopsAtAWait) {
  ResponsePlan plan;
  plan.reset(false, true, 1);
  plan.raw("before");
  plan.wait(5);
  plan.raw("after");
  Cursor cursor;
  char out[100];
  EXPECT_EQ(plan.produce(cursor, out, sizeof out), 6u);
  EXPECT_EQ(plan.produce(cursor, out, sizeof out), 0u);
  EXPECT_EQ(plan.step(cursor).wait_ms, 5u);
  ++cursor.step;
  EXPECT_EQ(plan.produce(cursor, out, sizeof out), 5u);
  EXPECT_TRUE(plan.finished(cursor));
}

TEST(ResponsePlan, BytewiseStepsAreNeverJoinedToOthers) {
  ResponsePlan plan;
  plan.reset(false, true, 1);
  plan.raw("before");
  plan.pace(5);
  plan.raw("xy");
  plan.unpaced();
  plan.raw("after");
  Cursor cursor;
  char out[100];
  for (size_t size : {6, 1, 1, 5}) EXPECT_EQ(plan.produce(cursor, out, sizeof out), size);
  EXPECT_TRUE(plan.finished(cursor));
}

TEST(ResponsePlan, ALargeTextIsGivenBackAndASmallOneKept) {
  ResponsePlan plan;
  plan.reset(false, true, 1);
  plan.raw(std::string(1000, 'x'));
  plan.reset(false, true, 1);
  EXPECT_GE(plan.text.capacity(), 1000u);
  plan.raw(std::string(1000000, 'x'));
  plan.reset(false, true, 1);
  EXPECT_LT(plan.text.capacity(), 1000u);
}

TEST(ResponsePlan, EndlessTextGoesRound) {
  ResponsePlan plan;
  plan.reset(false, true, 1);
  plan.raw_repeated("abc", kEndless);
  EXPECT_EQ(plan.size(), kEndless);
  Cursor cursor;
  char out[8];
  ASSERT_EQ(plan.produce(cursor, out, sizeof out), 8u);
  EXPECT_EQ(std::string_view(out, 8), "abcabcab");
  EXPECT_FALSE(plan.finished(cursor));
}

}  // namespace
}  // namespace godwit::embedded
