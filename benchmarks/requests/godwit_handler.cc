// SPDX-License-Identifier: MIT
// Keep-alive requests through godwit::ResponseHandler.
#include <memory>
#include <string>
#include <vector>

#include "godwit/benchmarks/requests/godwit_run.h"

namespace {

using godwit::benchmarks::Turns;
using godwit::benchmarks::Work;

// Runner has one request open at a time.
class Runner final : public godwit::ResponseHandler {
 public:
  Runner(godwit::Client& client, const Work& work, Turns& turns, size_t i)
      : client_(client), turns_(turns), url_(work.url_of(i)), i_(i), fresh_(work.fresh) {}

  void send() {
    godwit::Request request;
    request.url = url_;
    if (fresh_) request.headers.add("Connection", "close");
    client_.send(std::move(request), *this);
  }

  void on_done(godwit::Response& response, const godwit::Error& error) override {
    if (turns_.answered(i_, !error && response.status() == 200, response.body_bytes())) send();
  }

 private:
  godwit::Client& client_;
  Turns& turns_;
  const std::string url_;
  const size_t i_;
  const bool fresh_;
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
    godwit::Client client(loop, godwit::benchmarks::client_options(*work));
    Turns turns(*work);
    std::vector<std::unique_ptr<Runner>> runners;
    for (size_t i = 0; i < work->connections; ++i) {
      runners.push_back(std::make_unique<Runner>(client, *work, turns, i));
    }
    status = godwit::benchmarks::run_turns(*work, turns, loop, uv, [&](size_t i) { runners[i]->send(); });
  }
  uv_loop_close(&uv);
  return status;
}
