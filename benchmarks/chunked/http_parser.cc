// SPDX-License-Identifier: MIT
// http-parser 2.9, from after the head that announces the coding.
#include <http_parser.h>

#include "godwit/benchmarks/chunked/decoder.h"

namespace {

using godwit::benchmarks::kHead;

struct Taken {
  size_t size = 0;
  bool complete = false;
};

http_parser_settings settings_of() {
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
  return settings;
}

const http_parser_settings kSettings = settings_of();

std::optional<size_t> decode(std::string_view in, benchmark::State&) {
  Taken taken;
  http_parser parser;
  http_parser_init(&parser, HTTP_RESPONSE);
  parser.data = &taken;
  http_parser_execute(&parser, &kSettings, kHead.data(), kHead.size());
  http_parser_execute(&parser, &kSettings, in.data(), in.size());
  return taken.complete ? std::optional(taken.size) : std::nullopt;
}

const bool kRegistered = godwit::benchmarks::register_decoder("http_parser", decode);

}  // namespace
