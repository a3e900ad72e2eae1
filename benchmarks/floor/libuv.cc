// SPDX-License-Identifier: MIT
// The floor of libuv: a request is written, the end of its response found, and nothing else is done.
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <uv.h>

#include "godwit/benchmarks/floor/answer.h"
#include "godwit/benchmarks/floor/run_loop.h"
#include "godwit/benchmarks/peer/turns.h"
#include "godwit/benchmarks/peer/work.h"

namespace {

using godwit::benchmarks::Answer;
using godwit::benchmarks::Turns;
using godwit::benchmarks::Work;

struct Run {
  explicit Run(const Work& w) : work(w), turns(w), body(w.body_to_send()) {
    for (size_t i = 0; i < w.hosts; ++i) heads.push_back(w.head_of(i));
  }

  const Work& work;
  Turns turns;
  std::vector<std::string> heads;
  Answer answer;
  const std::string_view body;
  uv_loop_t loop;
  char slab[64 * 1024];
};

void require(int status) {
  if (status < 0) std::abort();
}

uv_buf_t buffer_of(std::string_view bytes) {
  return uv_buf_init(const_cast<char*>(bytes.data()), static_cast<unsigned>(bytes.size()));
}

class Connection {
 public:
  Connection(Run& run, size_t i) : run_(run), i_(i) {}

  void send() {
    if (!open_) {
      connect();
      return;
    }
    const std::string& head = run_.heads[i_ % run_.heads.size()];
    uv_buf_t buffer = buffer_of(head);
    if (uv_try_write(stream(), &buffer, 1) != static_cast<int>(head.size())) std::abort();
    if (!run_.body.empty()) write_body();
  }

  void close() {
    if (!open_) return;
    open_ = false;
    uv_close(reinterpret_cast<uv_handle_t*>(&tcp_), [](uv_handle_t* handle) {
      auto* self = static_cast<Connection*>(handle->data);
      if (self->again_) self->connect();
    });
  }

 private:
  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&tcp_); }

  void connect() {
    again_ = false;
    require(uv_tcp_init(&run_.loop, &tcp_));
    require(uv_tcp_nodelay(&tcp_, 1));
    tcp_.data = this;
    auto* request = new uv_connect_t;
    request->data = this;
    sockaddr_in address;
    require(uv_ip4_addr(run_.work.address_of(i_).c_str(), run_.work.port, &address));
    auto connected = [](uv_connect_t* done, int status) {
      require(status);
      const std::unique_ptr<uv_connect_t> owner(done);
      auto* self = static_cast<Connection*>(done->data);
      self->open_ = true;
      uv_read_start(self->stream(), lend, read);
      self->send();
    };
    require(uv_tcp_connect(request, &tcp_, reinterpret_cast<const sockaddr*>(&address), connected));
  }

  // libuv writes the body by itself, as much at a time as the socket takes.
  void write_body() {
    if (!write_) write_ = std::make_unique<uv_write_t>();
    const uv_buf_t buffer = buffer_of(run_.body);
    require(uv_write(write_.get(), stream(), &buffer, 1, [](uv_write_t*, int status) { require(status); }));
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
    const bool more = run.turns.answered(self->i_, true, run.answer.body());
    if (run.work.fresh) {
      self->again_ = more;
      self->close();
    } else if (more) {
      self->send();
    }
    if (run.turns.done()) uv_stop(&run.loop);
  }

  Run& run_;
  const size_t i_;
  uv_tcp_t tcp_;
  std::unique_ptr<uv_write_t> write_;
  size_t seen_ = 0;
  bool open_ = false;
  bool again_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  const auto work = godwit::benchmarks::parse_work(argc, argv);
  if (!work) return 2;
  static Run run(*work);
  return godwit::benchmarks::run_loop<Connection>(run);
}
