// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace godwit::benchmarks {

// Answer finds where a response ends in the simplest way that can work: the length of the body is read once,
// and taken to be the same in every response of the run.
class Answer {
 public:
  // feed counts bytes of one connection; whether they are the last ones of its response. `seen` is how
  // many it had of this response before, 0 afterwards. A head that spans reads is not supported.
  bool feed(std::string_view bytes, size_t& seen) {
    if (seen == 0) {
      const size_t end = bytes.find("\r\n\r\n");
      if (end == std::string_view::npos) std::abort();
      if (body_ == kUnknown) body_ = length_in(bytes.substr(0, end));
      size_ = end + 4 + body_;
    }
    seen += bytes.size();
    if (seen < size_) return false;
    seen = 0;
    return true;
  }

  size_t body() const { return body_; }

 private:
  static constexpr size_t kUnknown = SIZE_MAX;

  static size_t length_in(std::string_view head) {
    const size_t at = head.find("Content-Length: ");
    if (at == std::string_view::npos) std::abort();
    return std::strtoull(head.data() + at + 16, nullptr, 10);
  }

  size_t body_ = kUnknown;
  size_t size_ = 0;
};

}  // namespace godwit::benchmarks
