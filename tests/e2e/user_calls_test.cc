// SPDX-License-Identifier: MIT
// A1 and A3: users who pause, resume, cancel, send and destroy at any moment, over real sockets.
#include <algorithm>
#include <deque>
#include <functional>
#include <random>

#include "godwit/tests/e2e/loopback_client.h"
#include "godwit/tests/support/scripted_server.h"

namespace godwit::testing {
namespace {

using UserCalls = LoopbackTest;

// kEvents has every kind of event in it.
const std::string kEvents =
    "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    "5\r\nhello\r\n5\r\nworld\r\n0\r\nX-Sum: 1\r\n\r\n";

// Matrix does one thing in one event of an exchange that has all of them.
struct Matrix {
  struct Place {
    std::string_view event;
    std::string_view before;  // the events that have come by then
  };
  static constexpr Place kPlaces[] = {
      {"informational 103", "informational 103"},
      {"head 200", "informational 103 head 200"},
      {"body", "informational 103 head 200 body"},
      {"trailers", "informational 103 head 200 body trailers"},
      {"done", "informational 103 head 200 body trailers done"},
  };
};

struct Kept {
  explicit Kept(bool use_tls) : tls(use_tls) {
    test::CertificateSpec spec;
    spec.ip = {"127.0.0.1"};
    leaf = test::make_certificate(spec, &ca);
    ScriptedServer::Options options;
    if (tls) options.chain = {&leaf};
    peer.emplace([](const ScriptedRequest&) { return Answer{kEvents}; }, options);
  }
  ClientOptions options() const { return {.tls = {.ca_pem = ca.pem()}, .blocksize = 5}; }

