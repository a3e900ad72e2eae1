// SPDX-License-Identifier: MIT
// http-parser 2.9, strict, with callbacks that keep what godwit keeps: where each name and value lies. It
// takes Content-Length, Transfer-Encoding and Connection itself.
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>
#include <http_parser.h>

#include "godwit/benchmarks/parse_head/corpus.h"

namespace {

using godwit::benchmarks::Corpus;

constexpr size_t kMostFields = 256;

struct Field {
  std::string_view name;
  std::string_view value;
};

struct Head {
  std::vector<Field> fields = std::vector<Field>(kMostFields);
  size_t count = 0;
  std::string_view reason;
  bool complete = false;
};

Head& head_of(http_parser* parser) {
  return *static_cast<Head*>(parser->data);
}

http_parser_settings callbacks() {
  http_parser_settings settings;
  http_parser_settings_init(&settings);
  settings.on_status = [](http_parser* parser, const char* at, size_t size) {
    head_of(parser).reason = {at, size};
    return 0;
  };
  settings.on_header_field = [](http_parser* parser, const char* at, size_t size) {
    Head& head = head_of(parser);
    head.fields[head.count++].name = {at, size};
    return 0;
  };
  settings.on_header_value = [](http_parser* parser, const char* at, size_t size) {
    Head& head = head_of(parser);
    head.fields[head.count - 1].value = {at, size};
    return 0;
  };
  settings.on_headers_complete = [](http_parser* parser) {
    head_of(parser).complete = true;
    return 1;  // no body follows
  };
  return settings;
}

void parse_head(benchmark::State& state, std::string_view name) {
  Corpus corpus(name);
  const http_parser_settings settings = callbacks();
  Head head;
  size_t bytes = 0;
  for (auto _ : state) {
    const std::string_view bytes_of_head = corpus.next();
    http_parser parser;
    http_parser_init(&parser, HTTP_RESPONSE);
    head.count = 0;
    head.complete = false;
    parser.data = &head;
    http_parser_execute(&parser, &settings, bytes_of_head.data(), bytes_of_head.size());
    if (!head.complete) {
      state.SkipWithError("a head was refused");
      break;
    }
    benchmark::DoNotOptimize(parser.content_length);
    bytes += bytes_of_head.size();
  }
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}

const bool kRegistered = [] {
  for (std::string_view corpus : godwit::benchmarks::kCorpora) {
    benchmark::RegisterBenchmark(("ParseHead/http_parser/" + std::string(corpus)).c_str(),
                                 [corpus](auto& state) { parse_head(state, corpus); });
  }
  return true;
}();

}  // namespace
