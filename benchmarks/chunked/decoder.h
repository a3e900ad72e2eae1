// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "godwit/benchmarks/chunked/body.h"

namespace godwit::benchmarks {

// kHead announces the coding, for libraries that decode no body without its head.
inline constexpr std::string_view kHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

// time_decoder decodes one body in each round: decode(bytes, state) gives how much data it took, and nothing
// if it refused the body or did not see its end.
template <class Decode>
void time_decoder(benchmark::State& state, std::string_view name, Decode decode) {
  const Body body(name);
  for (auto _ : state) {
    const std::optional<size_t> size = decode(std::string_view(body.bytes), state);
    if (size != body.size) {
      state.SkipWithError("the body was refused");
      break;
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * body.bytes.size()));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * body.chunks));
}

// register_decoder makes a benchmark of a library's decoder for each body. It gives true, for an initialiser.
template <class Decode>
bool register_decoder(const std::string& library, Decode decode) {
  for (std::string_view body : kBodies) {
    benchmark::RegisterBenchmark(("Chunked/" + library + "/" + std::string(body)).c_str(),
                                 [=](benchmark::State& state) { time_decoder(state, body, decode); });
  }
  return true;
}

}  // namespace godwit::benchmarks
