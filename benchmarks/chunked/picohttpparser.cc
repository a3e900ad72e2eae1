// SPDX-License-Identifier: MIT
// picohttpparser as libh2o exports it. It moves the data together in the buffer that it is given, so each
// round decodes a fresh copy; the copy is not timed, and the data is warm from it.
#include <sys/types.h>

#include "godwit/benchmarks/chunked/decoder.h"

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

std::optional<size_t> decode(std::string_view in, benchmark::State& state) {
  static std::string copy;
  state.PauseTiming();
  copy = in;
  state.ResumeTiming();
  phr_chunked_decoder decoder{};
  decoder.consume_trailer = 1;
  size_t size = copy.size();
  const ssize_t left = phr_decode_chunked(&decoder, copy.data(), &size);
  return left == 0 ? std::optional(size) : std::nullopt;
}

const bool kRegistered = godwit::benchmarks::register_decoder("picohttpparser", decode);

}  // namespace
