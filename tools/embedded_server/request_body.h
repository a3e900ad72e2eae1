// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "godwit/tools/embedded_server/request_parser.h"

namespace godwit::embedded {

// kMaxChunkExtension bounds the extensions of one chunk; kMaxTrailerBytes a trailer section.
inline constexpr size_t kMaxChunkExtension = 4096;
inline constexpr size_t kMaxTrailerBytes = 64 * 1024;

enum class BodyStatus : uint8_t { more, complete, bad };

// RequestBody decodes the body of one request after another (RFC 9112, sections 6 and 7).
class RequestBody {
 public:
  // start makes ready for the body that `head` announces.
  void start(const RequestHead& head);

  // decode takes bytes off the front of `input`; `content` is the run of content among them, perhaps
  // empty. `more`: call again, with more input once `input` is empty. `bad`: the chunked coding is broken.
  BodyStatus decode(std::string_view& input, std::string_view& content);

  // trailers is the trailer section of a completed chunked body: lines, each ended by CRLF.
  std::string_view trailers() const { return trailers_; }

 private:
  enum class State : uint8_t { sized, size, extension, size_lf, data, data_cr, data_lf, trailers, done };

  bool step(char byte);

  State state_ = State::done;
  uint8_t size_digits_ = 0;
  uint64_t left_ = 0;
  size_t line_bytes_ = 0;
  std::string trailers_;
};

}  // namespace godwit::embedded
