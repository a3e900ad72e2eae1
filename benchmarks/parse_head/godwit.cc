// SPDX-License-Identifier: MIT
// godwit's parser: the call that the client makes, with everything that it checks, and the fields that
// framing needs. `ParseHead/godwit` is with the kernel that this CPU gets, which the label names; the others
// are with each kernel that it runs.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "godwit/benchmarks/parse_head/corpus.h"
#include "godwit/parser/kernel/dispatch.h"
#include "godwit/parser/response_head.h"

namespace {

using godwit::benchmarks::Corpus;
using namespace godwit::parser;

constexpr size_t kMostFields = 256;

void parse_head(benchmark::State& state, std::string_view kernel, std::string_view name) {
  use_kernel(kernel);
  Corpus corpus(name);
  std::vector<FieldSpan> fields(kMostFields);
  const ParseOptions options;
  size_t bytes = 0;
  for (auto _ : state) {
    const std::string_view bytes_of_head = corpus.next();
    ResponseHead head;
    head.storage = fields;
    const HeadResult result = parse_response_head(bytes_of_head, 0, options, head);
    if (result.status != HeadStatus::complete || result.offset != bytes_of_head.size()) {
      state.SkipWithError("a head was refused");
      break;
    }
    benchmark::DoNotOptimize(fields.data());
    benchmark::DoNotOptimize(head.known.first(KnownField::content_length));
    benchmark::DoNotOptimize(head.known.first(KnownField::transfer_encoding));
    benchmark::DoNotOptimize(head.known.first(KnownField::connection));
    bytes += bytes_of_head.size();
  }
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
  state.SetLabel(std::string(kernel));
}

void add(const std::string& library, const Kernel* kernel) {
  for (std::string_view corpus : godwit::benchmarks::kCorpora) {
    benchmark::RegisterBenchmark(("ParseHead/" + library + "/" + std::string(corpus)).c_str(),
                                 [kernel, corpus](auto& state) { parse_head(state, kernel->name, corpus); });
  }
}

const bool kRegistered = [] {
  add("godwit", all_kernels().front());
  for (const Kernel* kernel : all_kernels()) add("godwit-" + std::string(kernel->name), kernel);
  return true;
}();

}  // namespace
