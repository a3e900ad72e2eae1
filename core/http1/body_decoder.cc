// SPDX-License-Identifier: MIT
#include "godwit/core/http1/body_decoder.h"

namespace godwit::http1 {

using parser::ParseError;

BodyDecoder::Step BodyDecoder::decode_without_length(std::string_view in) {
  Step step{0, {}, ParseError::none};
  switch (kind_) {
    case Kind::none:
    case Kind::tunnel:
    case Kind::length:
      break;
    case Kind::until_close:
      step.data = in;
      step.taken = in.size();
      break;
    case Kind::chunked:
      if (owed_ != 0) {
        step.data = in.substr(0, owed_);
        step.taken = step.data.size();
        owed_ -= step.taken;
      } else {
        const parser::ChunkedDecoder::Step chunk = chunks_.decode(in);
        step = {chunk.taken, chunk.data, chunk.error};
      }
      break;
  }
  return step;
}

void BodyDecoder::put_back(size_t size) {
  if (kind_ == Kind::length) remaining_ += size;
  if (kind_ == Kind::chunked) owed_ += size;
}

}  // namespace godwit::http1
