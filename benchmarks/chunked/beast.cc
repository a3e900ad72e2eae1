// SPDX-License-Identifier: MIT
// Boost.Beast: its response_parser with a callback for the data, from after the head that announces the
// coding.
#include <cstdint>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "godwit/benchmarks/chunked/body.h"

namespace {

namespace http = boost::beast::http;
using godwit::benchmarks::Body;

void decode(benchmark::State& state, std::string_view name) {
  constexpr std::string_view kHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const Body body(name);
  for (auto _ : state) {
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
    std::string_view in = body.bytes;
    while (!error && !in.empty() && !parser.is_done()) {
      in.remove_prefix(parser.put(boost::asio::buffer(in.data(), in.size()), error));
    }
    if (error || size != body.size || !parser.is_done()) {
      state.SkipWithError("the body was refused");
      break;
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * body.bytes.size()));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * body.chunks));
}

const bool kRegistered = [] {
  for (std::string_view body : godwit::benchmarks::kBodies) {
    benchmark::RegisterBenchmark(("Chunked/beast/" + std::string(body)).c_str(),
                                 [body](auto& state) { decode(state, body); });
  }
  return true;
}();

}  // namespace
