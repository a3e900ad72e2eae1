// SPDX-License-Identifier: MIT
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/tests/core/conn/rig.h"

namespace godwit::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kEmpty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

TEST(Pool, OneConnectionServesRequestsInTurn) {
  Rig rig;
  std::shared_ptr<Wire> wire;
  for (int i = 0; i < 5; ++i) {
    Recorder r;
    rig.get("http://a.example/" + std::to_string(i), r);
    if (!wire) wire = rig.accept();
    rig.run();
    rig.deliver(*wire, kEmpty);
    EXPECT_EQ(r.error.code, Errc::ok);
    EXPECT_EQ(r.reused, i > 0);
  }
  EXPECT_EQ(rig.connector.attempts, 1);
}

TEST(Pool, ARequestSentInOnDoneReusesTheConnectionThatJustCameFree) {
  Recorder first, second;
  Rig rig;
  first.hook = [&](Response&, std::string_view event) {
    if (event.starts_with("done")) rig.get("http://a.example/2", second);
  };
  rig.get("http://a.example/1", first);
  auto wire = rig.accept();
  rig.deliver(*wire, kEmpty);
  EXPECT_NE(wire->sent.find("GET /2"), std::string::npos);
  EXPECT_EQ(rig.connector.attempts, 1);
  rig.deliver(*wire, kEmpty);
  EXPECT_TRUE(second.reused);
}

TEST(Pool, OriginsDoNotShare) {
  Recorder r[4];
  Rig rig;
  rig.get("http://a.example/", r[0]);
  rig.deliver(*rig.accept(), kEmpty);
  rig.get("http://b.example/", r[1]);
  rig.get("http://a.example:81/", r[2]);
  rig.get("https://a.example/", r[3]);
  rig.run();
  EXPECT_EQ(rig.connector.attempts, 4);
}

TEST(Pool, TlsProfilesDoNotShare) {
  ClientOptions options;
  options.tls_profiles = {{"a", {}}, {"b", {}}};
  Recorder r[7];
  Rig rig(options);
  const auto send = [&rig](std::string url, std::string profile, Recorder& recorder) {
    Request request;
    request.url = std::move(url);
    request.tls_profile = std::move(profile);
    rig.send(std::move(request), recorder);
    rig.run();
  };
  uint32_t seen[3];
  const char* const names[] = {"", "a", "b"};
  for (int i = 0; i < 3; ++i) {
    send("https://a.example/", names[i], r[i]);
    ASSERT_EQ(rig.connector.pending(), 1u);
    seen[i] = rig.connector.oldest_route().tls_profile;
    rig.deliver(*rig.accept(), kEmpty);
    EXPECT_EQ(r[i].error.code, Errc::ok);
  }
  EXPECT_EQ(seen[0], 0u);
  EXPECT_EQ(seen[1], 1u);
  EXPECT_EQ(seen[2], 2u);
  send("https://a.example/", "b", r[3]);
  EXPECT_EQ(rig.connector.attempts, 3);
  rig.deliver(*rig.connector.wires[2], kEmpty);
  EXPECT_TRUE(r[3].reused);

  // Plain connections are the same to all.
  send("http://a.example/", "a", r[4]);
  rig.deliver(*rig.accept(), kEmpty);
  send("http://a.example/", "b", r[5]);
  EXPECT_EQ(rig.connector.attempts, 4);
  rig.deliver(*rig.connector.wires[3], kEmpty);
  EXPECT_TRUE(r[5].reused);

  send("http://a.example/", "c", r[6]);
  EXPECT_EQ(r[6].error.code, Errc::invalid_option);
  EXPECT_NE(r[6].message.find("there is no TLS profile \"c\""), std::string::npos) << r[6].message;
  EXPECT_EQ(rig.connector.attempts, 4);
}

