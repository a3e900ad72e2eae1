// SPDX-License-Identifier: MIT
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "godwit/core/net/endpoint.h"
#include "godwit/core/net/family_memory.h"
#include "godwit/core/net/happy_eyeballs.h"
#include "godwit/tests/core/net/connector_rig.h"
#include "godwit/tests/core/net/recorder.h"
#include "godwit/tools/embedded_server/server.h"

namespace godwit::net {
namespace {

using namespace std::chrono_literals;
using testing::ConnectorTest;
using testing::FullListener;
using testing::Listener;
using testing::Peer;
using testing::Sink;

TEST_F(ConnectorTest, LiteralsNeverReachTheResolver) {
  Connector connector(loop, names, options, plain);
  for (const char* host : {"127.0.0.1", "::1"}) {
    Listener listener(host);
    if (!listener.good()) continue;
    Sink sink;
    connect(connector, http(host, listener.port()), sink);
    ASSERT_TRUE(sink.transport) << sink.diagnosis;
    EXPECT_EQ(sink.transport->remote(), to_text(listener.endpoint()));
    EXPECT_GT(sink.timing.connect, 0u);
    EXPECT_EQ(sink.timing.tls, 0u);
  }
  EXPECT_EQ(names.asked, 0);
}

TEST_F(ConnectorTest, OverridesComeBeforeNamesAndLiterals) {
  Listener listener;
  options.overrides = {{"Site.Example", listener.port(), "127.0.0.1"},
                       {"192.0.2.1", listener.port(), "127.0.0.1"},
                       {"[2001:db8::1]", listener.port(), "127.0.0.1"},
                       {"site.example", 1, "192.0.2.7"}};
  Connector connector(loop, names, options, plain);
  EXPECT_EQ(connector.problem(), "");
  for (const char* host : {"site.example", "192.0.2.1", "2001:db8::1"}) {
    Sink sink;
    connect(connector, http(host, listener.port()), sink);
    EXPECT_TRUE(sink.transport) << host << ' ' << sink.diagnosis;
  }
  EXPECT_EQ(names.asked, 0);
}

TEST_F(ConnectorTest, N1_TheNextAddressIsTried) {
  Listener listener("127.0.0.2");
  names.answers["a.example"] = {"127.0.0.1", "127.0.0.2"};
  Connector connector(loop, names, options, plain);
  Sink sink;
  connect(connector, http("a.example", listener.port()), sink);
  ASSERT_TRUE(sink.transport) << sink.diagnosis;
  EXPECT_EQ(sink.transport->remote(), to_text(listener.endpoint()));
}

TEST_F(ConnectorTest, N1_EveryAttemptIsListed) {
  const testing::ClosedPort closed;
  const std::string port = std::to_string(closed.number());
  names.answers["a.example"] = {"127.0.0.1", "::1", "127.0.0.2"};
  Connector connector(loop, names, options, plain);
  Sink sink;
  connect(connector, http("a.example", closed.number()), sink);
  EXPECT_EQ(sink.error.code, Errc::connect_failed);
  EXPECT_EQ(sink.error.phase, Phase::connect);
  EXPECT_NE(sink.error.sys, 0);
  const std::string before = "127.0.0.1:" + port + ": connection refused; [::1]:" + port + ": ";
  EXPECT_EQ(sink.diagnosis.substr(0, before.size()), before);
  const std::string after = "; 127.0.0.2:" + port + ": connection refused";
  EXPECT_TRUE(sink.diagnosis.ends_with(after)) << sink.diagnosis;
}

TEST_F(ConnectorTest, N2_ABlackHoleEndsAtTheConnectTimeout) {
  FullListener hole;
  options.timeouts.connect = 60ms;
  Connector connector(loop, names, options, plain);
  Sink sink;
  const uint64_t begin = uv_hrtime();
  connect(connector, http("127.0.0.1", hole.port()), sink);
  EXPECT_EQ(sink.error.code, Errc::connect_timeout) << sink.diagnosis;
  EXPECT_EQ(sink.error.phase, Phase::connect);
  EXPECT_GE(uv_hrtime() - begin, 60'000'000u);
  EXPECT_EQ(sink.diagnosis, "127.0.0.1:" + std::to_string(hole.port()) + ": no answer within 60 ms");
}

TEST_F(ConnectorTest, N3_TheRacePassesABlackHole) {
  FullListener hole;
  // For ever, which must not be over at once.
  options.timeouts.resolve = options.timeouts.connect = Timeouts::Duration::max();
  // The same port on the other family, or at least on another address.
  const auto make = [&](const char* address) {
    sockaddr_storage storage;
    const Endpoint endpoint{*parse_address(address), hole.port()};
    const socklen_t size = to_sockaddr(endpoint, storage);
    const int fd = socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && bind(fd, reinterpret_cast<sockaddr*>(&storage), size) == 0 && listen(fd, 5) == 0)
      return fd;
    if (fd >= 0) ::close(fd);
    return -1;
  };
  const char* good = "::1";
  int fd = make(good);
  if (fd < 0) fd = make(good = "127.0.0.2");
  ASSERT_GE(fd, 0);
  names.answers["a.example"] = {"127.0.0.1", good};
  Connector connector(loop, names, options, plain);
  // It was silent before: this race is the last that waits for it.
  for (int i = 1; i < FamilyMemory::kStrikes; ++i) {
    loop.families().silent(ports::Address::Family::v4, loop.scheduler().now());
  }
  {
    Sink sink;
    connect(connector, http("a.example", hole.port()), sink);
    ASSERT_TRUE(sink.transport) << sink.diagnosis;
    EXPECT_EQ(sink.transport->remote(), to_text({*parse_address(good), hole.port()}));
    EXPECT_GE(sink.timing.connect, HappyEyeballs::kDelay);
    EXPECT_LT(sink.timing.connect, 5'000'000'000u);
  }
  if (parse_address(good)->family == ports::Address::Family::v6) {
    Sink sink;
    connect(connector, http("a.example", hole.port()), sink);
    ASSERT_TRUE(sink.transport) << sink.diagnosis;
    EXPECT_LT(sink.timing.connect, HappyEyeballs::kDelay);
    EXPECT_EQ(loop.families().first(ports::Address::Family::v4, loop.scheduler().now()),
              ports::Address::Family::v6);
  }
  ::close(fd);
}

TEST_F(ConnectorTest, ANameThatDoesNotExist) {
  names.answers["nx.example"] = {};
  Connector connector(loop, names, options, plain);
  Sink sink;
  connect(connector, http("nx.example", 80), sink);
  EXPECT_EQ(sink.error.code, Errc::name_not_found);
  EXPECT_EQ(sink.error.phase, Phase::resolve);
  EXPECT_EQ(sink.diagnosis, "no such name");
}

TEST_F(ConnectorTest, D2_ASilentResolverEndsAtTheResolveTimeout) {
  options.timeouts.resolve = 20ms;
  Connector connector(loop, names, options, plain);
  Sink sink;
  connect(connector, http("silent.example", 80), sink);
  EXPECT_EQ(sink.error.code, Errc::resolve_timeout);
  EXPECT_EQ(sink.error.phase, Phase::resolve);
  EXPECT_EQ(sink.diagnosis, "silent.example was not resolved within 20 ms");
  EXPECT_EQ(names.cancelled, 1);
}

TEST_F(ConnectorTest, D3_HowOldAnAnswerMayBeIsTheClients) {
  names.answers["nx.example"] = {};
  const struct {
    std::chrono::seconds option;
    uint64_t nanoseconds;
  } rows[] = {{kMaxDnsAge, 300'000'000'000},
              {0s, 0},
              {-1s, 0},
              {std::chrono::seconds::max(), 24 * 3600 * uint64_t{1'000'000'000}}};
  for (const auto& row : rows) {
    options.max_dns_age = row.option;
    Connector connector(loop, names, options, plain);
    Sink sink;
    connect(connector, http("nx.example", 80), sink);
    EXPECT_EQ(names.max_age, row.nanoseconds);
  }
}

TEST_F(ConnectorTest, D5_OnlyPublicAddressesIfAskedFor) {
  Listener listener;
  options.public_addresses_only = true;
  options.timeouts.connect = 20ms;
  names.answers["inside.example"] = {"127.0.0.1", "::ffff:10.0.0.1"};
  names.answers["both.example"] = {"127.0.0.1", "240.0.0.1"};
  names.answers["outside.example"] = {"127.0.0.1", "1.0.0.1"};
  options.overrides = {{"mine.example", listener.port(), "127.0.0.1"}};
  Connector connector(loop, names, options, plain);
  const std::string port = std::to_string(listener.port());
  const struct {
    const char* host;
    std::string diagnosis;
  } refused[] = {
      {"127.0.0.1", "127.0.0.1:" + port + " is not public: loopback, 127.0.0.0/8"},
      {"inside.example", "127.0.0.1:" + port + " is not public: loopback, 127.0.0.0/8; [::ffff:10.0.0.1]:" +
                             port + " is not public: private, 10.0.0.0/8"},
      {"both.example", "127.0.0.1:" + port + " is not public: loopback, 127.0.0.0/8; 240.0.0.1:" + port +
                           " is not public: reserved, 240.0.0.0/4"},
  };
  for (const auto& row : refused) {
    Sink sink;
    connect(connector, http(row.host, listener.port()), sink);
    EXPECT_EQ(sink.error.code, Errc::address_refused);
    EXPECT_EQ(sink.error.phase, Phase::connect);
    EXPECT_EQ(sink.diagnosis, row.diagnosis);
  }
  // Of a host's addresses those that are public are used, and no other is tried.
  // Bound to loopback, a connection to it gets no farther than the system.
  options.source_addresses = {"127.0.0.1"};
  Connector bound(loop, names, options, plain);
  Sink outside;
  connect(bound, http("outside.example", listener.port()), outside);
  EXPECT_NE(outside.error.code, Errc::address_refused);
  EXPECT_TRUE(outside.diagnosis.starts_with("1.0.0.1:" + port + ": ")) << outside.diagnosis;
  // What the user said himself counts: an override, a proxy.
  Sink mine, proxy;
  connect(connector, http("mine.example", listener.port()), mine);
  EXPECT_TRUE(mine.transport) << mine.diagnosis;
  ports::Route route = http("127.0.0.1", listener.port());
  route.to_proxy = true;
  connect(connector, route, proxy);
  EXPECT_TRUE(proxy.transport) << proxy.diagnosis;
}

TEST_F(ConnectorTest, D4_AddressesThatCannotBeReachedAreDoubted) {
  const testing::ClosedPort closed;
  Listener listener;
  names.answers["a.example"] = {"127.0.0.1"};
  names.answers["nx.example"] = {};
  Connector connector(loop, names, options, plain);
  {
    Sink reached, unknown, literal;
    connect(connector, http("a.example", listener.port()), reached);
    connect(connector, http("nx.example", closed.number()), unknown);
    connect(connector, http("127.0.0.1", closed.number()), literal);
    EXPECT_EQ(names.doubted, "");
  }
  Sink refused;
  connect(connector, http("a.example", closed.number()), refused);
  EXPECT_EQ(names.doubted, "a.example");

  FullListener hole;
  options.timeouts.connect = 20ms;
  Connector impatient(loop, names, options, plain);
  names.doubted.clear();
  Sink silent;
  connect(impatient, http("a.example", hole.port()), silent);
  EXPECT_EQ(silent.error.code, Errc::connect_timeout);
  EXPECT_EQ(names.doubted, "a.example");
}

TEST_F(ConnectorTest, OptionsThatAreNoAddresses) {
  ConnectorOptions bad_override, bad_source;
  bad_override.overrides = {{"a.example", 80, "b.example"}};
  bad_source.source_addresses = {"eth0"};
  for (const ConnectorOptions& bad : {bad_override, bad_source}) {
    Connector connector(loop, names, bad, plain);
    EXPECT_FALSE(connector.problem().empty());
    Sink sink;
    connect(connector, http("127.0.0.1", 80), sink);
    EXPECT_EQ(sink.error.code, Errc::invalid_option);
    EXPECT_EQ(sink.diagnosis, connector.problem());
  }
}

TEST_F(ConnectorTest, HttpsWithoutAContextSaysWhy) {
  TlsOptions tls;
  tls.ca_file = "/no/such/file";
  TlsProfiles broken(tls, {});
  Connector connector(loop, names, options, broken);
  Sink sink;
  connect(connector, https("127.0.0.1", 443), sink);
  EXPECT_EQ(sink.error.code, Errc::invalid_option);
  EXPECT_EQ(sink.diagnosis, broken.problem());
  EXPECT_NE(sink.diagnosis.find("/no/such/file"), std::string::npos);
}

TEST_F(ConnectorTest, N14_NoDescriptorLeftIsNamed) {
  Listener listener;
  Connector connector(loop, names, options, plain);
  rlimit before;
  getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none{3, before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &none);
  Sink sink;
  connect(connector, http("127.0.0.1", listener.port()), sink);
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(sink.error.code, Errc::out_of_resources);
  EXPECT_EQ(sink.error.sys, UV_EMFILE);
  EXPECT_NE(sink.diagnosis.find("too many open files"), std::string::npos) << sink.diagnosis;
}

class ConnectorTlsTest : public ConnectorTest {
 protected:
  static TlsProfiles trust(const std::string& pem) {
    TlsOptions tls;
    tls.ca_pem = pem;
    return TlsProfiles(tls, {});
  }
};

TEST_F(ConnectorTlsTest, ShakesHandsWithARealServer) {
  std::string problem;
  auto server = embedded::Server::start({}, problem);
  ASSERT_TRUE(server) << problem;
  names.answers["localhost"] = {"127.0.0.1"};
  TlsProfiles profile = trust(server->ca_pem());
  Connector connector(loop, names, options, profile);
  Sink sink;
  connect(connector, https("localhost", server->https_port()), sink);
  ASSERT_TRUE(sink.transport) << sink.diagnosis;
  ASSERT_TRUE(sink.transport->tls());
  EXPECT_FALSE(sink.transport->tls()->peer.describe().empty());
  EXPECT_EQ(sink.transport->tls()->alpn, "http/1.1");
  EXPECT_GT(sink.timing.tls, 0u);

  testing::Recorder recorder;
  sink.transport->attach(recorder);
  sink.transport->read(true);
  const std::string_view request =
      "GET /bytes/300000 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  EXPECT_EQ(sink.transport->write(bytes_of(request)), request.size());
  EXPECT_TRUE(driver.until([&] { return recorder.ended.has_value(); }));
  EXPECT_FALSE(*recorder.ended) << recorder.diagnosis;
  EXPECT_TRUE(recorder.received.starts_with("HTTP/1.1 200"));
  EXPECT_GT(recorder.received.size(), 300'000u);
}

TEST_F(ConnectorTlsTest, T2_AStrangersCertificateIsRefused) {
  std::string problem;
  auto server = embedded::Server::start({}, problem);
  auto stranger = embedded::Server::start({}, problem);
  ASSERT_TRUE(server && stranger) << problem;
  TlsProfiles profile = trust(stranger->ca_pem());
  Connector connector(loop, names, options, profile);
  Sink sink;
  connect(connector, https("127.0.0.1", server->https_port()), sink);
  EXPECT_EQ(sink.error.code, Errc::certificate_rejected);
  EXPECT_EQ(sink.error.phase, Phase::tls);
  EXPECT_TRUE(sink.diagnosis.starts_with("127.0.0.1:")) << sink.diagnosis;
}

TEST_F(ConnectorTlsTest, ASilentServerEndsAtTheTlsTimeout) {
  std::string problem;
  auto stranger = embedded::Server::start({}, problem);
  Listener listener;
  options.timeouts.tls = 30ms;
  TlsProfiles profile = trust(stranger->ca_pem());
  Connector connector(loop, names, options, profile);
  Sink sink;
  connect(connector, https("127.0.0.1", listener.port()), sink);
  EXPECT_EQ(sink.error.code, Errc::tls_timeout);
  EXPECT_EQ(sink.diagnosis,
            "127.0.0.1:" + std::to_string(listener.port()) + ": the TLS handshake did not end within 30 ms");
}

TEST_F(ConnectorTlsTest, T1_ResetAndEndInTheHandshake) {
  std::string problem;
  auto stranger = embedded::Server::start({}, problem);
  TlsProfiles profile = trust(stranger->ca_pem());
  Connector connector(loop, names, options, profile);
  for (bool reset : {true, false}) {
    Listener listener;
    Sink sink;
    auto* attempt = connector.connect(https("127.0.0.1", listener.port()), sink);
    ASSERT_TRUE(driver.until([&] { return attempt->phase() == Phase::tls; }));
    Peer peer = listener.accept();
    driver.turns();
    if (reset) {
      peer.reset();
    } else {
      peer.receive();
      peer.close();
    }
    EXPECT_TRUE(driver.until([&] { return sink.calls != 0; }));
    EXPECT_EQ(sink.error.code, Errc::tls_failed) << sink.diagnosis;
    EXPECT_EQ(sink.error.phase, Phase::tls);
    EXPECT_EQ(sink.error.sys, reset ? UV_ECONNRESET : 0);
  }
}

TEST_F(ConnectorTlsTest, A1_AbandonedInEveryPhaseIsSilent) {
  std::string problem;
  auto stranger = embedded::Server::start({}, problem);
  FullListener hole;
  Listener mute;
  names.answers["hole.example"] = {"127.0.0.1", "127.0.0.1"};
  TlsProfiles profile = trust(stranger->ca_pem());
  Connector connector(loop, names, options, profile);
  const struct {
    ports::Route route;
    Phase phase;
  } rows[] = {
      {http("127.0.0.1", 1), Phase::resolve},  // not even begun
      {http("silent.example", 80), Phase::resolve},
      {http("hole.example", hole.port()), Phase::connect},
      {https("127.0.0.1", mute.port()), Phase::tls},
  };
  bool begun = false;
  for (const auto& row : rows) {
    Sink sink;
    auto* attempt = connector.connect(row.route, sink);
    if (begun) driver.turns();
    begun = true;
    EXPECT_TRUE(driver.until([&] { return attempt->phase() == row.phase; }));
    attempt->abandon();
    driver.turns();
    EXPECT_EQ(sink.calls, 0);
  }
  EXPECT_EQ(names.cancelled, 1);
}

TEST_F(ConnectorTest, OpenAttemptsEndSilentlyWithTheConnector) {
  FullListener hole;
  Sink sinks[3];
  {
    Connector connector(loop, names, options, plain);
    connector.connect(http("silent.example", 80), sinks[0]);
    connector.connect(http("127.0.0.1", hole.port()), sinks[1]);
    driver.turns();
    connector.connect(http("127.0.0.1", hole.port()), sinks[2]);
  }
  driver.turns();
  for (const Sink& sink : sinks) EXPECT_EQ(sink.calls, 0);
}

TEST_F(ConnectorTest, ASinkMayConnectAgainFromInside) {
  Listener listener;
  Connector connector(loop, names, options, plain);
  Sink first, second;
  first.then = [&] { connector.connect(http("127.0.0.1", listener.port()), second); };
  const testing::ClosedPort closed;
  connect(connector, http("127.0.0.1", closed.number()), first);
  EXPECT_TRUE(driver.until([&] { return second.calls != 0; }));
  EXPECT_TRUE(second.transport);
}

}  // namespace
}  // namespace godwit::net
