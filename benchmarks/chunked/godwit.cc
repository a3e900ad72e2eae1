// SPDX-License-Identifier: MIT
// godwit's decoder, which gives the data as slices of its input.
#include <string>

#include <benchmark/benchmark.h>

#include "godwit/benchmarks/chunked/body.h"
#include "godwit/parser/chunked_decoder.h"

namespace {

using godwit::benchmarks::Body;
using namespace godwit::parser;

void decode(benchmark::State& state, std::string_view name) {
  const Body body(name);
  for (auto _ : state) {
    ChunkedDecoder decoder({});
    size_t size = 0;
    std::string_view in = body.bytes;
    while (!in.empty() && !decoder.done()) {
      const ChunkedDecoder::Step step = decoder.decode(in);
      if (step.error != ParseError::none) break;
      benchmark::DoNotOptimize(step.data.data());
      size += step.data.size();
      in.remove_prefix(step.taken);
    }
    if (size != body.size || !decoder.done()) {
      state.SkipWithError("the body was refused");
      break;
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * body.bytes.size()));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * body.chunks));
}

const bool kRegistered = [] {
  for (std::string_view body : godwit::benchmarks::kBodies) {
    benchmark::RegisterBenchmark(("Chunked/godwit/" + std::string(body)).c_str(),
                                 [body](auto& state) { decode(state, body); });
  }
  return true;
}();

}  // namespace
