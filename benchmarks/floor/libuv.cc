// SPDX-License-Identifier: MIT
// The floor of libuv: a request is written, the end of its response found, and nothing else is done.
#include <cstdlib>
#include <string>
#include <vector>

#include <uv.h>

#include "godwit/benchmarks/floor/answer.h"
#include "godwit/benchmarks/peer/turns.h"
#include "godwit/benchmarks/peer/work.h"

namespace {

using godwit::benchmarks::Answer;
using godwit::benchmarks::Turns;
using godwit::benchmarks::Work;

struct Run {
  explicit Run(const Work& w) : work(w), turns(w) {}

  const Work& work;
  Turns turns;
  Answer answer;
  uv_loop_t loop;
  char slab[64 * 1024];
};

void require(int status) {
  if (status < 0) std::abort();
}

class Connection {
 public:
  Connection(Run& run, size_t i) : run_(run), i_(i), head_(run.work.head_of(i)) {}

  void send() {
    if (!open_) {
      connect();
      return;
    }
    uv_buf_t buffer = uv_buf_init(head_.data(), static_cast<unsigned>(head_.size()));
    if (uv_try_write(reinterpret_cast<uv_stream_t*>(&tcp_), &buffer, 1) != static_cast<int>(head_.size())) {
      std::abort();
    }
  }

  void close() {
    if (open_) uv_close(reinterpret_cast<uv_handle_t*>(&tcp_), nullptr);
  }

 private:
  void connect() {
    require(uv_tcp_init(&run_.loop, &tcp_));
    require(uv_tcp_nodelay(&tcp_, 1));
    tcp_.data = connect_.data = this;
    sockaddr_in address;
    require(uv_ip4_addr(run_.work.address_of(i_).c_str(), run_.work.port, &address));
    auto connected = [](uv_connect_t* request, int status) {
      require(status);
      auto* self = static_cast<Connection*>(request->data);
      self->open_ = true;
      uv_read_start(reinterpret_cast<uv_stream_t*>(&self->tcp_), lend, read);
      self->send();
    };
    require(uv_tcp_connect(&connect_, &tcp_, reinterpret_cast<const sockaddr*>(&address), connected));
  }

  static void lend(uv_handle_t* handle, size_t, uv_buf_t* buffer) {
    Run& run = static_cast<Connection*>(handle->data)->run_;
    *buffer = uv_buf_init(run.slab, sizeof run.slab);
  }

  static void read(uv_stream_t* stream, ssize_t size, const uv_buf_t*) {
    auto* self = static_cast<Connection*>(stream->data);
    require(static_cast<int>(size));
    Run& run = self->run_;
    if (!run.answer.feed({run.slab, static_cast<size_t>(size)}, self->seen_)) return;
    if (run.turns.answered(self->i_, true, run.answer.body())) self->send();
    if (run.turns.done()) uv_stop(&run.loop);
  }

  Run& run_;
  const size_t i_;
  std::string head_;
  uv_tcp_t tcp_;
  uv_connect_t connect_;
  size_t seen_ = 0;
  bool open_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  const auto work = godwit::benchmarks::parse_work(argc, argv);
  if (!work) return 2;
  static Run run(*work);
  uv_loop_init(&run.loop);
  std::vector<Connection> connections;
  connections.reserve(work->connections);
  for (size_t i = 0; i < work->connections; ++i) connections.emplace_back(run, i);
  auto send = [&](size_t i) { connections[i].send(); };
  run.turns.due(send);
  uv_run(&run.loop, UV_RUN_DEFAULT);
  const int status = run.turns.report();
  for (Connection& connection : connections) connection.close();
  uv_run(&run.loop, UV_RUN_DEFAULT);
  return status;
}
