// SPDX-License-Identifier: MIT
// The same through godwit: its engine, and its transport above one without a socket.
#include "godwit/core/godwit.h"

#include <memory>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "godwit/benchmarks/tls/server.h"
#include "godwit/benchmarks/tls/transport_client.h"
#include "godwit/tls/engine.h"
#include "godwit/tools/embedded_server/server.h"

namespace godwit::benchmarks {
namespace {

std::shared_ptr<const tls::Context> make_context(const TlsServer& server) {
  tls::ContextOptions options;
  options.system_roots = false;
  options.roots = {tls::Pem::from_text(server.root().pem())};
  return tls::Context::make(options).context;
}

void send(TlsServer& server, tls::Engine& engine, ClientTime& timed) {
  const std::string up(test::text(engine.output()));
  timed([&] { engine.drained(up.size()); });
  if (!up.empty()) server.peer().feed(up);
}

bool shake(TlsServer& server, tls::Engine& engine, ClientTime& timed) {
  for (;;) {
    tls::Status status = timed([&] { return engine.handshake(); });
    send(server, engine, timed);
    if (status == tls::Status::ok) return true;
    const std::string down = server.peer().take();
    if (down.empty()) return false;
    status = timed([&] {
      engine.feed(test::bytes(down));
      return engine.handshake();
    });
    send(server, engine, timed);
    if (status != tls::Status::want_input) return status == tls::Status::ok;
  }
}

void handshake(benchmark::State& state, bool resumed) {
  TlsServer server;
  const auto context = make_context(server);
  const auto sessions = std::make_shared<tls::SessionCache>();
  ClientTime timed;
  for (auto _ : state) {
    server.accept();
    auto engine = timed([&] {
      return std::make_unique<tls::Engine>(*context,
                                           tls::EngineOptions{.server_name = "a.example",
                                                              .sessions = resumed ? sessions : nullptr,
                                                              .session_key = "a.example:443"});
    });
    if (!shake(server, *engine, timed)) state.SkipWithError("the handshake failed");
    if (resumed && state.iterations() > 1 && !engine->info().resumed) state.SkipWithError("not resumed");
    if (resumed) {
      server.peer().write("tickets come with the first record");
      const std::string down = server.peer().take();
      engine->feed(test::bytes(down));
      std::string plaintext;
      test::read_all(*engine, plaintext);
    }
    timed([&] { engine.reset(); });
    timed.report(state);
  }
}

void bulk_engine(benchmark::State& state) {
  TlsServer server;
  const auto context = make_context(server);
  tls::Engine engine(*context, {.server_name = "a.example"});
  ClientTime timed;
  if (!shake(server, engine, timed)) state.SkipWithError("the handshake failed");
  static std::byte plaintext[16384];
  for (auto _ : state) {
    timed = {};
    const std::string down = server.batch();
    size_t size = 0;
    each_feed(down, [&](std::string_view bytes) {
      timed([&] {
        engine.feed(test::bytes(bytes));
        for (;;) {
          const tls::ReadResult result = engine.read(plaintext);
          if (result.status != tls::Status::ok) break;
          size += result.size;
        }
      });
    });
    if (size != kBatch) state.SkipWithError("octets are missing");
    timed.report(state);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kBatch));
}

void bulk_transport(benchmark::State& state) {
  TlsServer server;
  TransportClient client(server);
  if (!client.ok()) state.SkipWithError("the handshake failed");
  ClientTime timed;
  size_t expected = 0;
  for (auto _ : state) {
    const std::string down = server.batch();
    each_feed(down, [&](std::string_view bytes) { timed([&] { client.receive(bytes); }); });
    if (client.size() != (expected += kBatch)) state.SkipWithError("octets are missing");
    timed.report(state);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kBatch));
}

// Body counts what comes.
struct Body final : ResponseHandler {
  void on_body(Response&, Bytes block) override { size += block.size(); }
  void on_done(Response&, const Error& e) override { failed = failed || e; }
  size_t size = 0;
  bool failed = false;
};

void loopback(benchmark::State& state) {
  std::string error;
  const auto server = embedded::Server::start({}, error);
  if (!server) return state.SkipWithError(error.c_str());
  Loop loop;
  ClientOptions options;
  options.tls.ca_pem = server->ca_pem();
  Client client(loop, options);
  Body body;
  const auto fetch = [&](std::string_view path) {
    Request request;
    request.url = server->https_url(path);
    client.send(std::move(request), body);
    loop.run();
  };
  fetch("/bytes/1");  // the connection
  for (auto _ : state) {
    body.size = 0;
    const double from = thread_cpu();
    fetch("/bytes/64m");
    state.SetIterationTime(thread_cpu() - from);
    if (body.failed || body.size != kBody) state.SkipWithError("octets are missing");
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kBody));
}

BENCHMARK_CAPTURE(handshake, full, false)->Name("Handshake/full/godwit")->UseManualTime();
BENCHMARK_CAPTURE(handshake, resumed, true)->Name("Handshake/resumed/godwit")->UseManualTime();
BENCHMARK(bulk_engine)->Name("Bulk/godwit_engine")->UseManualTime();
BENCHMARK(bulk_transport)->Name("Bulk/godwit_transport")->UseManualTime();
BENCHMARK(loopback)->Name("Loopback/godwit_response")->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace godwit::benchmarks
