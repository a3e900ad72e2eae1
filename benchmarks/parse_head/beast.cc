// SPDX-License-Identifier: MIT
// Boost.Beast: its response_parser, which copies fields into a container of its own. Its parser takes
// Content-Length, Transfer-Encoding and Connection itself.
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "godwit/benchmarks/parse_head/corpus.h"

namespace {

namespace http = boost::beast::http;
using godwit::benchmarks::Corpus;

void parse_head(benchmark::State& state, std::string_view name) {
  Corpus corpus(name);
  size_t bytes = 0;
  for (auto _ : state) {
    const std::string_view head = corpus.next();
    http::response_parser<http::empty_body> parser;
    parser.skip(true);  // no body follows
    boost::beast::error_code error;
    parser.put(boost::asio::buffer(head.data(), head.size()), error);
    if (error || !parser.is_header_done()) {
      state.SkipWithError("a head was refused");
      break;
    }
    benchmark::DoNotOptimize(parser.content_length());
    bytes += head.size();
  }
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}

const bool kRegistered = [] {
  for (std::string_view corpus : godwit::benchmarks::kCorpora) {
    benchmark::RegisterBenchmark(("ParseHead/beast/" + std::string(corpus)).c_str(),
                                 [corpus](auto& state) { parse_head(state, corpus); });
  }
  return true;
}();

}  // namespace
