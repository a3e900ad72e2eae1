// SPDX-License-Identifier: MIT
// Requests/godwit/<connections>: keep-alive GETs of 100 bytes against the embedded server, in one process.
// Rates on a shared machine lie; the figure to read is cpu_us, the processor time of the client's thread
// alone per request.
#include "godwit/core/godwit.h"

#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "godwit/tools/embedded_server/server.h"

namespace {

double thread_cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

// Runner keeps one request open: when it is done, it sends the next.
class Runner final : public godwit::ResponseHandler {
 public:
  Runner(godwit::Client& client, const std::string& url, size_t& left)
      : client_(client), url_(url), left_(left) {}

  void next() {
    if (left_ == 0) return;
    --left_;
    godwit::Request request;
    request.url = url_;
    client_.send(std::move(request), *this);
  }

  void on_body(godwit::Response&, godwit::Bytes block) override { benchmark::DoNotOptimize(block.data()); }
  void on_done(godwit::Response&, const godwit::Error& outcome) override {
    failed = failed || outcome;
    next();
  }

  bool failed = false;

 private:
  godwit::Client& client_;
  const std::string& url_;
  size_t& left_;
};

void requests(benchmark::State& state) {
  std::string error;
  const auto server = godwit::embedded::Server::start({.tls = false}, error);
  if (!server) {
    state.SkipWithError(error.c_str());
    return;
  }
  const std::string url = server->http_url("/bytes/100");
  godwit::Loop loop;
  godwit::Client client(loop, {.max_connections_per_host = 0});
  size_t left = 0;
  std::vector<std::unique_ptr<Runner>> runners;
  for (int64_t i = 0; i < state.range(0); ++i) runners.push_back(std::make_unique<Runner>(client, url, left));

  const size_t batch = static_cast<size_t>(state.range(0)) * 100;
  double cpu = 0;
  size_t done = 0;
  for (auto _ : state) {
    left = batch;
    const double before = thread_cpu_seconds();
    for (auto& runner : runners) runner->next();
    loop.run();
    cpu += thread_cpu_seconds() - before;
    done += batch;
  }
  for (auto& runner : runners) {
    if (runner->failed) state.SkipWithError("a request failed");
  }
  state.SetItemsProcessed(static_cast<int64_t>(done));
  state.counters["cpu_us"] = cpu * 1e6 / static_cast<double>(done);
}

BENCHMARK(requests)
    ->Name("Requests/godwit")
    ->Arg(1)
    ->Arg(64)
    ->Arg(512)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
