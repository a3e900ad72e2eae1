// SPDX-License-Identifier: MIT
#include "godwit/tls/status.h"

#include <gtest/gtest.h>

#include "godwit/tls/printable.h"

namespace godwit::tls {
namespace {

using namespace std::literals;

TEST(Status, NamesAreKebabCase) {
  EXPECT_EQ(name(FailureKind::not_tls), "not-tls");
  EXPECT_EQ(name(FailureKind::none), "none");
  EXPECT_EQ(name(CertificateReason::missing_intermediate), "missing-intermediate");
}

TEST(Status, AlertsHaveTheNamesOfTheRegistry) {
  EXPECT_EQ(alert_name(40), "handshake_failure");
  EXPECT_EQ(alert_name(48), "unknown_ca");
  EXPECT_EQ(alert_name(255), "unknown_alert");
}

TEST(Printable, EscapesAndCuts) {
  EXPECT_EQ(printable("plain text"), "plain text");
  EXPECT_EQ(printable("\x1b[31m\r\n\0\x7f\xff"sv), "\\x1b[31m\\x0d\\x0a\\x00\\x7f\\xff");
  EXPECT_EQ(printable("abc", 3), "abc");
  EXPECT_EQ(printable("abcd", 3), "abc...");
}

}  // namespace
}  // namespace godwit::tls
