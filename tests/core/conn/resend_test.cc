// SPDX-License-Identifier: MIT
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "godwit/tests/core/conn/rig.h"

namespace godwit::testing {
namespace {

// Busy, a host hands its connections from one request to the next. The one resend is not to be spent on
// another kept connection: a peer that closes them all unsaid would fail one safe request in six.
struct StaleAmongOthers : ::testing::Test {
  static constexpr std::string_view kEmpty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  // begin keeps two connections, and has each serve one request more; a is the one with `unlucky`.
  void begin(Rig& rig) {
    rig.get("http://a.example/", warm_a);
    rig.get("http://a.example/", warm_b);
    a = rig.accept();
    b = rig.accept();
    rig.deliver(*a, kEmpty);
    rig.deliver(*b, kEmpty);
    rig.get("http://a.example/other", other);
    rig.get("http://a.example/unlucky", unlucky);
    rig.run();
    if (a->sent.find("unlucky") == std::string::npos) std::swap(a, b);
  }
  void expect_served_by(Rig& rig, Wire& wire) {
    EXPECT_NE(wire.sent.find("GET /unlucky"), std::string::npos);
    rig.deliver(wire, kEmpty);
    EXPECT_EQ(unlucky.error.code, Errc::ok);
    EXPECT_FALSE(unlucky.reused);
  }
  Recorder warm_a, warm_b, other, unlucky, third;
  std::shared_ptr<Wire> a, b;
};

TEST_F(StaleAmongOthers, N5_TheResendWaitsForItsOwnConnection) {
  Rig rig;
  begin(rig);
  a->end();
  rig.run();
  rig.deliver(*b, kEmpty);
  EXPECT_EQ(b->sent.find("unlucky"), std::string::npos);
  rig.get("http://a.example/third", third);
  rig.run();
  EXPECT_NE(b->sent.find("GET /third"), std::string::npos) << "it was kept for whoever may have it";
  EXPECT_EQ(rig.connector.attempts, 3);
  auto fresh = rig.accept();
  expect_served_by(rig, *fresh);
  rig.deliver(*b, kEmpty);
}

TEST_F(StaleAmongOthers, N5_AWaiterBehindTheResendMayHaveTheKeptOne) {
  Rig rig({.max_connections_per_host = 2});
  begin(rig);
  a->end();
  rig.get("http://a.example/third", third);
  rig.run();
  rig.deliver(*b, kEmpty);
  EXPECT_NE(b->sent.find("GET /third"), std::string::npos);
  auto fresh = rig.accept();
  expect_served_by(rig, *fresh);
  rig.deliver(*b, kEmpty);
  EXPECT_EQ(third.error.code, Errc::ok);
}

TEST_F(StaleAmongOthers, N5_AtTheLimitAKeptOneGivesWay) {
  Rig rig({.max_connections_per_host = 2});
  begin(rig);
  rig.get("http://a.example/third", third);
  rig.run();
  a->end();
  rig.run();
  // The place that came free goes to the third request, which asked first.
  auto next = rig.accept();
  ASSERT_NE(next->sent.find("GET /third"), std::string::npos);
  rig.deliver(*b, kEmpty);
  EXPECT_TRUE(b->closed);
  auto fresh = rig.accept();
  expect_served_by(rig, *fresh);
  rig.deliver(*next, kEmpty);
  EXPECT_EQ(third.error.code, Errc::ok);
}

}  // namespace
}  // namespace godwit::testing
