// SPDX-License-Identifier: MIT
// Keep-alive requests through godwit::ResponseHandler.
#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "godwit/benchmarks/requests/godwit_run.h"

namespace {

using godwit::benchmarks::Turns;
using godwit::benchmarks::Work;

// Upload gives the bytes of a body piece by piece.
class Upload final : public godwit::BodySource {
 public:
  explicit Upload(std::string_view bytes) : bytes_(bytes), left_(bytes) {}

  Pull pull(std::span<std::byte> out) override {
    const size_t size = std::min(out.size(), left_.size());
    std::memcpy(out.data(), left_.data(), size);
    left_.remove_prefix(size);
    return {size, left_.empty() ? State::end : State::more};
  }
  std::optional<uint64_t> length() const override { return bytes_.size(); }
  bool rewind() override {
    left_ = bytes_;
    return true;
  }

 private:
  const std::string_view bytes_;
  std::string_view left_;
};

// Runner has one request open at a time.
class Runner final : public godwit::ResponseHandler {
 public:
  Runner(godwit::Client& client, const Work& work, Turns& turns, size_t i)
      : client_(client),
        work_(work),
        turns_(turns),
        request_(godwit::benchmarks::request_of(work, i)),
        i_(i) {}

  void send() {
    if (work_.upload != 0) give_body(request_);
    client_.send(request_, *this);
  }

  void on_done(godwit::Response& response, const godwit::Error& error) override {
    if (turns_.answered(i_, !error && response.status() == 200, response.body_bytes())) send();
  }

 private:
  void give_body(godwit::Request& request) {
    request.method = "PUT";
    if (work_.pull) {
      request.body = godwit::Body::from(upload_.emplace(work_.body_to_send()));
    } else {
      request.body = godwit::Body::borrow(godwit::bytes_of(work_.body_to_send()));
    }
  }

  godwit::Client& client_;
  const Work& work_;
  Turns& turns_;
  godwit::Request request_;
  const size_t i_;
  std::optional<Upload> upload_;
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