  bool tls;
  const test::Certificate ca = test::make_ca("Root");
  test::Certificate leaf;
  std::optional<ScriptedServer> peer;
};

TEST_F(UserCalls, APreparedRequestIsSentByItsClientAndByAnother) {
  Kept kept(false);
  Recorder mine[2], others, gone;
  LoopbackClient client(kept.options());
  Request request;
  request.url = kept.peer->url("/");
  (void)request.headers.add("X", "1");
  PreparedRequest prepared = client.client().prepare(request);
  EXPECT_EQ(prepared.request().url, request.url);
  for (Recorder& recorder : mine) client.client().send(prepared, recorder);
  client.run();
  {
    LoopbackClient other(kept.options());
    PreparedRequest moved = std::move(prepared);
    other.client().send(moved, others);
    other.run();
    prepared = std::move(moved);
  }
  client.close();
  LoopbackClient later(kept.options());
  later.client().send(prepared, gone);
  later.run();
  for (const Recorder* recorder : {&mine[0], &mine[1], &others, &gone}) {
    EXPECT_EQ(outcome(*recorder), "ok") << recorder->message;
    EXPECT_EQ(recorder->body, "helloworld");
  }
}

TEST_F(UserCalls, A1_CancelInEachEvent) {
  for (const bool tls : {false, true}) {
    Kept kept(tls);
    for (const auto& place : Matrix::kPlaces) {
      Recorder r, beside;
      LoopbackClient client(kept.options());
      r.hook = [&](Response& response, std::string_view event) {
        if (event != place.event) return;
        response.cancel();
        response.cancel();
        response.pause();
        response.resume();
      };
      client.get(kept.peer->url("/"), r);
      client.get(kept.peer->url("/"), beside);
      client.run();
      const bool done = place.event == "done";
      EXPECT_EQ(r.done, 1);
      EXPECT_EQ(r.events, std::string(place.before) + (done ? "" : " done"));
      EXPECT_EQ(r.error.code, done ? Errc::ok : Errc::cancelled) << r.message;
      EXPECT_EQ(outcome(beside), "ok") << beside.message;
      EXPECT_EQ(beside.body, "helloworld");
    }
  }
}

TEST_F(UserCalls, A1_PauseInEachEventHoldsTheNext) {
  for (const bool tls : {false, true}) {
    Kept kept(tls);
    for (const auto& place : Matrix::kPlaces) {
      if (place.event == "done") continue;
      Recorder r, clock;
      LoopbackClient client(kept.options());
      Response* paused = nullptr;
      r.hook = [&](Response& response, std::string_view event) {
        EXPECT_EQ(paused, nullptr) << event << " while paused";
        if (event == place.event && r.blocks < 2) {
          response.pause();
          paused = &response;
        }
      };
      // Another exchange, well behind, resumes it.
      clock.hook = [&](Response&, std::string_view event) {
        if (event != "done" || !paused) return;
        EXPECT_EQ(r.events, place.before);
        std::exchange(paused, nullptr)->resume();
      };
      client.get(kept.peer->url("/"), r);
      client.get(server().http_url("/delay/30"), clock);
      client.run();
      EXPECT_EQ(outcome(r), "ok") << r.message;
      EXPECT_EQ(r.events, "informational 103 head 200 body trailers done");
      EXPECT_EQ(r.body, "helloworld");
    }
  }
}

TEST_F(UserCalls, A1_SendAndCancelOthersInEachEvent) {
  for (const bool tls : {false, true}) {
    Kept kept(tls);
    for (const auto& place : Matrix::kPlaces) {
      std::deque<Recorder> more;
      Recorder r, victim;
      LoopbackClient client(kept.options());
      r.hook = [&](Response&, std::string_view event) {
        if (event != place.event || more.size() == 2) return;
        client.get(kept.peer->url("/more"), more.emplace_back());
        client.get(kept.peer->url("/more"), more.emplace_back()).cancel();
      };
      Response& held = client.get(server().http_url("/fault/hang"), victim);
      const auto record = std::exchange(r.hook, {});
      r.hook = [&](Response& response, std::string_view event) {
        record(response, event);
        if (event == place.event && victim.done == 0) held.cancel();
      };
      client.get(kept.peer->url("/"), r);
      client.run();
      EXPECT_EQ(outcome(r), "ok") << r.message;
      EXPECT_EQ(victim.error.code, Errc::cancelled);
      EXPECT_EQ(victim.done, 1);
      ASSERT_EQ(more.size(), 2u);
      EXPECT_EQ(outcome(more[0]), "ok") << more[0].message;
      EXPECT_EQ(more[0].body, "helloworld");
      EXPECT_EQ(more[1].events, "done");
      EXPECT_EQ(more[1].error.code, Errc::cancelled);
    }
  }
}

TEST_F(UserCalls, A1_TheOwnerOfARequestGoesAwayInOnDone) {
  struct Owner : Recorder {
    std::string url;
    std::string upload = std::string(100'000, 'u');
  };
  std::vector<std::unique_ptr<Owner>> owners;
  int ended = 0;
  LoopbackClient client(trusting());
  for (int i = 0; i < 20; ++i) {
    Owner* owner = owners.emplace_back(std::make_unique<Owner>()).get();
    owner->hook = [&owners, &ended, owner](Response&, std::string_view event) {
      if (event != "done") return;
      EXPECT_EQ(owner->error.code, Errc::ok) << owner->message;
      ++ended;
      // Not the hook itself, which runs in it: what the hook's owner lent to the request.
      std::string().swap(owner->upload);
      std::string().swap(owner->url);
    };
    client.send("POST", i % 2 ? server().http_url("/upload") : server().https_url("/upload"), *owner,
                Body::borrow(bytes_of(owner->upload)));
  }
  client.run();
  owners.clear();
  EXPECT_EQ(ended, 20);
}

TEST_F(UserCalls, A1_CancelBeforeAnythingHappened) {
  Recorder r[3];
  LoopbackClient client(trusting());
  client.get(server().http_url("/bytes/10"), r[0]).cancel();
  client.get("no url", r[1]).cancel();
  client.get("https://name.invalid/", r[2]).cancel();
  EXPECT_EQ(r[0].done, 0) << "never from inside the call";
  client.run();
  for (const Recorder& each : r) {
    EXPECT_EQ(each.events, "done");
    EXPECT_EQ(each.error.code, Errc::cancelled);
    EXPECT_FALSE(each.error.sent);
  }
}

TEST_F(UserCalls, A3_ClientDestroyedWithAThousandInFlight) {
  std::deque<Recorder> recorders(1000);
  size_t heads = 0;
  const std::string paths[] = {"/bytes/1g", "/fault/hang", "/chunked/1g", "/drip/100?ms=50", "/stream/1g"};
  std::string upload(1 << 20, 'u');
  {
    LoopbackClient client(
        trusting({.timeouts = {.connect = std::chrono::minutes(1), .tls = std::chrono::minutes(1)},
                  .max_connections_per_host = 400}));
    for (size_t i = 0; i < recorders.size(); ++i) {
      recorders[i].keep_body = false;
      recorders[i].hook = [&heads, i](Response& response, std::string_view event) {
        if (event == "head 200") ++heads;
        if (event == "body" && i % 7 == 0) response.pause();
      };
      const std::string& path = i % 10 == 9 ? "/upload/never-reads" : paths[i % 5];
      const bool tls = i % 8 == 1;
      client.send(i % 10 == 9 ? "POST" : "GET", tls ? server().https_url(path) : server().http_url(path),
                  recorders[i], i % 10 == 9 ? Body::borrow(bytes_of(upload)) : Body());
    }
    while (heads < 200) client.loop().run_once();
    EXPECT_EQ(client.client().open_exchanges(), 1000u);
    client.close();
    EXPECT_EQ(sockets_to(server().http_port()).size(), 0u);
    EXPECT_EQ(sockets_to(server().https_port()).size(), 0u);
    size_t closed = 0;
    for (const Recorder& r : recorders) closed += r.done == 1 && r.error.code == Errc::client_closed;
    EXPECT_EQ(closed, 1000u) << "each on_done ran inside of ~Client";
    // Nothing is left that the loop would wait for.
    client.loop().run();
  }
  for (const Recorder& r : recorders) EXPECT_EQ(r.done, 1);
  const auto in_body = std::find_if(recorders.begin(), recorders.end(), [](const Recorder& r) {
    return r.error.phase == Phase::body && r.error.expected == uint64_t{1} << 30;
  });
  ASSERT_NE(in_body, recorders.end());
  EXPECT_EQ(in_body->message, "client-closed in body after " + std::to_string(in_body->error.received) +
                                  " of 1073741824 bytes: the client was destroyed");
}

TEST_F(UserCalls, A3_RequestsSentFromAnEndingClientEndToo) {
  Recorder first, second;
  LoopbackClient client;
  Client& ending = client.client();
  first.hook = [&](Response&, std::string_view event) {
    if (event == "done") ending.send({.url = server().http_url("/")}, second);
  };
  client.get(server().http_url("/fault/hang"), first);
  while (sockets_to(server().http_port()).empty()) client.loop().run_once();
  client.close();
  EXPECT_EQ(first.error.code, Errc::client_closed);
  EXPECT_EQ(second.error.code, Errc::client_closed);
  EXPECT_EQ(second.done, 1);
}

// Two thousand exchanges, each paused, resumed and cancelled at moments that a seed decides.
TEST_F(UserCalls, A1_RandomMoments) {
  const uint32_t seed = 20240611;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto chance = [&](uint32_t one_in) { return random() % one_in == 0; };
  struct Entry {
    Recorder recorder;
    Response* open = nullptr;
    bool cancelled = false;
    uint64_t size = 0;
  };
  std::deque<Entry> entries(2000);
  std::vector<Entry*> paused;
  size_t started = 0, ended = 0;
  LoopbackClient client(trusting({.blocksize = 1000, .max_connections_per_host = 40}));

  std::function<void()> start;
  const auto disturb = [&] {
    // Anything may happen to anybody from within anybody's event.
    Entry& other = entries[random() % std::max<size_t>(started, 1)];
    if (other.open && chance(40)) {
      other.cancelled = true;
      other.open->cancel();
    }
    if (other.open && chance(3)) {
      other.open->pause();
      paused.push_back(&other);
    }
    for (size_t i = paused.size(); i-- > 0;) {
      if (!chance(2)) continue;
      if (paused[i]->open) paused[i]->open->resume();
      paused.erase(paused.begin() + static_cast<ptrdiff_t>(i));
    }
  };
  start = [&] {
    if (started == entries.size()) return;
    Entry& entry = entries[started++];
    entry.size = random() % 30'000;
    entry.recorder.keep_body = false;
    entry.recorder.hook = [&, self = &entry](Response& response, std::string_view event) {
      if (event == "done") {
        self->open = nullptr;
        ++ended;
        start();
        start();
      } else if (chance(4)) {
        response.pause();
        paused.push_back(self);
      }
      disturb();
    };
    const std::string size = std::to_string(entry.size);
    const std::string path = chance(2) ? "/bytes/" + size : "/chunked/" + size + "?chunk=700&trailers=1";
    entry.open = &client.get(chance(3) ? server().https_url(path) : server().http_url(path), entry.recorder);
    if (chance(50)) {
      entry.cancelled = true;
      entry.open->cancel();
    }
  };
  for (int i = 0; i < 60; ++i) start();
  client.loop().hold();
  while (ended < entries.size()) {
    // When everybody is paused, nothing happens by itself any more.
    for (Entry* entry : paused) {
      if (entry->open) entry->open->resume();
    }
    paused.clear();
    client.loop().post([] {});
    client.loop().run_once();
  }
  client.loop().release();
  EXPECT_EQ(client.client().open_exchanges(), 0u);
  size_t cancelled = 0;
  for (const Entry& entry : entries) {
    EXPECT_EQ(entry.recorder.done, 1);
    cancelled += entry.recorder.error.code == Errc::cancelled;
    if (entry.cancelled) continue;
    EXPECT_EQ(outcome(entry.recorder), "ok") << entry.recorder.message;
    EXPECT_EQ(entry.recorder.body_bytes, entry.size);
  }
  EXPECT_GT(cancelled, 20u) << "or it proves little";
  client.close();
  EXPECT_EQ(sockets_to(server().http_port()).size(), 0u);
}

}  // namespace
}  // namespace godwit::testing
