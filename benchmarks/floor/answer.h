// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace godwit::benchmarks {

// Answer finds where a response ends in the simplest way that can work: the length of the body is read once,
// and taken to be the same in every response of the run. Of a chunked body nothing is read but its end.
class Answer {
 public:
  // feed counts bytes of one connection; whether they are the last ones of its response. `seen` is how
  // many it had of this response before, 0 afterwards. A head that spans reads is not supported, nor is a
  // last chunk that does.
  bool feed(std::string_view bytes, size_t& seen) {
    if (seen == 0) {
      const size_t end = bytes.find("\r\n\r\n");
      if (end == std::string_view::npos) std::abort();
      if (body_ == kUnknown) read_framing(bytes.substr(0, end));
      size_ = end + 4 + body_;
    }
    seen += bytes.size();
    if (chunked_ ? !bytes.ends_with("\r\n0\r\n\r\n") : seen < size_) return false;
    if (chunked_) body_ = seen;
    seen = 0;
    return true;
  }

  // body is how many bytes it had, with their framing if it was chunked.
  size_t body() const { return body_; }

 private:
  static constexpr size_t kUnknown = SIZE_MAX;

  void read_framing(std::string_view head) {
    chunked_ = head.find("Transfer-Encoding: chunked") != std::string_view::npos;
    const size_t at = head.find("Content-Length: ");
    if (at == std::string_view::npos && !chunked_) std::abort();
    body_ = chunked_ ? 0 : std::strtoull(head.data() + at + 16, nullptr, 10);
  }

  bool chunked_ = false;
  size_t body_ = kUnknown;
  size_t size_ = 0;
};

}  // namespace godwit::benchmarks
