// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

#include <uv.h>

#include "godwit/benchmarks/peer/turns.h"
#include "godwit/benchmarks/peer/work.h"
#include "godwit/core/godwit.h"

namespace godwit::benchmarks {

// client_options are what this work needs and the defaults do not give.
inline ClientOptions client_options(const Work& work) {
  ClientOptions options;
  // 18,000 TLS handshakes that begin at once take more than the ten seconds that one may take.
  options.timeouts.connect = options.timeouts.tls = std::chrono::milliseconds(0);
  options.max_connections_per_host = 0;
  options.tls.ca_file = work.ca;
  options.tls.session_reuse = !work.no_resume;
  for (size_t i = 0; i < work.sources; ++i)
    options.source_addresses.push_back("127.1.0." + std::to_string(i + 1));
  return options;
}

// request_of is what connection `i` sends again and again.
inline Request request_of(const Work& work, size_t i) {
  Request request;
  request.url = work.url_of(i);
  if (work.fresh) (void)request.headers.add("Connection", "close");
  return request;
}

// lie_idle runs the loop for so many milliseconds though nothing is open.
inline void lie_idle(Loop& loop, uint64_t milliseconds) {
  Timer timer(loop, [] {});
  timer.start(Timer::now() + milliseconds * 1'000'000);
  loop.run();
}

// run_turns calls send(i) when it is the turn of connection `i`, and runs the loop until all is done. It
// gives the exit status. Most of it is the think time, for which the loop needs a timer of ours.
template <class Send>
int run_turns(const Work& work, Turns& turns, Loop& loop, uv_loop_t& uv, Send send) {
  struct Ticker {
    uv_timer_t timer;
    Turns& turns;
    Send& send;
  } ticker{{}, turns, send};
  turns.due(send);
  if (work.think != 0) {
    uv_timer_init(&uv, &ticker.timer);
    ticker.timer.data = &ticker;
    auto tick = [](uv_timer_t* timer) {
      auto& self = *static_cast<Ticker*>(timer->data);
      self.turns.due(self.send);
      if (self.turns.done()) uv_close(reinterpret_cast<uv_handle_t*>(timer), nullptr);
    };
    uv_timer_start(&ticker.timer, tick, Turns::kTick, Turns::kTick);
  }
  loop.run();
  if (work.rest != 0) lie_idle(loop, work.rest);
  return turns.report();
}

}  // namespace godwit::benchmarks
