// SPDX-License-Identifier: MIT
// N16: signals, seen from a process that does nothing about them.
#include <chrono>

#include "godwit/tests/e2e/child_process.h"
#include "godwit/tests/e2e/loopback_client.h"
#include "godwit/tests/support/scripted_server.h"

namespace godwit::testing {
namespace {

using namespace std::chrono_literals;

struct Signals : LoopbackTest {
  const test::Certificate ca = test::make_ca("Root");
  const test::Certificate leaf = [&] {
    test::CertificateSpec spec;
    spec.ip = {"127.0.0.1"};
    return test::make_certificate(spec, &ca);
  }();
};

TEST_F(Signals, N16_WritingToAResetConnectionDoesNotKill) {
  for (const bool tls : {false, true}) {
    ScriptedServer::Options options;
    if (tls) options.chain = {&leaf};
    // The server resets as it has the head, with the upload on its way.
    ScriptedServer peer([](const ScriptedRequest&) { return Answer{"", Then::reset}; }, options);
    const std::string ca_file = write_file("ca.pem", ca.pem());
    for (int i = 0; i < 5; ++i) {
      ChildProcess child({child_client(), "upload", peer.url("/"), ca_file, "100000000"});
      const std::string error = child.value("error");
      EXPECT_TRUE(error == "remote-disconnected" || error == "send-failed") << error;
      EXPECT_NE(child.value("message").find("connection reset by peer"), std::string::npos);
      EXPECT_EQ(child.value("bytes"), "0");
      EXPECT_EQ(child.wait(), 0) << "ended by a signal";
    }
  }
}

TEST_F(Signals, N16_InterruptedCallsGoOn) {
  const std::string ca_file = write_file("ca.pem", server().ca_pem());
  for (const std::string& url : {server().http_url("/bytes/10m"), server().https_url("/bytes/10m")}) {
    ChildProcess child({child_client(), "interrupted", url, ca_file});
    EXPECT_EQ(child.value("error"), "ok");
    EXPECT_EQ(child.value("bytes"), "10485760");
    EXPECT_EQ(child.wait(), 0);
  }
}

TEST_F(Signals, N16_ADeadlineThatPassedWhileStoppedFiresAtOnce) {
  ChildProcess child({child_client(), "deadline", server().http_url("/fault/hang"),
                      write_file("ca.pem", server().ca_pem()), "1000"});
  EXPECT_EQ(child.value("started"), "1");
  child.signal(SIGSTOP);
  ASSERT_TRUE(child.wait_stopped());
  // The server's clock, not a sleep, tells when the deadline is over.
  EXPECT_EQ(outcome(fetch(server().http_url("/delay/1500"))), "ok");
  const auto continued = std::chrono::steady_clock::now();
  child.signal(SIGCONT);
  EXPECT_EQ(child.value("error"), "total-timeout");
  EXPECT_LT(std::chrono::steady_clock::now() - continued, 900ms) << "the deadline began again";
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Signals, N16_AnAnswerThatCameWhileStoppedIsRead) {
  ChildProcess child({child_client(), "deadline", server().http_url("/delay/300"),
                      write_file("ca.pem", server().ca_pem()), "1000"});
  EXPECT_EQ(child.value("started"), "1");
  // The request has to be there before the client is stopped: its answer takes the server 300 ms.
  EXPECT_EQ(outcome(fetch(server().http_url("/delay/200"))), "ok");
  child.signal(SIGSTOP);
  ASSERT_TRUE(child.wait_stopped());
  EXPECT_EQ(outcome(fetch(server().http_url("/delay/1200"))), "ok");
  child.signal(SIGCONT);
  EXPECT_EQ(child.value("error"), "ok") << "it was in time";
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace godwit::testing
