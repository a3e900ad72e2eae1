// SPDX-License-Identifier: MIT
// Keep-alive requests through callbacks that are attached to the response.
#include <functional>
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
    godwit::Client client(loop, godwit::benchmarks::client_options(*work));
    Turns turns(*work);
    std::vector<godwit::Request> requests;
    for (size_t i = 0; i < work->connections; ++i) {
      requests.push_back(godwit::benchmarks::request_of(*work, i));
    }
    std::function<void(size_t)> send = [&](size_t i) {
      client.send(requests[i])
          .on_done([&turns, &send, i](godwit::Response& response, const godwit::Error& error) {
            if (turns.answered(i, !error && response.status() == 200, response.body_bytes())) send(i);
          });
    };
    status = godwit::benchmarks::run_turns(*work, turns, loop, uv, send);
  }
  uv_loop_close(&uv);
  return status;
}
