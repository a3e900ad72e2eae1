// SPDX-License-Identifier: MIT
// godwit's decoder, which gives the data as slices of its input.
#include "godwit/benchmarks/chunked/decoder.h"
#include "godwit/parser/chunked_decoder.h"

namespace {

using namespace godwit::parser;

std::optional<size_t> decode(std::string_view in, benchmark::State&) {
  ChunkedDecoder decoder({});
  size_t size = 0;
  while (!in.empty() && !decoder.done()) {
    const ChunkedDecoder::Step step = decoder.decode(in);
    if (step.error != ParseError::none) return std::nullopt;
    benchmark::DoNotOptimize(step.data.data());
    size += step.data.size();
    in.remove_prefix(step.taken);
  }
  return decoder.done() ? std::optional(size) : std::nullopt;
}

const bool kRegistered = godwit::benchmarks::register_decoder("godwit", decode);

}  // namespace
