// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "godwit/core/http1/stream.h"
#include "godwit/core/options.h"
#include "godwit/parser/field.h"
#include "godwit/parser/parse_options.h"

namespace godwit::http1 {

// SessionMemory is what all sessions of one loop share: limits, places for the fields of the head that is
// being parsed, and streams to use again, so that a warm exchange allocates nothing and an idle session
// holds next to nothing. It outlives the sessions.
class SessionMemory {
 public:
  // kSpareStreams is how many streams are kept: a burst's are given back.
  static constexpr size_t kSpareStreams = 64;

  explicit SessionMemory(const Limits& limits);

  const Limits& limits() const { return limits_; }
  const parser::ParseOptions& options() const { return options_; }

  // fields lends the scratch, for as long as no other head is parsed.
  std::span<parser::FieldSpan> fields() { return fields_; }

  // acquire gives a stream as new; release takes one back.
  std::unique_ptr<Stream> acquire();
  void release(std::unique_ptr<Stream> stream);

 private:
  Limits limits_;
  parser::ParseOptions options_;
  std::vector<parser::FieldSpan> fields_;
  std::vector<std::unique_ptr<Stream>> spare_;
};

}  // namespace godwit::http1
