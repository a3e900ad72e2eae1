// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "godwit/core/http1/body_length.h"
#include "godwit/parser/head.h"

namespace godwit::http1 {

// KeepAliveFacts is all that bears on whether a connection may serve another exchange (RFC 9112 9.3).
struct KeepAliveFacts {
  uint8_t request_version = 11;      // 10 or 11
  uint8_t response_version = 11;     // 10 or 11
  bool request_complete = false;     // every byte of the request was given to the transport
  bool response_complete = false;    // the response was read to its end, without an error
  bool request_close = false;        // Connection: close in the request
  bool response_close = false;       // Connection: close in the response
  bool response_keep_alive = false;  // the response agrees to keep-alive in HTTP/1.0's way
  bool contradicted = false;         // BodyLength::contradicted, of any response head
  BodyLength::Kind body = BodyLength::Kind::none;
};

// note_response_head sets what the final response's head says of keep-alive. HTTP/1.0's way is that of
// http.client: keep-alive in Connection or Proxy-Connection, or a Keep-Alive field.
void note_connection_options(KeepAliveFacts& facts, const parser::ResponseHead& head, const char* base);
inline void note_response_head(KeepAliveFacts& facts, const parser::ResponseHead& head, const char* base) {
  facts.response_version = head.minor_version == 0 ? 10 : 11;
  facts.response_close = false;
  facts.response_keep_alive = head.known.has(parser::KnownField::keep_alive);
  if (head.known.has(parser::KnownField::connection) ||
      head.known.has(parser::KnownField::proxy_connection)) {
    note_connection_options(facts, head, base);
  }
}

// speaks_against gives what the heads say against another exchange, a literal; empty if nothing. Nearly all
// say the same, which is asked in one go.
std::string_view why_not(const KeepAliveFacts& facts);
inline std::string_view speaks_against(const KeepAliveFacts& facts) {
  const bool ordinary = (facts.request_version == 11) & (facts.response_version == 11) &
                        (facts.body <= BodyLength::Kind::chunked) & !facts.contradicted &
                        !facts.request_close & !facts.response_close;
  return ordinary ? std::string_view() : why_not(facts);
}

// keep_alive decides: empty if the connection may be reused, or the reason why not, a literal.
std::string_view keep_alive(const KeepAliveFacts& facts);

}  // namespace godwit::http1
