// SPDX-License-Identifier: MIT
// Boost.Beast: its response_parser with a callback for the data, from after the head that announces the
// coding.
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "godwit/benchmarks/chunked/decoder.h"

namespace {

namespace http = boost::beast::http;
using godwit::benchmarks::kHead;

std::optional<size_t> decode(std::string_view in, benchmark::State&) {
  size_t size = 0;
  auto on_data = [&](uint64_t, boost::beast::string_view data, boost::beast::error_code&) {
    benchmark::DoNotOptimize(data.data());
    size += data.size();
    return data.size();
  };
  http::response_parser<http::empty_body> parser;
  parser.eager(true);
  parser.body_limit(boost::none);
  parser.on_chunk_body(on_data);
  boost::beast::error_code error;
  parser.put(boost::asio::buffer(kHead.data(), kHead.size()), error);
  while (!error && !in.empty() && !parser.is_done()) {
    in.remove_prefix(parser.put(boost::asio::buffer(in.data(), in.size()), error));
  }
  return !error && parser.is_done() ? std::optional(size) : std::nullopt;
}

const bool kRegistered = godwit::benchmarks::register_decoder("beast", decode);

}  // namespace
