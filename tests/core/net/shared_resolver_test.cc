// SPDX-License-Identifier: MIT
#include "godwit/core/net/shared_resolver.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/tests/support/manual_scheduler.h"

namespace godwit::net {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;
constexpr uint64_t kAny = UINT64_MAX;

// Upstream is a resolver that answers when it is told to.
struct Upstream final : ports::Resolver {
  void resolve(const ports::Query& query, ports::ResolveSink& sink) override {
    hosts.emplace_back(query.host);
    open.emplace_back(query.host, &sink);
  }
  void cancel(ports::ResolveSink&) override { ADD_FAILURE() << "queries are not cancelled"; }
  void doubt(std::string_view) override {}

  void answer(std::string_view host, const ports::Resolution& resolution) {
    for (size_t i = 0; i < open.size(); ++i) {
      if (open[i].first != host) continue;
      ports::ResolveSink& sink = *open[i].second;
      open.erase(open.begin() + static_cast<ptrdiff_t>(i));
      return sink.on_resolved(resolution);
    }
    ADD_FAILURE() << host << " was not asked for";
  }

  std::vector<std::string> hosts;  // all that was asked
  std::vector<std::pair<std::string, ports::ResolveSink*>> open;
};

struct Sink final : ports::ResolveSink {
  void on_resolved(const ports::Resolution& resolution) override {
    ++calls;
    addresses.assign(resolution.addresses.begin(), resolution.addresses.end());
    error = resolution.error;
    diagnosis = resolution.diagnosis;
    if (then) then();
  }
  int calls = 0;
  std::vector<ports::Address> addresses;
  Error error;
  std::string diagnosis;
  std::function<void()> then;
};

class SharedResolverTest : public ::testing::Test {
 protected:
  SharedResolverTest() {
    auto owned = std::make_unique<Upstream>();
    upstream = owned.get();
    resolver = std::make_unique<SharedResolver>(scheduler, std::move(owned));
    addresses[1].octets[3] = 2;
  }
  ~SharedResolverTest() override { EXPECT_EQ(scheduler.run_one_task(), false); }

  void ask(std::string_view host, Sink& sink, uint64_t max_age = kAny) {
    const int before = sink.calls;
    resolver->resolve({.host = host, .max_age = max_age}, sink);
    EXPECT_EQ(sink.calls, before) << "told from inside resolve()";
  }
  ports::Resolution found(uint64_t ttl) const { return {.addresses = addresses, .ttl = ttl}; }
  static ports::Resolution failed(Errc code, uint64_t ttl) {
    Error error;
    error.code = code;
    return {.error = error, .diagnosis = "told so", .ttl = ttl};
  }
  size_t asked() const { return upstream->hosts.size(); }

