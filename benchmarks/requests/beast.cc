// SPDX-License-Identifier: MIT
// Keep-alive requests through Boost.Beast over Asio, with its own buffers used again and no deadlines, which
// godwit keeps: the least that Beast can do.
#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "godwit/benchmarks/peer/turns.h"
#include "godwit/benchmarks/peer/work.h"

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using godwit::benchmarks::Turns;
using godwit::benchmarks::Work;

void require(const beast::error_code& error) {
  if (error) std::abort();
}

class Connection {
 public:
  Connection(asio::io_context& loop, const Work& work, Turns& turns, size_t i)
      : socket_(loop), work_(work), turns_(turns), i_(i) {
    request_.method(http::verb::get);
    request_.target(work.path);
    request_.set(http::field::host, work.address_of(i) + ":" + std::to_string(work.port));
    request_.set(http::field::accept_encoding, "identity");
    if (work.fresh) request_.set(http::field::connection, "close");
  }

  void send() {
    if (socket_.is_open()) {
      write();
      return;
    }
    const asio::ip::tcp::endpoint peer(asio::ip::make_address_v4(work_.address_of(i_)), work_.port);
    socket_.async_connect(peer, [this](const beast::error_code& error) {
      require(error);
      socket_.set_option(asio::ip::tcp::no_delay(true));
      write();
    });
  }

 private:
  void write() {
    http::async_write(socket_, request_, [this](const beast::error_code& error, size_t) {
      require(error);
      read();
    });
  }

  void read() {
    // A parser of Beast's serves one message.
    parser_.emplace();
    parser_->body_limit(boost::none);
    http::async_read(socket_, buffer_, *parser_, [this](const beast::error_code& error, size_t) {
      require(error);
      const bool good = parser_->get().result_int() == 200;
      const size_t body = parser_->get().body().size();
      if (work_.fresh) socket_.close();
      parser_.reset();
      if (turns_.answered(i_, good, body)) send();
    });
  }

  asio::ip::tcp::socket socket_;
  const Work& work_;
  Turns& turns_;
  const size_t i_;
  http::request<http::empty_body> request_;
  beast::flat_buffer buffer_;
  std::optional<http::response_parser<http::string_body>> parser_;
};

}  // namespace

int main(int argc, char** argv) {
  const auto work = godwit::benchmarks::parse_work(argc, argv);
  if (!work) return 2;
  asio::io_context loop(1);
  Turns turns(*work);
  std::vector<std::unique_ptr<Connection>> connections;
  for (size_t i = 0; i < work->connections; ++i) {
    connections.push_back(std::make_unique<Connection>(loop, *work, turns, i));
  }
  const auto send = [&](size_t i) { connections[i]->send(); };
  turns.due(send);
  asio::steady_timer timer(loop);
  std::function<void()> tick = [&] {
    timer.expires_after(std::chrono::milliseconds(Turns::kTick));
    timer.async_wait([&](const beast::error_code&) {
      turns.due(send);
      if (!turns.done()) tick();
    });
  };
  if (work->think != 0) tick();
  loop.run();
  return turns.report();
}
