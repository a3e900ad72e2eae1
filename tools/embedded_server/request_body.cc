// SPDX-License-Identifier: MIT
#include "godwit/tools/embedded_server/request_body.h"

#include <algorithm>

namespace godwit::embedded {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

void RequestBody::start(const RequestHead& head) {
  trailers_.clear();
  line_bytes_ = 0;
  size_digits_ = 0;
  left_ = head.framing == BodyFraming::length ? head.content_length : 0;
  state_ = head.framing == BodyFraming::chunked  ? State::size
           : head.framing == BodyFraming::length ? State::sized
                                                 : State::done;
}

BodyStatus RequestBody::decode(std::string_view& input, std::string_view& content) {
  content = {};
  while (state_ != State::done && !input.empty()) {
    if (state_ == State::sized || state_ == State::data) {
      content = input.substr(0, static_cast<size_t>(std::min<uint64_t>(left_, input.size())));
      input.remove_prefix(content.size());
      left_ -= content.size();
      if (left_ == 0) state_ = state_ == State::sized ? State::done : State::data_cr;
      break;
    }
    char byte = input.front();
    input.remove_prefix(1);
    if (!step(byte)) return BodyStatus::bad;
  }
  return state_ == State::done ? BodyStatus::complete : BodyStatus::more;
}

bool RequestBody::step(char byte) {
  switch (state_) {
    case State::size: {
      if (int digit = hex_value(byte); digit >= 0) {
        left_ = left_ * 16 + static_cast<uint64_t>(digit);
        return ++size_digits_ <= 15;
      }
      if (size_digits_ == 0) return false;
      line_bytes_ = 0;
      if (byte == '\r') {
        state_ = State::size_lf;
        return true;
      }
      state_ = State::extension;
      return byte == ';';
    }
    case State::extension:
      if (byte == '\r') state_ = State::size_lf;
      return byte != '\n' && ++line_bytes_ <= kMaxChunkExtension;
    case State::size_lf:
      size_digits_ = 0;
      line_bytes_ = 0;
      state_ = left_ == 0 ? State::trailers : State::data;
      return byte == '\n';
    case State::data_cr:
      state_ = State::data_lf;
      return byte == '\r';
    case State::data_lf:
      state_ = State::size;
      return byte == '\n';
    case State::trailers: {
      trailers_ += byte;
      ++line_bytes_;
      if (byte != '\n') return trailers_.size() <= kMaxTrailerBytes;
      const size_t size = trailers_.size();
      if (size < 2 || trailers_[size - 2] != '\r') return false;
      if (line_bytes_ == 2) {
        trailers_.resize(size - 2);
        state_ = State::done;
      }
      line_bytes_ = 0;
      return true;
    }
    case State::sized:
    case State::data:
    case State::done:
      break;
  }
  return true;
}

}  // namespace godwit::embedded
