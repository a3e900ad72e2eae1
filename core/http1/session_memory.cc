// SPDX-License-Identifier: MIT
#include "godwit/core/http1/session_memory.h"

#include <algorithm>
#include <utility>

namespace godwit::http1 {

// The shortest field line, "a:" CRLF: more of them than fit a head can't come, whatever max_fields says.
constexpr uint32_t kShortestFieldLine = 4;

// A session counts them in 16 bits.
constexpr uint32_t kMostStreams = UINT16_MAX;

SessionMemory::SessionMemory(const Limits& limits, uint32_t pipeline_depth)
    : limits_(limits),
      pipeline_depth_(std::clamp<uint32_t>(pipeline_depth, 1, kMostStreams)),
      most_spares_(std::min(kSpareStreams * pipeline_depth_, kMostSpares)),
      fields_(std::min(limits.max_fields, limits.max_head / kShortestFieldLine + 1)) {
  options_.max_line = limits.max_line;
  options_.max_head = limits.max_head;
  options_.max_fields = limits.max_fields;
  spare_.reserve(kSpareStreams);
  head_.storage = fields_;
}

std::unique_ptr<Stream> SessionMemory::acquire() {
  if (spare_.empty()) return std::make_unique<Stream>(options_);
  std::unique_ptr<Stream> stream = std::move(spare_.back());
  spare_.pop_back();
  return stream;
}

void SessionMemory::release(std::unique_ptr<Stream>&& stream) {
  if (spare_.size() >= most_spares_) return stream.reset();
  stream->reset();
  spare_.push_back(std::move(stream));
}

}  // namespace godwit::http1
