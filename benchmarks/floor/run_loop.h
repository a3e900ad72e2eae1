// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include <uv.h>

#include "godwit/benchmarks/peer/turns.h"

namespace godwit::benchmarks {

// run_loop has each connection send at its turns, from the first to the last, and reports. `Run` has the
// loop, the turns and the work; a Connection is made of it and a number, sends and closes. It gives the exit
// status.
template <class Connection, class Run>
int run_loop(Run& run) {
  struct Sender {
    std::vector<Connection> connections;
    Turns& turns;
    void due() {
      turns.due([this](size_t i) { connections[i].send(); });
    }
  } sender{{}, run.turns};
  uv_loop_init(&run.loop);
  run.turns.begin();
  sender.connections.reserve(run.work.connections);
  for (size_t i = 0; i < run.work.connections; ++i) sender.connections.emplace_back(run, i);
  sender.due();
  uv_timer_t ticker;
  uv_timer_init(&run.loop, &ticker);
  ticker.data = &sender;
  auto tick = [](uv_timer_t* timer) { static_cast<Sender*>(timer->data)->due(); };
  if (run.work.think != 0) uv_timer_start(&ticker, tick, Turns::kTick, Turns::kTick);
  uv_run(&run.loop, UV_RUN_DEFAULT);
  const int status = run.turns.report();
  uv_close(reinterpret_cast<uv_handle_t*>(&ticker), nullptr);
  for (Connection& connection : sender.connections) connection.close();
  uv_run(&run.loop, UV_RUN_DEFAULT);
  return status;
}

}  // namespace godwit::benchmarks
