// SPDX-License-Identifier: MIT
#include "godwit/core/http1/keep_alive.h"

#include "godwit/parser/field_value.h"

namespace godwit::http1 {

using parser::any_list_has_token;
using parser::KnownField;

void note_response_head(KeepAliveFacts& facts, const parser::ResponseHead& head, const char* base) {
  const parser::Fields fields = head.fields(base);
  facts.response_version = head.minor_version == 0 ? 10 : 11;
  facts.response_close = false;
  facts.response_keep_alive = head.known.has(KnownField::keep_alive);
  if (head.known.has(KnownField::connection)) {
    facts.response_close = any_list_has_token(fields, "connection", "close");
    facts.response_keep_alive |= any_list_has_token(fields, "connection", "keep-alive");
  }
  if (head.known.has(KnownField::proxy_connection)) {
    facts.response_keep_alive |= any_list_has_token(fields, "proxy-connection", "keep-alive");
  }
}

std::string_view keep_alive(const KeepAliveFacts& facts) {
  if (!facts.response_complete) return "the response was not read to its end";
  if (!facts.request_complete) return "the request was not sent to its end";
  if (facts.body == BodyLength::Kind::tunnel) return "the connection became a tunnel";
  if (facts.body == BodyLength::Kind::until_close) return "the body ended with the connection";
  if (facts.contradicted) return "a response without a body announced one";
  if (facts.request_close) return "the request said Connection: close";
  if (facts.response_close) return "the response said Connection: close";
  const bool persistent_by_default = facts.request_version >= 11 && facts.response_version >= 11;
  if (!persistent_by_default && !facts.response_keep_alive) return "HTTP/1.0 without keep-alive";
  return {};
}

}  // namespace godwit::http1
