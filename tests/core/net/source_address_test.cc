// SPDX-License-Identifier: MIT
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/tests/core/net/connector_rig.h"
#include "godwit/tests/support/own_network.h"

namespace godwit::net {
namespace {

using namespace std::chrono_literals;
using testing::Listener;
using testing::Sink;

class SourceAddressTest : public testing::ConnectorTest {};

// What happens when ports are used up is tried in a child, in a network of its own.
struct UsedUpPorts final : testing::ConnectorTest {
  UsedUpPorts() {
    // The listener has its port by now. Of an odd number of ports the system does not look at each.
    EXPECT_TRUE(godwit::testing::set_local_ports(40000, 40003));
    sockaddr_storage address;
    const socklen_t size = to_sockaddr(listener.endpoint(), address);
    for (int i = 0; i < 4; ++i) {
      const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
      taken.emplace_back(fd);
    }
  }
  void TestBody() override {
    {
      Connector connector(loop, names, options, plain);
      Sink sink;
      connect(connector, http("127.0.0.1", listener.port()), sink);
      EXPECT_EQ(sink.error.sys, UV_EADDRNOTAVAIL);
      EXPECT_TRUE(sink.diagnosis.ends_with(": address not available: all local ports are in use"))
          << sink.diagnosis;
    }
    {
      options.source_addresses = {"127.0.0.1", "127.0.0.2"};
      Connector connector(loop, names, options, plain);
      for (int i = 0; i < 2; ++i) {
        Sink sink;
        connect(connector, http("127.0.0.1", listener.port()), sink);
        EXPECT_TRUE(sink.transport) << sink.diagnosis;
      }
      options.source_addresses.clear();
    }
    options.wait_for_ports = true;
    Connector patient(loop, names, options, plain);
    Sink sink;
    patient.connect(http("127.0.0.1", listener.port()), sink);
    driver.turns();
    EXPECT_EQ(sink.calls, 0);
    taken.back().reset();  // a port that is closed in good order is not free for a minute
    EXPECT_TRUE(driver.until([&] { return sink.calls != 0; }));
    EXPECT_TRUE(sink.transport) << sink.diagnosis;
  }

  Listener listener;
  std::vector<testing::Peer> taken;
};

// Four ports of one source address are four for each peer, since none is taken before it is known for which.
struct PortsForEachPeer final : testing::ConnectorTest {
  PortsForEachPeer() { EXPECT_TRUE(godwit::testing::set_local_ports(40000, 40003)); }
  void TestBody() override {
    options.source_addresses = {"127.0.0.1"};
    Connector connector(loop, names, options, plain);
    std::vector<ports::TransportPtr> kept;
    for (const Listener* listener : {&one, &other}) {
      for (int i = 0; i < 4; ++i) {
        Sink sink;
        connect(connector, http("127.0.0.1", listener->port()), sink);
        EXPECT_TRUE(sink.transport) << sink.diagnosis;
        kept.push_back(std::move(sink.transport));
      }
    }
  }

  Listener one, other;
};

TEST(SourcePorts, ThoseOfASourceAddressCountForEachPeer) {
  godwit::testing::in_own_network([] { PortsForEachPeer().TestBody(); });
}

TEST(SourcePorts, N13_PortsThatAreUsedUpAreNamedAndWaitedFor) {
  godwit::testing::in_own_network([] { UsedUpPorts().TestBody(); });
}

TEST_F(SourceAddressTest, SourceAddressesAreUsedInTurn) {
  Listener listener;
  options.source_addresses = {"127.0.0.3", "::1", "127.0.0.4"};
  Connector connector(loop, names, options, plain);
  std::string seen;
  for (int i = 0; i < 4; ++i) {
    Sink sink;
    connect(connector, http("127.0.0.1", listener.port()), sink);
    ASSERT_TRUE(sink.transport) << sink.diagnosis;
    const std::optional<Endpoint> from = listener.accept_from();
    ASSERT_TRUE(from);
    seen += static_cast<char>('0' + from->address.octets[3]);
  }
  EXPECT_EQ(seen, "3434");
}

TEST_F(SourceAddressTest, N13_SourceAddressesThatCannotBeUsedAreNamed) {
  {
    options.source_addresses = {"192.0.2.1"};
    Connector connector(loop, names, options, plain);
    Sink sink;
    connect(connector, http("127.0.0.1", 81), sink);
    EXPECT_EQ(sink.error.sys, UV_EADDRNOTAVAIL);
    EXPECT_EQ(sink.diagnosis,
              "127.0.0.1:81: address not available at 1 source address: it has no port left, or belongs to "
              "another machine");
  }
  options.source_addresses = {"::1"};
  Connector connector(loop, names, options, plain);
  Sink sink;
  connect(connector, http("127.0.0.1", 81), sink);
  EXPECT_EQ(sink.error.code, Errc::connect_failed);
  EXPECT_EQ(sink.diagnosis, "127.0.0.1:81: no source address of this family");
}

TEST_F(SourceAddressTest, N13_ASourceAddressThatCannotBeUsedLeavesItToTheNext) {
  Listener listener;
  options.source_addresses = {"192.0.2.1", "::1", "198.51.100.1", "127.0.0.3"};
  Connector connector(loop, names, options, plain);
  for (int i = 0; i < 2; ++i) {
    Sink sink;
    connect(connector, http("127.0.0.1", listener.port()), sink);
    ASSERT_TRUE(sink.transport) << sink.diagnosis;
    EXPECT_EQ(listener.accept_from()->address, *parse_address("127.0.0.3"));
  }
  // What the other end says is not for the next source to hear.
  const testing::ClosedPort closed;
  Sink refused;
  connect(connector, http("127.0.0.1", closed.number()), refused);
  EXPECT_EQ(refused.error.sys, UV_ECONNREFUSED);
}

TEST_F(SourceAddressTest, N13_APortIsWaitedForUntilTheTimeoutIfAskedFor) {
  options.wait_for_ports = true;
  options.timeouts.connect = 120ms;
  options.source_addresses = {"192.0.2.1"};
  Connector connector(loop, names, options, plain);
  Sink waited;
  connect(connector, http("127.0.0.1", 81), waited);
  EXPECT_EQ(waited.error.code, Errc::connect_timeout);
  EXPECT_TRUE(waited.diagnosis.starts_with("127.0.0.1:81: address not available at ")) << waited.diagnosis;
  // For nothing else, though.
  const testing::ClosedPort closed;
  options.source_addresses = {"127.0.0.1"};
  Connector sound(loop, names, options, plain);
  Sink refused, other_family;
  connect(sound, http("127.0.0.1", closed.number()), refused);
  EXPECT_EQ(refused.error.code, Errc::connect_failed);
  connect(sound, http("::1", closed.number()), other_family);
  EXPECT_EQ(other_family.error.code, Errc::connect_failed);
}

}  // namespace
}  // namespace godwit::net
