// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "godwit/core/error.h"
#include "godwit/core/http1/body_length.h"
#include "godwit/parser/chunked_decoder.h"
#include "godwit/parser/field.h"
#include "godwit/parser/parse_error.h"
#include "godwit/parser/parse_options.h"

namespace godwit::http1 {

// BodyDecoder takes the framing off a response body, whichever it is. It copies nothing.
//
//   start(length)
//   while (!done() && !in.empty()) { step = decode(in); deliver(step.data); in.remove_prefix(step.taken) }
class BodyDecoder {
 public:
  using Kind = BodyLength::Kind;

  struct Step {
    size_t taken;              // bytes of the input used
    std::string_view data;     // the end of what was taken; may be empty
    parser::ParseError error;  // of the chunked coding, at offset()
  };

  explicit BodyDecoder(const parser::ParseOptions& options) : chunks_(options) {}

  // start makes ready for a body whose framing is known.
  void start(const BodyLength& length) {
    if (kind_ == Kind::chunked || length.kind == Kind::chunked) chunks_.reset();
    kind_ = length.kind;
    length_ = remaining_ = length.length;
    owed_ = 0;
    ended_ = false;
  }

  // decode takes bytes from the front of `in`, until there is a run of data or nothing left.
  Step decode(std::string_view in) {
    if (kind_ != Kind::length) return decode_without_length(in);
    const std::string_view data =
        in.substr(0, static_cast<size_t>(std::min<uint64_t>(remaining_, in.size())));
    remaining_ -= data.size();
    return {data.size(), data, parser::ParseError::none};
  }

  // put_back says that the last `size` bytes of the last step's data were not wanted yet: the caller
  // counts them as not taken, and they come first in the next input.
  void put_back(size_t size);

  // done: the body is complete. A body until close is so only after end().
  bool done() const {
    switch (kind_) {
      case Kind::none:
      case Kind::tunnel:
        return true;
      case Kind::length:
        return remaining_ == 0;
      case Kind::until_close:
        return ended_;
      case Kind::chunked:
        return chunks_.done();  // owed data comes before the last chunk
    }
    return true;
  }

  // end takes note that the connection has ended, which completes a body until close.
  void end() { ended_ = true; }

  Kind kind() const { return kind_; }
  // expected is the announced length, or Error::kUnknown.
  uint64_t expected() const { return kind_ == Kind::length ? length_ : Error::kUnknown; }
  // offset is where in a chunked body, as it came over the wire, an error is.
  uint64_t offset() const { return chunks_.offset(); }
  // in_trailers: what is missing or wrong belongs to the trailer section.
  bool in_trailers() const { return kind_ == Kind::chunked && chunks_.in_trailers(); }
  // trailers of a complete chunked body, valid until the next start or reset.
  parser::Fields trailers() const { return kind_ == Kind::chunked ? chunks_.trailers() : parser::Fields(); }

  // reset gives up what was kept.
  void reset() {
    if (kind_ == Kind::chunked) chunks_.reset();
    kind_ = Kind::none;
  }

 private:
  Step decode_without_length(std::string_view in);

  uint64_t length_ = 0;     // in kind length
  uint64_t remaining_ = 0;  // in kind length
  size_t owed_ = 0;         // in kind chunked: data put back, which the chunked decoder has behind it
  Kind kind_ = Kind::none;
  bool ended_ = false;
  parser::ChunkedDecoder chunks_;
};

}  // namespace godwit::http1