TEST(Pool, RequestsQueueInOrderAtTheHostLimit) {
  std::vector<int> order;
  std::vector<std::unique_ptr<Recorder>> recorders;
  Rig rig({.max_connections_per_host = 2});
  for (int i = 0; i < 6; ++i) {
    recorders.push_back(std::make_unique<Recorder>());
    recorders.back()->hook = [&order, i](Response&, std::string_view event) {
      if (event.starts_with("done")) order.push_back(i);
    };
    rig.get("http://a.example/", *recorders.back());
  }
  rig.run();
  EXPECT_EQ(rig.connector.attempts, 2);
  auto a = rig.accept();
  auto b = rig.accept();
  for (int i = 0; i < 3; ++i) {
    rig.deliver(*a, kEmpty);
    rig.deliver(*b, kEmpty);
  }
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(rig.connector.attempts, 2);
}

TEST(Pool, AClosedConnectionMakesRoomForTheNextWaiter) {
  Recorder first, second;
  Rig rig({.max_connections_per_host = 1});
  rig.get("http://a.example/", first);
  rig.get("http://a.example/", second);
  auto wire = rig.accept();
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  EXPECT_TRUE(wire->closed);
  EXPECT_EQ(rig.connector.attempts, 2);
  rig.deliver(*rig.accept(), kEmpty);
  EXPECT_EQ(second.error.code, Errc::ok);
}

TEST(Pool, AnIdleConnectionGivesWayAtTheLimitOfThePool) {
  Recorder first, second;
  Rig rig({.max_connections = 1});
  rig.get("http://a.example/", first);
  auto wire = rig.accept();
  rig.deliver(*wire, kEmpty);
  rig.get("http://b.example/", second);
  rig.run();
  EXPECT_TRUE(wire->closed);
  ASSERT_EQ(rig.connector.pending(), 1u);
  EXPECT_EQ(rig.connector.oldest_route().origin.host, "b.example");
  rig.deliver(*rig.accept(), kEmpty);
  EXPECT_EQ(second.error.code, Errc::ok);
}

TEST(Pool, StarvingHostsAreServedInOrder) {
  Recorder r[3];
  Rig rig({.max_connections = 1});
  rig.get("http://a.example/", r[0]);
  rig.get("http://b.example/", r[1]);
  rig.get("http://c.example/", r[2]);
  for (const char* host : {"a.example", "b.example", "c.example"}) {
    rig.run();
    ASSERT_EQ(rig.connector.pending(), 1u) << host;
    EXPECT_EQ(rig.connector.oldest_route().origin.host, host);
    rig.deliver(*rig.accept(), kEmpty);
  }
  for (const Recorder& recorder : r) EXPECT_EQ(recorder.error.code, Errc::ok);
}

TEST(Pool, EachFailedAttemptFailsOneWaiter) {
  Recorder first, second;
  Rig rig;
  rig.get("http://a.example/", first);
  rig.get("http://a.example/", second);
  rig.run();
  rig.connector.refuse({.code = Errc::connect_failed, .phase = Phase::connect}, "refused");
  EXPECT_EQ(first.done + second.done, 1);
  rig.deliver(*rig.accept(), kEmpty);
  EXPECT_EQ(first.error.code, Errc::connect_failed);
  EXPECT_EQ(second.error.code, Errc::ok);
}

TEST(Pool, CancellingAnotherWaiterWhileFailingOneIsSafe) {
  Recorder first, second;
  Rig rig;
  rig.get("http://a.example/", first);
  Response& other = rig.get("http://a.example/", second);
  first.hook = [&](Response&, std::string_view) { other.cancel(); };
  rig.run();
  rig.connector.refuse({.code = Errc::connect_failed, .phase = Phase::connect}, "refused");
  rig.run();
  EXPECT_EQ(second.error.code, Errc::cancelled);
  EXPECT_EQ(rig.connector.pending(), 0u);
}

TEST(Pool, CancellingTheOnlyWaiterAbandonsTheAttempt) {
  Recorder r;
  Rig rig;
  Response& response = rig.get("http://a.example/", r);
  rig.run();
  response.cancel();
  EXPECT_EQ(r.done, 0) << "never from inside cancel";
  rig.run();
  EXPECT_EQ(r.error.code, Errc::cancelled);
  EXPECT_EQ(r.error.phase, Phase::connect);
  EXPECT_EQ(rig.connector.abandoned, 1);
}

