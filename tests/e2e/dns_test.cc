// SPDX-License-Identifier: MIT
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/core/net/ares_resolver.h"
#include "godwit/core/net/loop_impl.h"
#include "godwit/core/net/shared_resolver.h"
#include "godwit/tests/e2e/dnsmasq.h"
#include "godwit/tests/e2e/loopback_client.h"

// What is looked up, and how often: by what a real name server was asked. Each name is asked for twice, once
// a family.
namespace godwit::testing {
namespace {

using namespace std::chrono_literals;

// AskingClient is a client on a loop of its own that asks one server and no other.
struct AskingClient {
  explicit AskingClient(const Dnsmasq& server, ClientOptions options = {})
      : client(asking(loop, server), std::move(options)) {}

  Response& get(const std::string& url, Recorder& recorder) {
    Request request;
    request.url = url;
    return client.send(std::move(request), recorder);
  }
  // fetch makes a connection for one exchange.
  Recorder fetch(const std::string& url) {
    Recorder recorder;
    Request request;
    request.url = url;
    EXPECT_FALSE(request.headers.set("Connection", "close"));
    client.send(std::move(request), recorder);
    loop.run();
    EXPECT_EQ(recorder.done, 1);
    return recorder;
  }

  Loop loop;
  Client client;

 private:
  static Loop& asking(Loop& loop, const Dnsmasq& server) {
    net::AresOptions options;
    options.servers = server.name();
    options.lookups = "b";
    loop.impl().share_resolver(std::make_unique<net::SharedResolver>(
        loop.impl().scheduler(), std::make_unique<net::AresResolver>(loop.impl(), std::move(options))));
    return loop;
  }
};

class DnsTest : public LoopbackTest {
 protected:
  std::string url(const std::string& host, const std::string& path = "/bytes/10") {
    return "http://" + host + ":" + std::to_string(server().http_port()) + path;
  }

  const std::string folder_ =
      ::testing::TempDir() + "dns_test_" + ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(DnsTest, D3_AHundredConnectionsAskOnce) {
  const Dnsmasq dns(folder_, {{"a.zone.test", "127.0.0.1"}}, 30);
  ASSERT_EQ(dns.problem(), "");
  std::vector<Recorder> recorders(100);
  AskingClient client(dns);
  for (Recorder& recorder : recorders) client.get(url("a.zone.test", "/delay/50"), recorder);
  client.loop.run();
  for (const Recorder& recorder : recorders) EXPECT_EQ(outcome(recorder), "ok") << recorder.message;
  EXPECT_EQ(dns.queries("a.zone.test"), 2u);
  // And so does whoever comes within the time to live, another client on the loop too.
  EXPECT_EQ(outcome(client.fetch(url("a.zone.test"))), "ok");
  {
    Client other(client.loop);
    Recorder recorder;
    Request request;
    request.url = url("a.zone.test");
    other.send(std::move(request), recorder);
    client.loop.run();
    EXPECT_EQ(outcome(recorder), "ok") << recorder.message;
  }
  EXPECT_EQ(dns.queries("a.zone.test"), 2u);
}

TEST_F(DnsTest, D3_OneThatIsCancelledLeavesTheOthers) {
  const Dnsmasq dns(folder_, {{"a.zone.test", "127.0.0.1"}}, 30);
  ASSERT_EQ(dns.problem(), "");
  std::vector<Recorder> recorders(10);
  AskingClient client(dns);
  std::vector<Response*> responses;
  for (Recorder& recorder : recorders) responses.push_back(&client.get(url("a.zone.test"), recorder));
  // They have asked by then, and were not answered.
  client.loop.impl().post([&] {
    for (size_t i = 0; i < responses.size(); i += 2) responses[i]->cancel();
  });
  client.loop.run();
  for (size_t i = 0; i < recorders.size(); ++i) {
    EXPECT_EQ(recorders[i].done, 1);
    EXPECT_EQ(recorders[i].error.code, i % 2 == 0 ? Errc::cancelled : Errc::ok) << i << recorders[i].message;
  }
  EXPECT_EQ(dns.queries("a.zone.test"), 2u);
}

TEST_F(DnsTest, D4_ATtlOfZeroAsksForEachConnection) {
  const Dnsmasq dns(folder_, {{"a.zone.test", "127.0.0.1"}}, 0);
  ASSERT_EQ(dns.problem(), "");
  AskingClient client(dns);
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(outcome(client.fetch(url("a.zone.test"))), "ok");
    EXPECT_EQ(dns.queries("a.zone.test"), 2u * i);
  }
}

TEST_F(DnsTest, AClientMayWantNewAnswersAlways) {
  const Dnsmasq dns(folder_, {{"a.zone.test", "127.0.0.1"}}, 30);
  ASSERT_EQ(dns.problem(), "");
  AskingClient client(dns, {.max_dns_age = 0s});
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(outcome(client.fetch(url("a.zone.test"))), "ok");
    EXPECT_EQ(dns.queries("a.zone.test"), 2u * i);
  }
}

TEST_F(DnsTest, D1_ANameThatIsMissingIsAskedForOnce) {
  const Dnsmasq dns(folder_, {{"v4.zone.test", "127.0.0.1"}}, 30);
  ASSERT_EQ(dns.problem(), "");
  AskingClient client(dns);
  for (int i = 0; i < 3; ++i) {
    const Recorder recorder = client.fetch(url("nx.zone.test"));
    EXPECT_EQ(outcome(recorder), "name-not-found in resolve, 0") << recorder.message;
    EXPECT_NE(recorder.message.find("nx.zone.test: Domain name not found"), std::string::npos)
        << recorder.message;
  }
  EXPECT_EQ(dns.queries("nx.zone.test"), 2u);
  // One family alone is not "no such name".
  for (int i = 0; i < 3; ++i) EXPECT_EQ(outcome(client.fetch(url("v4.zone.test"))), "ok");
  EXPECT_EQ(dns.queries("v4.zone.test"), 2u);
}

TEST_F(DnsTest, D1_AFailureOfTheServerIsNotKept) {
  const Dnsmasq dns(folder_, {}, 30);
  ASSERT_EQ(dns.problem(), "");
  AskingClient client(dns);
  // It is no authority for these, and refuses.
  EXPECT_EQ(client.fetch(url("a.other.test")).error.code, Errc::resolve_failed);
  const size_t once = dns.queries("a.other.test");
  EXPECT_GE(once, 1u);
  EXPECT_EQ(client.fetch(url("a.other.test")).error.code, Errc::resolve_failed);
  EXPECT_EQ(dns.queries("a.other.test"), 2 * once);
}

TEST_F(DnsTest, D1_AnAnswerThatWasCutComesByTcp) {
  std::vector<Dnsmasq::Record> records;
  for (int i = 1; i <= 60; ++i) records.push_back({"many.zone.test", "127.0.1." + std::to_string(i)});
  const Dnsmasq dns(folder_, records, 30);
  ASSERT_EQ(dns.problem(), "");
  AskingClient client(dns, {.timeouts = {.connect = 10'000ms}});
  // Nothing listens at any of them: the sentence has the addresses that were tried.
  const Recorder recorder = client.fetch(url("many.zone.test"));
  EXPECT_EQ(recorder.error.code, Errc::connect_failed) << recorder.message;
  size_t tried = 0;
  for (size_t at = recorder.message.find("127.0.1."); at != std::string::npos;
       at = recorder.message.find("127.0.1.", at + 1)) {
    ++tried;
  }
  EXPECT_EQ(tried, net::AresResolver::kMaxAddresses) << recorder.message;
}

}  // namespace
}  // namespace godwit::testing
