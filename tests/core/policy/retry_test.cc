// SPDX-License-Identifier: MIT
#include "godwit/core/policy/retry.h"

#include <gtest/gtest.h>

namespace godwit::policy {
namespace {

constexpr Error stale() {
  return {.code = Errc::remote_disconnected,
          .phase = Phase::head,
          .sent = true,
          .reused = true,
          .idempotent = true};
}

TEST(Retry, AStaleConnectionIsForgivenOnce) {
  EXPECT_TRUE(should_resend(stale(), 0));
  EXPECT_FALSE(should_resend(stale(), kMaxResends));
}

TEST(Retry, EachConditionIsNeeded) {
  Error e = stale();
  e.reused = false;
  EXPECT_FALSE(should_resend(e, 0)) << "a fresh connection was not stale";
  e = stale();
  e.idempotent = false;
  EXPECT_FALSE(should_resend(e, 0)) << "a POST may have worked";
  e.sent = false;
  EXPECT_TRUE(should_resend(e, 0)) << "unless nothing of it was sent";
  e = stale();
  e.received = 1;
  EXPECT_FALSE(should_resend(e, 0)) << "an answer had begun";
  for (Errc code : {Errc::head_timeout, Errc::incomplete_read, Errc::bad_status_line, Errc::cancelled}) {
    e = stale();
    e.code = code;
    EXPECT_FALSE(should_resend(e, 0)) << name(code);
  }
}

TEST(Retry, AHandshakeThatBrokeBehindEarlyDataIsForgivenOnce) {
  const Error e{.code = Errc::early_data_rejected, .phase = Phase::tls, .sent = true};
  EXPECT_TRUE(should_resend(e, 0));
  EXPECT_FALSE(should_resend(e, kMaxResends));
}

TEST(Retry, TooEarlyIsForgivenOnceToWhoWasEarly) {
  EXPECT_TRUE(should_resend_later(425, true, 0));
  EXPECT_FALSE(should_resend_later(425, true, kMaxResends));
  EXPECT_FALSE(should_resend_later(425, false, 0));
  EXPECT_FALSE(should_resend_later(503, true, 0));
}

}  // namespace
}  // namespace godwit::policy
