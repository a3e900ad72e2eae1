// SPDX-License-Identifier: MIT
// The floor of TLS: libuv below, BoringSSL used in the leanest way above, and the end of the response found.
// BoringSSL verifies by itself, reads what libuv read from where it lies, and gives a record at a time.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <uv.h>

#include "godwit/benchmarks/floor/answer.h"
#include "godwit/benchmarks/floor/run_loop.h"
#include "godwit/benchmarks/peer/turns.h"
#include "godwit/benchmarks/peer/work.h"

namespace {

using godwit::benchmarks::Answer;
using godwit::benchmarks::Turns;
using godwit::benchmarks::Work;

void require(bool good) {
  if (!good) std::abort();
}

struct Run {
  explicit Run(const Work& w) : work(w), turns(w), context(SSL_CTX_new(TLS_method())) {
    for (size_t i = 0; i < w.hosts; ++i) heads.push_back(w.head_of(i));
  }

  const Work& work;
  Turns turns;
  bssl::UniquePtr<SSL_CTX> context;
  bssl::UniquePtr<SSL_SESSION> newest;
  std::vector<std::string> heads;
  Answer answer;
  uv_loop_t loop;
  char slab[64 * 1024];
  char record[16 * 1024];
};

class Connection {
 public:
  Connection(Run& run, size_t i) : run_(run), i_(i) {}

  void send() {
    if (!open_) {
      connect();
      return;
    }
    const std::string& head = run_.heads[i_ % run_.heads.size()];
    require(SSL_write(ssl_.get(), head.data(), static_cast<int>(head.size())) ==
            static_cast<int>(head.size()));
  }

  void close() {
    if (!open_) return;
    open_ = false;
    ssl_.reset();
    uv_close(reinterpret_cast<uv_handle_t*>(&tcp_), [](uv_handle_t* handle) {
      auto* self = static_cast<Connection*>(handle->data);
      if (self->again_) self->connect();
    });
  }

  static const BIO_METHOD* bio_method();

 private:
  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&tcp_); }

  void connect() {
    again_ = false;
    require(uv_tcp_init(&run_.loop, &tcp_) == 0);
    require(uv_tcp_nodelay(&tcp_, 1) == 0);
    tcp_.data = this;
    sockaddr_in address;
    const std::string host = run_.work.address_of(i_);
    require(uv_ip4_addr(host.c_str(), run_.work.port, &address) == 0);
    auto connected = [](uv_connect_t* done, int status) {
      require(status == 0);
      const std::unique_ptr<uv_connect_t> owner(done);
      static_cast<Connection*>(done->data)->begin();
    };
    auto* request = new uv_connect_t;
    request->data = this;
    require(uv_tcp_connect(request, &tcp_, reinterpret_cast<const sockaddr*>(&address), connected) == 0);
  }

  void begin() {
    open_ = true;
    ssl_.reset(SSL_new(run_.context.get()));
    BIO* bio = BIO_new(bio_method());
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_connect_state(ssl_.get());
    SSL_set_shed_handshake_config(ssl_.get(), 1);
    in_addr address;
    uv_inet_pton(AF_INET, run_.work.address_of(i_).c_str(), &address);
    X509_VERIFY_PARAM_set1_ip(SSL_get0_param(ssl_.get()), reinterpret_cast<const uint8_t*>(&address),
                              sizeof address);
    if (run_.newest && !run_.work.no_resume) SSL_set_session(ssl_.get(), run_.newest.get());
    uv_read_start(stream(), lend, [](uv_stream_t* stream, ssize_t size, const uv_buf_t*) {
      require(size > 0);
      static_cast<Connection*>(stream->data)->take(static_cast<size_t>(size));
    });
    take(0);
  }

  void take(size_t size) {
    in_ = {run_.slab, size};
    if (!shaken_) {
      const int result = SSL_do_handshake(ssl_.get());
      if (result != 1) return require(SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_READ);
      shaken_ = true;
      send();
    }
    for (;;) {
      const int got = SSL_read(ssl_.get(), run_.record, sizeof run_.record);
      if (got <= 0) return require(SSL_get_error(ssl_.get(), got) == SSL_ERROR_WANT_READ);
      if (run_.answer.feed({run_.record, static_cast<size_t>(got)}, seen_) && !finish()) return;
    }
  }

  // Whether the connection goes on.
  bool finish() {
    const bool more = run_.turns.answered(i_, true, run_.answer.body());
    if (run_.turns.done()) uv_stop(&run_.loop);
    if (run_.work.fresh) {
      again_ = more;
      shaken_ = false;
      close();
      return false;
    }
    if (more) send();
    return true;
  }

  static void lend(uv_handle_t* handle, size_t, uv_buf_t* buffer) {
    Run& run = static_cast<Connection*>(handle->data)->run_;
    *buffer = uv_buf_init(run.slab, sizeof run.slab);
  }

  Run& run_;
  const size_t i_;
  uv_tcp_t tcp_;
  bssl::UniquePtr<SSL> ssl_;
  std::string_view in_;
  size_t seen_ = 0;
  bool open_ = false;
  bool shaken_ = false;
  bool again_ = false;
};

const BIO_METHOD* Connection::bio_method() {
  static const BIO_METHOD* const kMethod = [] {
    BIO_METHOD* method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "floor");
    BIO_meth_set_read(method, [](BIO* bio, char* out, int size) {
      std::string_view& in = static_cast<Connection*>(BIO_get_data(bio))->in_;
      BIO_clear_retry_flags(bio);
      if (in.empty()) {
        BIO_set_retry_read(bio);
        return -1;
      }
      const size_t taken = std::min(static_cast<size_t>(size), in.size());
      std::memcpy(out, in.data(), taken);
      in.remove_prefix(taken);
      return static_cast<int>(taken);
    });
    BIO_meth_set_write(method, [](BIO* bio, const char* data, int size) {
      uv_buf_t buffer = uv_buf_init(const_cast<char*>(data), static_cast<unsigned>(size));
      require(uv_try_write(static_cast<Connection*>(BIO_get_data(bio))->stream(), &buffer, 1) == size);
      return size;
    });
    BIO_meth_set_ctrl(method,
                      [](BIO*, int command, long, void*) -> long { return command == BIO_CTRL_FLUSH; });
    return method;
  }();
  return kMethod;
}

}  // namespace

int main(int argc, char** argv) {
  const auto work = godwit::benchmarks::parse_work(argc, argv);
  if (!work) return 2;
  static Run run(*work);
  SSL_CTX* const context = run.context.get();
  if (SSL_CTX_load_verify_locations(context, work->ca.c_str(), nullptr) != 1) {
    std::fprintf(stderr, "usage: %s: --ca=FILE is needed, with a root\n", argv[0]);
    return 2;
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, [](SSL*, SSL_SESSION* session) {
    run.newest.reset(session);
    return 1;
  });
  return godwit::benchmarks::run_loop<Connection>(run);
}
