// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "godwit/core/ports/session.h"

namespace godwit::http1 {

// RequestPlan is what is decided about a request before its first byte: which fields we add to the
// user's, and how the body is framed (RFC 9112 6.1, 6.2; RFC 9110 8.6).
//
//   user's fields       | body                     | framing
//   Content-Length: n   | any                       | length n, held to
//   Transfer-Encoding   | any                       | chunked, which must be its last coding: we write the
//                       |                           | chunks, or check those of RequestHead::already_chunked
//   neither             | none, POST, PUT or PATCH  | length 0
//   neither             | none, other methods       | none
//   neither             | bytes, source of length   | length
//   neither             | source of no known length | chunked
struct RequestPlan {
  enum class Framing : uint8_t { none, length, chunked };

  // Fault is why the request can't be sent.
  enum class Fault : uint8_t {
    none,
    several_hosts,          // RFC 9112 3.2
    length_and_coding,      // Content-Length and Transfer-Encoding: how requests are smuggled
    bad_content_length,     // not one field with one decimal number
    bad_transfer_encoding,  // chunked is not its last coding, once
    coding_in_http10,       // HTTP/1.0 knows no Transfer-Encoding
    no_length_in_http10,    // so a body must have a length there
    length_mismatch,        // the body is not as long as Content-Length says
    content_not_allowed,    // CONNECT and TRACE carry none (RFC 9110 9.3.6, 9.3.8)
  };

  Framing framing = Framing::none;
  Fault fault = Fault::none;
  bool adds_framing = false;  // the framing field is ours to write
  bool adds_host = true;
  bool adds_accept_encoding = true;
  bool awaits_continue = false;  // Expect: 100-continue, and there is a body to hold back
  bool close = false;            // Connection: close
  bool upgrade = false;          // Upgrade: 101 is an answer (RFC 9110 7.8)
  bool already_chunked = false;  // in framing chunked: the chunks are the caller's, we check them
  uint64_t length = 0;           // announced, in framing length
  uint64_t body_size = 0;        // known size of the body, in fault length_mismatch
};

// plan_request reads the request's fields and body once. It asks a source for its length, nothing else.
RequestPlan plan_request(const ports::RequestHead& head);

}  // namespace godwit::http1
