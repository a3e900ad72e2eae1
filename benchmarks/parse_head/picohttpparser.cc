// SPDX-License-Identifier: MIT
// picohttpparser as libh2o exports it (scalar). `ParseHead/picohttpparser` is the bare call, which looks no
// field up and lets some malformed heads pass; `ParseHead/picohttpparser-lookup` also finds the fields
// that framing needs, as the other libraries do.
#include <cstddef>
#include <string_view>

#include <benchmark/benchmark.h>
#include <strings.h>

#include "godwit/benchmarks/parse_head/corpus.h"

// libh2o exports these and ships no header for them.
extern "C" {
struct phr_header {
  const char* name;
  size_t name_len;
  const char* value;
  size_t value_len;
};
int phr_parse_response(const char* buf, size_t len, int* minor_version, int* status, const char** msg,
                       size_t* msg_len, phr_header* headers, size_t* num_headers, size_t last_len);
}

namespace {

using godwit::benchmarks::Corpus;

constexpr size_t kMostFields = 256;

struct Framing {
  const phr_header* content_length = nullptr;
  const phr_header* transfer_encoding = nullptr;
  const phr_header* connection = nullptr;
};

bool is(const phr_header& field, std::string_view name) {
  return field.name_len == name.size() && strncasecmp(field.name, name.data(), name.size()) == 0;
}

Framing find_framing(const phr_header* fields, size_t count) {
  Framing framing;
  for (const phr_header* field = fields; field != fields + count; ++field) {
    if (is(*field, "content-length")) framing.content_length = field;
    if (is(*field, "transfer-encoding")) framing.transfer_encoding = field;
    if (is(*field, "connection")) framing.connection = field;
  }
  return framing;
}

template <bool kLookup>
void parse_head(benchmark::State& state, std::string_view name) {
  Corpus corpus(name);
  phr_header fields[kMostFields];
  size_t bytes = 0;
  for (auto _ : state) {
    const std::string_view head = corpus.next();
    int minor_version = 0;
    int status = 0;
    const char* reason = nullptr;
    size_t reason_size = 0;
    size_t count = kMostFields;
    const int size = phr_parse_response(head.data(), head.size(), &minor_version, &status, &reason,
                                        &reason_size, fields, &count, 0);
    if (size != static_cast<int>(head.size())) {
      state.SkipWithError("a head was refused");
      break;
    }
    benchmark::DoNotOptimize(fields);
    if (kLookup) benchmark::DoNotOptimize(find_framing(fields, count));
    bytes += head.size();
  }
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}

const bool kRegistered = [] {
  for (std::string_view corpus : godwit::benchmarks::kCorpora) {
    benchmark::RegisterBenchmark(("ParseHead/picohttpparser/" + std::string(corpus)).c_str(),
                                 [corpus](auto& state) { parse_head<false>(state, corpus); });
    benchmark::RegisterBenchmark(("ParseHead/picohttpparser-lookup/" + std::string(corpus)).c_str(),
                                 [corpus](auto& state) { parse_head<true>(state, corpus); });
  }
  return true;
}();

}  // namespace
