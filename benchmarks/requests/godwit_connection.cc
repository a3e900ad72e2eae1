// SPDX-License-Identifier: MIT
// Keep-alive requests through godwit::HttpConnection, one for each connection; plain, and never --fresh.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "godwit/benchmarks/requests/godwit_run.h"

int main(int argc, char** argv) {
  using godwit::benchmarks::Turns;
  const auto work = godwit::benchmarks::parse_work(argc, argv);
  if (!work) return 2;
  uv_loop_t uv;
  uv_loop_init(&uv);
  int status;
  {
    godwit::Loop loop(uv);
    Turns turns(*work);
    std::vector<std::unique_ptr<godwit::HttpConnection>> connections;
    for (size_t i = 0; i < work->connections; ++i) {
      connections.push_back(std::make_unique<godwit::HttpConnection>(loop, work->address_of(i), work->port));
    }
    std::function<void(size_t)> send = [&](size_t i) {
      auto finish = [&turns, &send, i](bool good, uint64_t body) {
        if (turns.answered(i, good, body)) send(i);
      };
      godwit::HttpConnection& connection = *connections[i];
      if (connection.request("GET", work->path)) return finish(false, 0);
      connection.getresponse([finish](godwit::HttpResponse& response, const godwit::Error& error) {
        if (error) return finish(false, 0);
        response.on_body([](godwit::HttpResponse&, godwit::Bytes) {})
            .on_done([finish](godwit::HttpResponse& r, const godwit::Error& e) {
              finish(!e && r.status() == 200, r.body_bytes());
            });
      });
    };
    status = godwit::benchmarks::run_turns(*work, turns, loop, uv, send);
  }
  uv_loop_close(&uv);
  return status;
}
