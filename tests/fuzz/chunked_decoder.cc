// SPDX-License-Identifier: MIT
#include "godwit/parser/chunked_decoder.h"

#include <string>

#include "godwit/tests/fuzz/fuzz.h"
#include "godwit/tests/support/guard_page.h"

namespace godwit::fuzz {
namespace {

using parser::ChunkedDecoder;
using parser::ParseError;
using State = ChunkedDecoder::State;

constexpr size_t kCapacity = 64 * 1024;

constexpr parser::ParseOptions kOptions[] = {
    {},
    {.max_line = 24, .max_head = 60, .max_fields = 2, .max_chunk_extensions = 20},
    {.allow_obs_fold = true, .allow_bare_lf = true, .skip_bad_lines = true},
};

void check_step(const ChunkedDecoder& decoder, const ChunkedDecoder::Step& step, std::string_view in,
                uint64_t offset) {
  check(step.state == decoder.state(), "a step tells the state");
  check((step.error != ParseError::none) == (step.state == State::bad), "an error is what makes it bad");
  if (step.error != ParseError::none) {
    check(step.taken == 0 && step.data.empty(), "an error takes nothing");
    return;
  }
  check(step.taken > 0 && step.taken <= in.size(), "a step takes some of what it is given");
  check(decoder.offset() == offset + step.taken, "the offset counts what was taken");
  check(step.data.empty() ||
            (step.data.data() >= in.data() && step.data.data() + step.data.size() == in.data() + step.taken),
        "data is the end of what was taken");
}

// decode gives what came of a body as text.
std::string decode(std::string_view body, Arrival arrival, const parser::ParseOptions& options) {
  static testing::GuardPage page(kCapacity);
  Random random(body);
  ChunkedDecoder decoder(options);
  std::string data;
  while (!body.empty() && !decoder.done()) {
    std::string_view in = page.place(body.substr(0, next_read(arrival, body.size(), random)));
    body.remove_prefix(in.size());
    while (!in.empty() && !decoder.done()) {
      const uint64_t offset = decoder.offset();
      const ChunkedDecoder::Step step = decoder.decode(in);
      check_step(decoder, step, in, offset);
      if (step.error != ParseError::none) {
        check(decoder.decode(in).error == step.error, "an error is for good");
        check(decoder.trailers().empty(), "a bad body has no trailers");
        return data + "|" + std::string(to_string(step.error)) + " at " + std::to_string(decoder.offset()) +
               (decoder.in_trailers() ? " in trailers" : "");
      }
      data += step.data;
      in.remove_prefix(step.taken);
    }
  }
  data += (decoder.done() ? "|done at " : "|open at ") + std::to_string(decoder.offset());
  for (const auto [name, value] : decoder.trailers()) {
    data += "{" + std::string(name) + ": " + std::string(value) + "}";
  }
  return data + std::to_string(decoder.skipped_trailer_lines()) +
         (decoder.trailers_folded() ? " folded" : "");
}

}  // namespace
}  // namespace godwit::fuzz

// The input is a chunked body with its trailers, and what follows it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace godwit::fuzz;
  if (size > kCapacity) return 0;
  const std::string_view body = as_text(data, size);
  for (const auto& options : kOptions) {
    const std::string whole = decode(body, Arrival::whole, options);
    check(decode(body, Arrival::byte_by_byte, options) == whole, "how the bytes arrive does not matter");
    check(decode(body, Arrival::in_pieces, options) == whole, "how the bytes arrive does not matter");
  }
  return 0;
}
