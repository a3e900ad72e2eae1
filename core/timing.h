// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace godwit {

// Timing holds nanoseconds of the monotonic clock since the exchange was started; 0 for what did not
// happen (a reused connection resolves, connects and shakes no hands).
struct Timing {
  // queue: when a connection was assigned (waiting for it, without making it).
  uint64_t queue = 0;
  // resolve, connect, proxy (the tunnel), tls: how long each took on the connection made for this exchange.
  uint64_t resolve = 0;
  uint64_t connect = 0;
  uint64_t proxy = 0;
  uint64_t tls = 0;
  // send: when the last byte of the request was handed to the transport.
  uint64_t send = 0;
  // first_byte: when the first byte of the response (an interim one included) arrived.
  uint64_t first_byte = 0;
  // total: when the exchange ended.
  uint64_t total = 0;
};

}  // namespace godwit
