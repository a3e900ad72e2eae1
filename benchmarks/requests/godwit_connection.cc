// SPDX-License-Identifier: MIT
// Keep-alive requests through godwit::HttpConnection, one for each connection; plain, and never --fresh.
#include <memory>
#include <vector>

#include "godwit/benchmarks/requests/godwit_run.h"

namespace {

using godwit::benchmarks::Turns;
using godwit::benchmarks::Work;

// Runner has one request open at a time.
class Runner final {
 public:
  Runner(godwit::Loop& loop, const Work& work, Turns& turns, size_t i)
      : connection_(loop, work.address_of(i), work.port), work_(work), turns_(turns), i_(i) {}

  void send() {
    if (connection_.request("GET", work_.path)) return finish(false, 0);
    connection_.getresponse([this](godwit::HttpResponse& response, const godwit::Error& error) {
      if (error) return finish(false, 0);
      response.on_done([this](godwit::HttpResponse& r, const godwit::Error& e) {
        finish(!e && r.status() == 200, r.body_bytes());
      });
    });
  }

 private:
  void finish(bool good, uint64_t body) {
    if (turns_.answered(i_, good, body)) send();
  }

  godwit::HttpConnection connection_;
  const Work& work_;
  Turns& turns_;
  const size_t i_;
};

}  // namespace

int main(int argc, char** argv) {
  const auto work = godwit::benchmarks::parse_work(argc, argv);
  if (!work) return 2;
  uv_loop_t uv;
  uv_loop_init(&uv);
  int status;
  {
    godwit::Loop loop(uv);
    Turns turns(*work);
    std::vector<std::unique_ptr<Runner>> runners;
    for (size_t i = 0; i < work->connections; ++i) {
      runners.push_back(std::make_unique<Runner>(loop, *work, turns, i));
    }
    status = godwit::benchmarks::run_turns(*work, turns, loop, uv, [&](size_t i) { runners[i]->send(); });
  }
  uv_loop_close(&uv);
  return status;
}
