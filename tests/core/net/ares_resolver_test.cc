// SPDX-License-Identifier: MIT
#include "godwit/core/net/ares_resolver.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "godwit/core/net/endpoint.h"
#include "godwit/tests/core/net/dns_server.h"
#include "godwit/tests/core/net/loopback.h"

namespace godwit::net {
namespace {

using testing::DnsAnswer;
using testing::DnsServer;

struct Sink final : ports::ResolveSink {
  void on_resolved(const ports::Resolution& resolution) override {
    EXPECT_FALSE(error) << "told twice";
    for (const ports::Address& address : resolution.addresses) {
      const std::string with_port = to_text({address, 0});
      addresses.push_back(with_port.substr(0, with_port.size() - 2));
    }
    error = resolution.error;
    diagnosis = resolution.diagnosis;
    ttl = resolution.ttl / 1'000'000'000;
    if (then) then();
  }
  std::vector<std::string> addresses;
  std::optional<Error> error;
  std::string diagnosis;
  uint64_t ttl = 0;  // seconds
  std::function<void()> then;
};

const std::string kV4("\x7F\0\0\x05", 4);
const std::string kV6("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16);

DnsAnswer script(std::string_view host, int type) {
  const bool v4 = type == DnsServer::kA;
  if (host.starts_with("both.")) return {.data = {v4 ? kV4 : kV6}};
  if (host.starts_with("v4.")) return {.data = v4 ? std::vector{kV4} : std::vector<std::string>{}};
  if (host.starts_with("half.")) return v4 ? DnsAnswer{.data = {kV4}} : DnsAnswer{.rcode = 2};
  if (host.starts_with("many.")) {
    DnsAnswer out;
    for (int i = 0; i < (v4 ? 25 : 15); ++i) {
      out.data.push_back(v4 ? kV4 : kV6);
      out.data.back().back() = static_cast<char>(i + 1);
    }
    return out;
  }
  if (host.starts_with("empty.")) return {};
  if (host.starts_with("servfail.")) return {.rcode = 2};
  if (host.starts_with("refused.")) return {.rcode = 5};
  if (host.starts_with("silent.")) return {.silent = true};
  if (host.starts_with("ttl.")) return {.data = {v4 ? kV4 : kV6}, .ttl = v4 ? 40u : 30u};
  if (host.starts_with("alias.")) return {.data = {v4 ? kV4 : kV6}, .ttl = 40, .alias_ttl = 7};
  if (host.starts_with("denied.")) return {.rcode = 3, .soa = {{v4 ? 50u : 60u, 45}}};
  if (host.starts_with("nodata.")) return {.soa = {{25, 45}}};
  if (host.starts_with("failing.")) return {.rcode = 2, .soa = {{25, 45}}};
  return {.rcode = 3};
}

class AresResolverTest : public ::testing::Test {
 protected:
  AresOptions options() {
    AresOptions out;
    out.servers = server.name();
    return out;
  }

  void look_up(std::string_view host, Sink& sink) {
    resolver.resolve({.host = host}, sink);
    EXPECT_FALSE(sink.error) << "told from inside resolve()";
    EXPECT_TRUE(driver.until([&] { return sink.error.has_value(); })) << host;
  }

  LoopImpl loop;
  testing::LoopDriver driver{loop};
  DnsServer server{loop.uv(), script};
  AresResolver resolver{loop, options()};
};

TEST_F(AresResolverTest, LocalhostIsLoopbackWithoutALookup) {
  for (const char* host : {"localhost", "LOCALHOST", "localhost.", "a.localhost", "x.y.LocalHost."}) {
    Sink sink;
    look_up(host, sink);
    EXPECT_EQ(sink.addresses, (std::vector<std::string>{"[::1]", "127.0.0.1"})) << host;
    EXPECT_FALSE(*sink.error);
  }
  EXPECT_EQ(server.queries, 0);
  Sink sink;
  look_up("notlocalhost", sink);
  EXPECT_GT(server.queries, 0);
  EXPECT_EQ(sink.error->code, Errc::name_not_found);
}

TEST_F(AresResolverTest, BothFamilies) {
  Sink sink;
  look_up("both.example", sink);
  EXPECT_FALSE(*sink.error) << sink.diagnosis;
  std::sort(sink.addresses.begin(), sink.addresses.end());
  EXPECT_EQ(sink.addresses, (std::vector<std::string>{"127.0.0.5", "[::1]"}));
}

TEST_F(AresResolverTest, OneFamilyIsEnough) {
  for (const char* host : {"v4.example", "half.example"}) {
    Sink sink;
    look_up(host, sink);
    EXPECT_EQ(sink.addresses, (std::vector<std::string>{"127.0.0.5"})) << host << ' ' << sink.diagnosis;
  }
}

TEST_F(AresResolverTest, D4_ALongAnswerIsCut) {
  Sink sink;
  look_up("many.example", sink);
  EXPECT_EQ(sink.addresses.size(), AresResolver::kMaxAddresses);
}

TEST_F(AresResolverTest, D1_EachFailureHasItsNameAndSentence) {
  const struct {
    const char* host;
    Errc code;
    const char* sentence;
  } rows[] = {
      {"nx.example", Errc::name_not_found, "nx.example: Domain name not found"},
      {"servfail.example", Errc::resolve_failed, "servfail.example: "},
      {"refused.example", Errc::resolve_failed, "refused.example: "},
      {"empty.example", Errc::resolve_failed, "empty.example: DNS server returned answer with no data"},
      {"", Errc::name_not_found, ": "},
      {"a..b", Errc::resolve_failed, "a..b: "},
  };
  for (const auto& row : rows) {
    Sink sink;
    look_up(row.host, sink);
    EXPECT_EQ(name(sink.error->code), name(row.code)) << row.host << ' ' << sink.diagnosis;
    EXPECT_EQ(sink.error->phase, Phase::resolve);
    EXPECT_NE(sink.error->detail, 0u);
    EXPECT_EQ(sink.diagnosis.substr(0, std::string_view(row.sentence).size()), row.sentence);
    EXPECT_TRUE(sink.addresses.empty());
  }
}

TEST_F(AresResolverTest, D2_ASilentServerIsAskedAgainThenGivenUp) {
  AresOptions quick = options();
  quick.timeout = 10;
  quick.tries = 2;
  AresResolver impatient(loop, quick);
  Sink sink;
  impatient.resolve({.host = "silent.example"}, sink);
  EXPECT_TRUE(driver.until([&] { return sink.error.has_value(); }));
  EXPECT_EQ(sink.error->code, Errc::resolve_failed);
  EXPECT_EQ(sink.diagnosis, "silent.example: Timeout while contacting DNS servers");
  EXPECT_EQ(server.queries, 4);  // two families, twice
}

TEST_F(AresResolverTest, D3_AnAnswerLivesAsLongAsItsShortestRecord) {
  const struct {
    const char* host;
    uint64_t seconds;
  } rows[] = {
      {"ttl.example", 30},    {"alias.example", 7},   {"denied.example", 45},
      {"nodata.example", 25}, {"failing.example", 0}, {"nx.example", 0},
      {"empty.example", 0},   {"localhost", 0},       {"127.1", 0},
  };
  for (const auto& row : rows) {
    Sink sink;
    look_up(row.host, sink);
    EXPECT_EQ(sink.ttl, row.seconds) << row.host << ' ' << sink.diagnosis;
  }
  // As it was asked by name, what two look-ups of one are told does not depend on their order.
  Sink first, second;
  resolver.resolve({.host = "denied.example"}, first);
  resolver.resolve({.host = "denied.example"}, second);
  EXPECT_TRUE(driver.until([&] { return first.error && second.error; }));
  EXPECT_EQ(first.ttl, 45u);
  EXPECT_EQ(second.ttl, 45u);
}

TEST_F(AresResolverTest, HostsFileComesFirst) {
  std::ifstream file("/etc/hosts");
  std::string line, address, host;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string first, second;
    words >> first >> second;
    if (first.starts_with('#') || second.empty() || second.find("localhost") != second.npos) continue;
    if (first.find('.') == first.npos) continue;
    address = first;
    host = second;
    break;
  }
  if (host.empty()) GTEST_SKIP() << "/etc/hosts has no name but localhost";
  Sink sink;
  look_up(host, sink);
  EXPECT_NE(std::find(sink.addresses.begin(), sink.addresses.end(), address), sink.addresses.end())
      << host << ' ' << sink.diagnosis;
  EXPECT_EQ(sink.ttl, 0u) << "a person may change the file";
}

TEST_F(AresResolverTest, ACancelledSinkHearsNothingTheOtherDoes) {
  Sink cancelled, kept;
  resolver.resolve({.host = "both.example"}, cancelled);
  resolver.resolve({.host = "both.example"}, kept);
  resolver.cancel(cancelled);
  resolver.cancel(cancelled);
  EXPECT_TRUE(driver.until([&] { return kept.error.has_value(); }));
  EXPECT_FALSE(cancelled.error);

  // Cancelled between the answer and its delivery.
  Sink local;
  resolver.resolve({.host = "localhost"}, local);
  resolver.cancel(local);
  driver.turns();
  EXPECT_FALSE(local.error);
}

TEST_F(AresResolverTest, ASinkMayLookUpAgainFromInside) {
  Sink first, second;
  first.then = [&] { resolver.resolve({.host = "v4.example"}, second); };
  resolver.resolve({.host = "nx.example"}, first);
  EXPECT_TRUE(driver.until([&] { return second.error.has_value(); }));
  EXPECT_EQ(second.addresses.size(), 1u);
}

TEST_F(AresResolverTest, OpenLookupsEndSilentlyWithTheResolver) {
  Sink silent, local, cancelled;
  {
    AresResolver other(loop, options());
    other.resolve({.host = "silent.example"}, silent);
    other.resolve({.host = "localhost"}, local);
    other.resolve({.host = "silent.example"}, cancelled);
    other.cancel(cancelled);
    driver.turns();
    local.error.reset();
    other.resolve({.host = "localhost"}, local);
  }
  driver.turns();
  EXPECT_FALSE(silent.error);
  EXPECT_FALSE(local.error);
}

TEST_F(AresResolverTest, ManyAtOnce) {
  std::vector<Sink> sinks(100);
  for (Sink& sink : sinks) resolver.resolve({.host = "both.example"}, sink);
  EXPECT_TRUE(driver.until([&] {
    return std::all_of(sinks.begin(), sinks.end(), [](const Sink& s) { return s.error.has_value(); });
  }));
  for (const Sink& sink : sinks) EXPECT_EQ(sink.addresses.size(), 2u) << sink.diagnosis;
}

TEST_F(AresResolverTest, N14_NoDescriptorLeftIsNamed) {
  Sink warm;
  look_up("nx.example", warm);  // the channel has read its files
  AresResolver bare(loop, [&] {
    AresOptions out = options();
    out.lookups = "b";
    return out;
  }());
  Sink first;
  bare.resolve({.host = "nx.example"}, first);
  EXPECT_TRUE(driver.until([&] { return first.error.has_value(); }));

  rlimit before;
  getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none{3, before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &none);
  Sink sink;
  bare.resolve({.host = "both.example"}, sink);
  const bool told = driver.until([&] { return sink.error.has_value(); });
  setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_TRUE(told);
  EXPECT_EQ(sink.error->code, Errc::out_of_resources) << sink.diagnosis;
  EXPECT_EQ(sink.error->sys, UV_EMFILE);
}

}  // namespace
}  // namespace godwit::net
