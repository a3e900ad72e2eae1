// SPDX-License-Identifier: MIT
// picohttpparser as libh2o exports it. It moves the data together in the buffer that it is given, so each
// round decodes a fresh copy; the copy is not timed, and the data is warm from it.
#include <cstddef>
#include <string>

#include <benchmark/benchmark.h>
#include <sys/types.h>

#include "godwit/benchmarks/chunked/body.h"

// libh2o exports this and ships no header for it.
extern "C" {
struct phr_chunked_decoder {
  size_t bytes_left_in_chunk;
  char consume_trailer;
  char hex_count;
  char state;
};
ssize_t phr_decode_chunked(phr_chunked_decoder* decoder, char* buf, size_t* bufsz);
}

namespace {

using godwit::benchmarks::Body;

void decode(benchmark::State& state, std::string_view name) {
  const Body body(name);
  std::string copy;
  for (auto _ : state) {
    state.PauseTiming();
    copy = body.bytes;
    state.ResumeTiming();
    phr_chunked_decoder decoder{};
    decoder.consume_trailer = 1;
    size_t size = copy.size();
    const ssize_t left = phr_decode_chunked(&decoder, copy.data(), &size);
    if (left != 0 || size != body.size) {
      state.SkipWithError("the body was refused");
      break;
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * body.bytes.size()));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * body.chunks));
}

const bool kRegistered = [] {
  for (std::string_view body : godwit::benchmarks::kBodies) {
    benchmark::RegisterBenchmark(("Chunked/picohttpparser/" + std::string(body)).c_str(),
                                 [body](auto& state) { decode(state, body); });
  }
  return true;
}();

}  // namespace