TEST(Pool, IdleConnectionsExpire) {
  Recorder r;
  Rig rig;
  rig.get("http://a.example/", r);
  auto wire = rig.accept();
  rig.deliver(*wire, kEmpty);
  rig.scheduler.advance(89'999);
  EXPECT_FALSE(wire->closed);
  rig.scheduler.advance(1);
  EXPECT_TRUE(wire->closed);
  EXPECT_EQ(rig.pool.idle_connections(), 0u);
}

TEST(Pool, CloseIdleClosesEachOfThem) {
  Recorder r[3];
  Rig rig;
  std::shared_ptr<Wire> wires[3];
  const char* const urls[] = {"http://a.example/", "http://b.example/", "http://b.example/"};
  for (int i = 0; i < 3; ++i) rig.get(urls[i], r[i]);
  for (auto& wire : wires) wire = rig.accept();
  for (auto& wire : wires) rig.deliver(*wire, kEmpty);
  EXPECT_EQ(rig.pool.idle_connections(), 3u);
  rig.pool.close_idle();
  rig.run();
  for (auto& wire : wires) EXPECT_TRUE(wire->closed);
  EXPECT_EQ(rig.pool.idle_connections(), 0u);
}

TEST(Pool, TheConnectionThatWasUsedLastIsUsedNext) {
  Recorder r[4];
  Rig rig;
  std::shared_ptr<Wire> a[2];
  for (int i = 0; i < 2; ++i) rig.get("http://a.example/", r[i]);
  for (auto& wire : a) wire = rig.accept();
  rig.get("http://b.example/", r[2]);
  auto b = rig.accept();
  // Between the two of one host, another host's comes to rest last.
  for (auto* wire : {a[1].get(), a[0].get(), b.get()}) {
    rig.deliver(*wire, kEmpty);
    wire->sent.clear();
  }
  rig.get("http://a.example/next", r[3]);
  rig.run();
  EXPECT_TRUE(a[0]->sent.starts_with("GET /next"));
  EXPECT_EQ(a[1]->sent, "");
  EXPECT_EQ(rig.pool.idle_connections(), 2u);
}

TEST(Pool, H12_TheKeepAliveHintIsBelievedLessAMargin) {
  Recorder r[3];
  Rig rig;
  constexpr std::string_view kHint = "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nContent-Length: 0\r\n\r\n";
  rig.get("http://a.example/", r[0]);
  auto wire = rig.accept();
  rig.deliver(*wire, kHint);
  rig.scheduler.advance(3'999);
  rig.get("http://a.example/", r[1]);
  rig.run();
  EXPECT_EQ(rig.connector.attempts, 1);
  rig.deliver(*wire, kHint);
  rig.scheduler.advance(4'000);
  rig.get("http://a.example/", r[2]);
  rig.run();
  EXPECT_EQ(rig.connector.attempts, 2);
  EXPECT_TRUE(wire->closed);
}

TEST(Pool, A3_ClosingEndsEveryExchangeInEveryStage) {
  std::vector<std::unique_ptr<Recorder>> recorders;
  Rig rig({.max_connections_per_host = 2});
  const auto start = [&](const std::string& url) {
    recorders.push_back(std::make_unique<Recorder>());
    return &rig.get(url, *recorders.back());
  };
  start("http://a.example/active");
  Response* paused = start("http://a.example/paused");
  start("http://a.example/queued");
  rig.run();
  rig.accept();
  auto wire = rig.accept();
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
  paused->pause();
  start("http://b.example/connecting");
  rig.run();
  start("http://c.example/starting");
  for (int i = 0; i < 1000; ++i) start("http://d" + std::to_string(i) + ".example/");
  rig.table.abort_all(Errc::client_closed);
  for (const auto& r : recorders) {
    EXPECT_EQ(r->done, 1);
    EXPECT_EQ(r->error.code, Errc::client_closed);
  }
  EXPECT_EQ(rig.table.open_count(), 0u);
  EXPECT_EQ(rig.scheduler.holds, 0);
}

TEST(Pool, N14_IdleConnectionsAreGivenUpFirst) {
  Recorder first, second;
  Rig rig;
  rig.get("http://a.example/", first);
  auto idle = rig.accept();
  rig.deliver(*idle, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  rig.get("http://b.example/", second);
  rig.run();
  rig.connector.refuse({.code = Errc::out_of_resources, .phase = Phase::connect}, "too many open files");
  rig.run();
  EXPECT_TRUE(idle->closed);
  EXPECT_EQ(second.done, 0);
  ASSERT_EQ(rig.connector.pending(), 1u);
  rig.connector.refuse({.code = Errc::out_of_resources, .phase = Phase::connect}, "too many open files");
  EXPECT_EQ(second.message, "out-of-resources in connect: too many open files");
  EXPECT_EQ(rig.connector.attempts, 3);
}

TEST(Pool, TheNextRequestOfOnDoneGoesOutOnTheConnectionThatCameFree) {
  Recorder first, second, third;
  Rig rig;
  first.hook = [&](Response&, std::string_view event) {
    if (!event.starts_with("done")) return;
    rig.get("http://a.example/2", second);
    rig.get("http://a.example/3", third);
  };
  rig.get("http://a.example/1", first);
  auto wire = rig.accept();
  wire->sent.clear();
  rig.deliver(*wire, kEmpty);
  EXPECT_TRUE(wire->sent.starts_with("GET /2 ")) << wire->sent;
  EXPECT_EQ(rig.connector.pending(), 1u) << "and the one behind it needs another";
  wire->sent.clear();
  rig.deliver(*wire, kEmpty);
  EXPECT_EQ(second.error.code, Errc::ok);
  EXPECT_TRUE(second.reused);
  EXPECT_TRUE(wire->sent.starts_with("GET /3 ")) << "unless the first comes free before that";
}

TEST(Pool, ARequestThatWasSentBeforeIsNotOvertaken) {
  Recorder first, earlier, later;
  Rig rig({.max_connections_per_host = 1});
  first.hook = [&](Response&, std::string_view event) {
    if (event.starts_with("head")) rig.get("http://a.example/earlier", earlier);
    if (event.starts_with("done")) rig.get("http://a.example/later", later);
  };
  rig.get("http://a.example/", first);
  auto wire = rig.accept();
  for (const std::string_view expected : {"GET / ", "GET /earlier ", "GET /later "}) {
    EXPECT_TRUE(wire->sent.starts_with(expected)) << wire->sent;
    wire->sent.clear();
    rig.deliver(*wire, kEmpty);
  }
  EXPECT_EQ(earlier.done + later.done, 2);
}

TEST(Pool, ARequestThatIsCancelledAtOnceCostsNoConnection) {
  Recorder first, cancelled, next, last;
  Rig rig;
  rig.get("http://a.example/1", first);
  auto wire = rig.accept();
  rig.deliver(*wire, kEmpty);
  wire->sent.clear();
  rig.get("http://a.example/2", cancelled).cancel();
  rig.run();
  EXPECT_EQ(cancelled.error.code, Errc::cancelled);
  EXPECT_FALSE(cancelled.error.sent);
  EXPECT_EQ(wire->sent, "");
  rig.get("http://a.example/3", next);
  rig.run();
  EXPECT_TRUE(wire->sent.starts_with("GET /3 ")) << wire->sent;
  // The same inside the callback of the exchange that lets it go.
  next.hook = [&](Response&, std::string_view event) {
    if (!event.starts_with("done")) return;
    rig.get("http://a.example/4", cancelled).cancel();
    rig.get("http://a.example/5", last);
  };
  cancelled.done = 0;
  wire->sent.clear();
  rig.deliver(*wire, kEmpty);
  EXPECT_EQ(cancelled.done, 1);
  EXPECT_FALSE(wire->closed);
}

}  // namespace
}  // namespace godwit::testing