  testing::ManualScheduler scheduler;
  std::vector<ports::Address> addresses{2};
  Upstream* upstream;
  std::unique_ptr<SharedResolver> resolver;
};

TEST_F(SharedResolverTest, D3_OneQueryForAllThatAskAtOnce) {
  Sink first, second, third, other;
  ask("a.example", first);
  ask("A.Example", second);
  ask("a.example", third, 0);
  ask("b.example", other);
  EXPECT_EQ(upstream->hosts, (std::vector<std::string>{"a.example", "b.example"}));
  upstream->answer("a.example", found(0));
  for (const Sink* sink : {&first, &second, &third}) {
    EXPECT_EQ(sink->calls, 1);
    EXPECT_EQ(sink->addresses, addresses);
  }
  EXPECT_EQ(other.calls, 0);
}

TEST_F(SharedResolverTest, D3_EachIsToldOfAFailure) {
  Sink first, second;
  ask("a.example", first);
  ask("a.example", second);
  upstream->answer("a.example", failed(Errc::resolve_failed, 0));
  for (const Sink* sink : {&first, &second}) {
    EXPECT_EQ(sink->calls, 1);
    EXPECT_EQ(sink->error.code, Errc::resolve_failed);
    EXPECT_EQ(sink->diagnosis, "told so");
  }
}

TEST_F(SharedResolverTest, D3_EachCanCancelAlone) {
  std::vector<Sink> sinks(4);
  for (Sink& sink : sinks) ask("a.example", sink);
  resolver->cancel(sinks[0]);
  resolver->cancel(sinks[2]);
  resolver->cancel(sinks[2]);
  upstream->answer("a.example", found(0));
  EXPECT_EQ(sinks[0].calls, 0);
  EXPECT_EQ(sinks[1].calls, 1);
  EXPECT_EQ(sinks[2].calls, 0);
  EXPECT_EQ(sinks[3].calls, 1);
}

TEST_F(SharedResolverTest, D3_AQueryThatAllHaveLeftServesTheNext) {
  Sink gone, late, later;
  ask("a.example", gone);
  resolver->cancel(gone);
  ask("a.example", late);
  EXPECT_EQ(asked(), 1u) << "it is on its way";
  resolver->cancel(late);
  upstream->answer("a.example", found(kSecond));
  ask("a.example", later);
  scheduler.run_tasks();
  EXPECT_EQ(gone.calls + late.calls, 0);
  EXPECT_EQ(later.calls, 1);
  EXPECT_EQ(asked(), 1u);
}

TEST_F(SharedResolverTest, D3_InACallbackAnythingMayBeAskedAndCancelled) {
  Sink first, second, third, again;
  ask("a.example", first);
  ask("a.example", second);
  ask("a.example", third);
  first.then = [&] {
    resolver->cancel(second);
    ask("a.example", again);
    ask("a.example", first);  // it was told: it may ask once more
    first.then = nullptr;
  };
  upstream->answer("a.example", found(0));
  EXPECT_EQ(first.calls, 1);
  EXPECT_EQ(second.calls, 0);
  EXPECT_EQ(third.calls, 1);
  EXPECT_EQ(again.calls, 0);
  EXPECT_EQ(asked(), 2u);
  upstream->answer("a.example", found(0));
  EXPECT_EQ(first.calls, 2);
  EXPECT_EQ(again.calls, 1);
}

TEST_F(SharedResolverTest, D4_AnAnswerIsToldAgainForItsTtl) {
  Sink first, second, third;
  ask("a.example", first);
  upstream->answer("a.example", found(2 * kSecond));
  scheduler.advance(1'999);
  ask("A.example", second);
  scheduler.run_tasks();
  EXPECT_EQ(second.calls, 1);
  EXPECT_EQ(second.addresses, addresses);
  EXPECT_EQ(asked(), 1u);
  scheduler.advance(1);
  ask("a.example", third);
  EXPECT_EQ(asked(), 2u);
  upstream->answer("a.example", found(0));
  EXPECT_EQ(third.calls, 1);
}

TEST_F(SharedResolverTest, D1_ADenialIsToldAgainForItsTtl) {
  Sink first, second;
  ask("nx.example", first);
  upstream->answer("nx.example", failed(Errc::name_not_found, 2 * kSecond));
  ask("nx.example", second);
  scheduler.run_tasks();
  EXPECT_EQ(second.error.code, Errc::name_not_found);
  EXPECT_EQ(second.diagnosis, "told so");
  EXPECT_EQ(asked(), 1u);
}

TEST_F(SharedResolverTest, WhoWantsANewAnswerGetsOneForAll) {
  Sink first, fresh, joined;
  ask("a.example", first);
  upstream->answer("a.example", found(60 * kSecond));
  scheduler.advance(10);
  ask("a.example", fresh, 0);
  EXPECT_EQ(asked(), 2u);
  addresses.pop_back();
  upstream->answer("a.example", found(60 * kSecond));
  EXPECT_EQ(fresh.addresses, addresses);
  ask("a.example", joined);
  scheduler.run_tasks();
  EXPECT_EQ(joined.addresses, addresses);
}

TEST_F(SharedResolverTest, WhatIsKnownCanBeCancelledBeforeItIsTold) {
  Sink first, cancelled, told;
  ask("a.example", first);
  upstream->answer("a.example", found(60 * kSecond));
  ask("a.example", cancelled);
  ask("a.example", told);
  resolver->cancel(cancelled);
  told.then = [&] { ask("a.example", cancelled); };
  scheduler.run_tasks();
  EXPECT_EQ(told.calls, 1);
  EXPECT_EQ(cancelled.calls, 1) << "by its second question";
}

TEST_F(SharedResolverTest, D4_WhatIsDoubtedIsAskedAgainUnlessItIsFresh) {
  Sink first, second, third;
  ask("a.example", first);
  upstream->answer("a.example", found(600 * kSecond));
  scheduler.advance(SharedResolver::kFresh / 1'000'000 - 1);
  resolver->doubt("a.example");
  ask("a.example", second);
  scheduler.run_tasks();
  EXPECT_EQ(second.calls, 1);
  EXPECT_EQ(asked(), 1u);
  scheduler.advance(1);
  resolver->doubt("A.example");
  resolver->doubt("b.example");
  ask("a.example", third);
  EXPECT_EQ(asked(), 2u);
}

TEST_F(SharedResolverTest, D2_SoManyAreAskedAtOnceAndSlowOnesHoldUpNoOthers) {
  constexpr size_t kNames = 3 * SharedResolver::kAtOnce;
  std::vector<Sink> sinks(kNames);
  const auto name = [](size_t i) { return "n" + std::to_string(i) + ".example"; };
  for (size_t i = 0; i < kNames; ++i) ask(name(i), sinks[i]);
  EXPECT_EQ(asked(), SharedResolver::kAtOnce);
  // An answer makes room for the next.
  upstream->answer(name(3), found(0));
  EXPECT_EQ(sinks[3].calls, 1);
  EXPECT_EQ(asked(), SharedResolver::kAtOnce + 1);
  // Who has given up before he was asked for is not asked for.
  const size_t next = SharedResolver::kAtOnce + 1;
  resolver->cancel(sinks[next]);
  upstream->answer(name(4), found(0));
  EXPECT_EQ(upstream->hosts.back(), name(next + 1));
  // The others are silent: after a while they count no more.
  const size_t before = asked();
  scheduler.advance(SharedResolver::kSlow / 1'000'000 - 1);
  EXPECT_EQ(asked(), before);
  scheduler.advance(1);
  EXPECT_EQ(asked(), before + SharedResolver::kAtOnce);
  upstream->answer(name(0), found(0));
  EXPECT_EQ(sinks[0].calls, 1) << "late, but told";
  EXPECT_EQ(asked(), before + SharedResolver::kAtOnce) << "it was counted no more";
  scheduler.advance(SharedResolver::kSlow / 1'000'000);
  EXPECT_EQ(asked(), kNames - 1);
  EXPECT_EQ(scheduler.armed_timers(), 0u);
}

TEST_F(SharedResolverTest, AllEndsSilentlyWithTheResolver) {
  Sink known, open, cached;
  ask("a.example", known);
  upstream->answer("a.example", found(60 * kSecond));
  ask("a.example", cached);
  ask("b.example", open);
  resolver.reset();
  scheduler.run_tasks();
  EXPECT_EQ(cached.calls, 0);
  EXPECT_EQ(open.calls, 0);
}

}  // namespace
}  // namespace godwit::net
