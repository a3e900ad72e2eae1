// SPDX-License-Identifier: MIT
// http-parser 2.9, from after the head that announces the coding.
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>
#include <http_parser.h>

#include "godwit/benchmarks/chunked/body.h"

namespace {

using godwit::benchmarks::Body;

struct Taken {
  size_t size = 0;
  bool complete = false;
};

void decode(benchmark::State& state, std::string_view name) {
  constexpr std::string_view kHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const Body body(name);
  http_parser_settings settings;
  http_parser_settings_init(&settings);
  settings.on_body = [](http_parser* parser, const char* at, size_t size) {
    benchmark::DoNotOptimize(at);
    static_cast<Taken*>(parser->data)->size += size;
    return 0;
  };
  settings.on_message_complete = [](http_parser* parser) {
    static_cast<Taken*>(parser->data)->complete = true;
    return 0;
  };
  for (auto _ : state) {
    Taken taken;
    http_parser parser;
    http_parser_init(&parser, HTTP_RESPONSE);
    parser.data = &taken;
    http_parser_execute(&parser, &settings, kHead.data(), kHead.size());
    http_parser_execute(&parser, &settings, body.bytes.data(), body.bytes.size());
    if (taken.size != body.size || !taken.complete) {
      state.SkipWithError("the body was refused");
      break;
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * body.bytes.size()));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * body.chunks));
}

const bool kRegistered = [] {
  for (std::string_view body : godwit::benchmarks::kBodies) {
    benchmark::RegisterBenchmark(("Chunked/http_parser/" + std::string(body)).c_str(),
                                 [body](auto& state) { decode(state, body); });
  }
  return true;
}();

}  // namespace
