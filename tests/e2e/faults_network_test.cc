// SPDX-License-Identifier: MIT
// N15: the interface goes down in the middle. Tried in a network of our own.
#include <chrono>
#include <memory>
#include <string>

#include "godwit/tests/e2e/loopback_client.h"
#include "godwit/tests/support/own_network.h"

namespace godwit::testing {
namespace {

using namespace std::chrono_literals;

TEST(Network, N15_AnInterfaceThatGoesDownEndsByTheTimeouts) {
  in_own_network([] {
    const Watchdog watchdog("N15");
    std::string error;
    const std::unique_ptr<embedded::Server> server = embedded::Server::start({}, error);
    ASSERT_NE(server, nullptr) << error;
    Recorder body, head, unreached, after;
    LoopbackClient client(
        {.timeouts = {.connect = 300ms, .head = 300ms, .body_idle = 300ms}, .blocksize = 0});
    bool down = false;
    body.hook = [&](Response&, std::string_view event) {
      if (event == "body" && !down) down = set_loopback(false);
    };
    client.get(server->http_url("/drip/1000000?ms=10"), body);
    client.get(server->http_url("/delay/150"), head);
    client.run();
    ASSERT_TRUE(down);
    EXPECT_EQ(body.error.code, Errc::body_timeout) << body.message;
    EXPECT_EQ(body.error.phase, Phase::body);
    EXPECT_EQ(head.error.code, Errc::head_timeout) << head.message;
    EXPECT_EQ(head.error.phase, Phase::head);

    client.get(server->http_url("/bytes/10"), unreached);
    client.run();
    // The system keeps its routes to itself: it says nothing, and drops what is sent.
    EXPECT_EQ(unreached.error.code, Errc::connect_timeout) << unreached.message;
    EXPECT_EQ(unreached.error.phase, Phase::connect);

    ASSERT_TRUE(set_loopback(true));
    client.get(server->http_url("/bytes/10"), after);
    client.run();
    EXPECT_EQ(outcome(after), "ok") << after.message;
  });
}

}  // namespace
}  // namespace godwit::testing
