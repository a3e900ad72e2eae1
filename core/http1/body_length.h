// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "godwit/core/error.h"
#include "godwit/parser/head.h"

namespace godwit::http1 {

// BodyLength is how a response's body ends (RFC 9112 6.3), or why that can't be known.
struct BodyLength {
  enum class Kind : uint8_t {
    none,         // there is no body
    length,       // `length` bytes
    chunked,      // the chunked coding says so
    until_close,  // the connection's end is the body's end
    tunnel,       // no body, and no HTTP after the head: what follows belongs to the tunnel
  };
  Kind kind = Kind::none;

  // contradicted: there is no body whatever the fields say, but they announce one. A peer that means
  // what they say would send bytes that we took for the next response: the connection is not reused.
  bool contradicted = false;

  // length of the body, in kind length.
  uint64_t length = 0;

  // error is ok, bad_content_length or bad_transfer_encoding; diagnosis is a literal sentence then.
  Errc error = Errc::ok;
  std::string_view diagnosis = {};
};

// body_length decides the framing of the response `head`, parsed from the bytes at `base`, to a request
// with `method`. It is pure and strict: what the RFC calls ambiguous is an error.
BodyLength body_length(std::string_view method, const parser::ResponseHead& head, const char* base);

}  // namespace godwit::http1
