// SPDX-License-Identifier: MIT
// Keep-alive requests through Boost.Beast over Asio, with its own buffers used again and no deadlines, which
// godwit keeps: the least that Beast can do. TLS is OpenSSL's, as Asio has it.
#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include "godwit/benchmarks/peer/turns.h"
#include "godwit/benchmarks/peer/work.h"

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using godwit::benchmarks::Turns;
using godwit::benchmarks::Work;
using Plain = asio::ip::tcp::socket;
using Tls = asio::ssl::stream<asio::ip::tcp::socket>;

void require(const beast::error_code& error) {
  if (error) std::abort();
}

// Exchange is what only a connection needs that is not idle. Requests with a body and parsers of Beast's
// serve one message.
struct Exchange {
  std::optional<http::request<http::span_body<const char>>> request;
  std::optional<http::response_parser<http::buffer_body>> parser;
  uint64_t body = 0;
};

// Run is what all connections have in common.
struct Run {
  explicit Run(const Work& w) : work(w), turns(w), body(w.body_to_send()) {}

  const Work& work;
  Turns turns;
  const std::string_view body;
  asio::io_context loop{1};
  asio::ssl::context tls{asio::ssl::context::tls_client};
  SSL_SESSION* newest = nullptr;
  std::vector<std::unique_ptr<Exchange>> spare;
  char block[64 * 1024];
};

template <class Stream>
class Connection {
 public:
  Connection(Run& run, size_t i) : run_(run), i_(i) {
    // Beast reads no more at a time than its buffer holds, which grows with the head alone: one that is there
    // for a lone connection's long body is as large as the others'.
    if (run.work.connections == 1) buffer_.reserve(sizeof run.block);
  }

  void send() {
    if (stream_) {
      write();
      return;
    }
    make_stream();
    const asio::ip::tcp::endpoint peer(asio::ip::make_address_v4(run_.work.address_of(i_)), run_.work.port);
    beast::get_lowest_layer(*stream_).async_connect(peer, [this](const beast::error_code& error) {
      require(error);
      beast::get_lowest_layer(*stream_).set_option(asio::ip::tcp::no_delay(true));
      shake();
    });
  }

 private:
  static constexpr bool kTls = std::is_same_v<Stream, Tls>;

  void make_stream() {
    if constexpr (kTls) {
      stream_.emplace(run_.loop, run_.tls);
      stream_->set_verify_callback(asio::ssl::host_name_verification(run_.work.address_of(i_)));
      if (run_.newest != nullptr && !run_.work.no_resume)
        SSL_set_session(stream_->native_handle(), run_.newest);
    } else {
      stream_.emplace(run_.loop);
    }
  }

  void shake() {
    if constexpr (kTls) {
      stream_->async_handshake(asio::ssl::stream_base::client, [this](const beast::error_code& error) {
        require(error);
        write();
      });
    } else {
      write();
    }
  }

  void write() {
    if (run_.spare.empty()) run_.spare.push_back(std::make_unique<Exchange>());
    exchange_ = std::move(run_.spare.back());
    run_.spare.pop_back();
    const Work& work = run_.work;
    auto& request =
        exchange_->request.emplace(work.upload != 0 ? http::verb::put : http::verb::get, work.path, 11);
    request.set(http::field::host, work.address_of(i_) + ":" + std::to_string(work.port));
    request.set(http::field::accept_encoding, "identity");
    if (work.fresh) request.set(http::field::connection, "close");
    if (work.upload != 0) request.content_length(work.upload);
    request.body() = {run_.body.data(), run_.body.size()};
    http::async_write(*stream_, request, [this](const beast::error_code& error, size_t) {
      require(error);
      read();
    });
  }

  void read() {
    auto& parser = exchange_->parser.emplace();
    parser.body_limit(boost::none);
    http::async_read_header(*stream_, buffer_, parser, [this](const beast::error_code& error, size_t) {
      require(error);
      read_body();
    });
  }

  void read_body() {
    auto& parser = *exchange_->parser;
    if (parser.is_done()) return finish();
    parser.get().body().data = run_.block;
    parser.get().body().size = sizeof run_.block;
    http::async_read(*stream_, buffer_, parser, [this](const beast::error_code& error, size_t) {
      if (error != http::error::need_buffer) require(error);
      exchange_->body += sizeof run_.block - exchange_->parser->get().body().size;
      read_body();
    });
  }

  void finish() {
    const bool good = exchange_->parser->get().result_int() == 200;
    const uint64_t body = exchange_->body;
    exchange_->request.reset();
    exchange_->parser.reset();
    exchange_->body = 0;
    run_.spare.push_back(std::move(exchange_));
    if (run_.work.fresh) stream_.reset();
    if (run_.turns.answered(i_, good, body)) send();
  }

  Run& run_;
  const size_t i_;
  std::optional<Stream> stream_;
  beast::flat_buffer buffer_;
  std::unique_ptr<Exchange> exchange_;
};

Run* the_run;

void set_tls(Run& run) {
  the_run = &run;
  run.tls.load_verify_file(run.work.ca);
  run.tls.set_verify_mode(asio::ssl::verify_peer);
  SSL_CTX* const context = run.tls.native_handle();
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, [](SSL*, SSL_SESSION* session) {
    SSL_SESSION_free(std::exchange(the_run->newest, session));
    return 1;
  });
}

template <class Stream>
int run_all(Run& run) {
  const Work& work = run.work;
  run.turns.begin();
  std::vector<std::unique_ptr<Connection<Stream>>> connections;
  for (size_t i = 0; i < work.connections; ++i) {
    connections.push_back(std::make_unique<Connection<Stream>>(run, i));
  }
  const auto send = [&](size_t i) { connections[i]->send(); };
  run.turns.due(send);
  asio::steady_timer timer(run.loop);
  std::function<void()> tick = [&] {
    timer.expires_after(std::chrono::milliseconds(Turns::kTick));
    timer.async_wait([&](const beast::error_code&) {
      run.turns.due(send);
      if (!run.turns.done()) tick();
    });
  };
  if (work.think != 0) tick();
  run.loop.run();
  return run.turns.report();
}

}  // namespace

int main(int argc, char** argv) {
  const auto work = godwit::benchmarks::parse_work(argc, argv);
  if (!work) return 2;
  Run run(*work);
  int status;
  if (work->https) {
    set_tls(run);
    status = run_all<Tls>(run);
  } else {
    status = run_all<Plain>(run);
  }
  SSL_SESSION_free(run.newest);
  return status;
}
