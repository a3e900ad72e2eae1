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
  EXPECT_TRUE(should_resend(stale(), 0, true));
  EXPECT_FALSE(should_resend(stale(), kMaxResends, true));
}

TEST(Retry, EachConditionIsNeeded) {
  Error e = stale();
  e.reused = false;
  EXPECT_FALSE(should_resend(e, 0, true)) << "a fresh connection was not stale";
  e = stale();
  e.idempotent = false;
  EXPECT_FALSE(should_resend(e, 0, true)) << "a POST may have worked";
  e.sent = false;
  EXPECT_TRUE(should_resend(e, 0, true)) << "unless nothing of it was sent";
  e = stale();
  e.received = 1;
  EXPECT_FALSE(should_resend(e, 0, true)) << "an answer had begun";
  EXPECT_FALSE(should_resend(stale(), 0, false)) << "the body is gone";
  for (Errc code : {Errc::head_timeout, Errc::incomplete_read, Errc::bad_status_line, Errc::cancelled}) {
    e = stale();
    e.code = code;
    EXPECT_FALSE(should_resend(e, 0, true)) << name(code);
  }
}

}  // namespace
}  // namespace godwit::policy
