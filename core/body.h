// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "godwit/core/bytes.h"

namespace godwit {

class Headers;

// BodySource produces a request body piece by piece. The user implements it; godwit borrows it until
// on_done has returned.
//
//   pull -> {8192, more}  pull -> {0, later}  (Response::resume_upload)  pull -> {100, end}
class BodySource {
 public:
  // more: there may be more at once. later: nothing now; pulled again after
  // Response::resume_upload(). end: this was the last piece. failed: the exchange ends with
  // Errc::body_source_failed.
  enum class State : uint8_t { more, later, end, failed };
  struct Pull {
    size_t size;
    State state;
  };

  virtual ~BodySource() = default;

  // pull writes at most out.size() bytes (Options::blocksize at a time) to out and says how many.
  // `more` with no bytes is treated as `later` with an immediate resume.
  virtual Pull pull(std::span<std::byte> out) = 0;

  // length is the exact number of bytes the source will give, if known: it is announced as
  // Content-Length and held to. Without it the body goes out chunked.
  virtual std::optional<uint64_t> length() const { return std::nullopt; }

  // rewind goes back to the first byte so that the request can be sent again; false if it can't.
  virtual bool rewind() { return false; }

  // trailers, called after the last piece, may give fields to send behind a chunked body
  // (RFC 9112, 7.1.2); null for none. The fields must live until on_done.
  virtual const Headers* trailers() { return nullptr; }
};

// Body is a request's content: nothing, owned text, borrowed bytes, or a source.
class Body {
 public:
  enum class Kind : uint8_t { none, owned, borrowed, source };

  Body() = default;
  Body(std::string text) : kind_(Kind::owned), text_(std::move(text)) {}  // NOLINT: a body is text
  Body(const char* text) : Body(std::string(text)) {}                     // NOLINT: a body is text

  // borrow refers to bytes that the caller keeps unchanged until on_done has returned.
  static Body borrow(Bytes bytes) {
    Body b;
    b.kind_ = Kind::borrowed;
    b.borrowed_ = bytes;
    return b;
  }

  // from refers to a source that the caller keeps until on_done has returned.
  static Body from(BodySource& source) {
    Body b;
    b.kind_ = Kind::source;
    b.source_ = &source;
    return b;
  }

  Kind kind() const { return kind_; }
  // bytes of an owned or borrowed body; empty otherwise.
  Bytes bytes() const { return kind_ == Kind::owned ? bytes_of(text_) : borrowed_; }
  BodySource* source() const { return source_; }

 private:
  Kind kind_ = Kind::none;
  std::string text_;
  Bytes borrowed_;
  BodySource* source_ = nullptr;
};

}  // namespace godwit
