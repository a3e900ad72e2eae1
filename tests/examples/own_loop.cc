// SPDX-License-Identifier: MIT
// A program that has a libuv loop already: requests go out from a timer of its own, every 20 ms.
//
//   own_loop http://localhost:8080/ 5
#include <cstdio>
#include <cstdlib>
#include <string>

#include <uv.h>

#include "godwit/core/godwit.h"

namespace {

struct Poll {
  godwit::Client& client;
  godwit::PreparedRequest request;  // the same each time: all there is to find out about it was, once
  long left;
  uv_timer_t timer;
};

void on_timer(uv_timer_t* timer) {
  Poll& poll = *static_cast<Poll*>(timer->data);
  if (--poll.left == 0) uv_close(reinterpret_cast<uv_handle_t*>(timer), nullptr);
  poll.client.send(poll.request).on_done([](godwit::Response& response, const godwit::Error& error) {
    std::printf("%d after %.2f ms, %s: %s\n", response.status(),
                static_cast<double>(response.timing().total) / 1e6,
                response.reused() ? "same connection" : "new connection",
                describe(error, response.diagnosis()).c_str());
  });
}

}  // namespace

int main(int argc, char** argv) {
  const long times = argc == 3 ? std::strtol(argv[2], nullptr, 10) : 0;
  if (times < 1) {
    std::fprintf(stderr, "usage: own_loop URL TIMES\n");
    return 2;
  }
  uv_loop_t* const uv = uv_default_loop();
  {
    godwit::Loop loop(*uv);
    godwit::Client client(loop);
    Poll poll{client, client.prepare({.url = argv[1]}), times, {}};
    uv_timer_init(uv, &poll.timer);
    poll.timer.data = &poll;
    uv_timer_start(&poll.timer, on_timer, 0, 20);
    uv_run(uv, UV_RUN_DEFAULT);
  }
  return uv_loop_close(uv);
}
