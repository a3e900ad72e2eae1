// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "godwit/core/http1/stream.h"
#include "godwit/core/options.h"
#include "godwit/parser/field.h"
#include "godwit/parser/head.h"
#include "godwit/parser/parse_options.h"

namespace godwit::http1 {

// SessionMemory is what all sessions of one loop share: limits, places for the fields of the head that is
// being parsed, and streams to use again, so that a warm exchange allocates nothing and an idle session
// holds next to nothing. It outlives the sessions.
class SessionMemory {
 public:
  // kSpareStreams is how many streams are kept for each that may be open on a session: a burst's are given
  // back. kMostSpares is the limit for any depth.
  static constexpr size_t kSpareStreams = 64;
  static constexpr size_t kMostSpares = 1024;

  // pipeline_depth is how many streams may be open on a session, at least 1.
  explicit SessionMemory(const Limits& limits, uint32_t pipeline_depth = 1);
  SessionMemory(const SessionMemory&) = delete;
  SessionMemory& operator=(const SessionMemory&) = delete;

  const Limits& limits() const { return limits_; }
  const parser::ParseOptions& options() const { return options_; }
  uint32_t pipeline_depth() const { return pipeline_depth_; }

  // head lends the scratch that a head is parsed into, for as long as no other is; fields are the places that
  // it has for fields.
  parser::ResponseHead& head() { return head_; }
  std::span<parser::FieldSpan> fields() { return fields_; }

  // acquire gives a stream as new; release takes one back.
  std::unique_ptr<Stream> acquire();
  void release(std::unique_ptr<Stream>&& stream);

 private:
  Limits limits_;
  uint32_t pipeline_depth_;
  size_t most_spares_;
  parser::ParseOptions options_;
  std::vector<parser::FieldSpan> fields_;
  parser::ResponseHead head_;
  std::vector<std::unique_ptr<Stream>> spare_;
};

}  // namespace godwit::http1
