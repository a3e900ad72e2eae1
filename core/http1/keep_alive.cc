// SPDX-License-Identifier: MIT
#include "godwit/core/http1/keep_alive.h"

#include "godwit/parser/field_value.h"

namespace godwit::http1 {

using parser::any_list_has_token;
using parser::KnownField;

namespace {

// Options is what a field like Connection says of keeping the connection.
struct Options {
  bool close = false;
  bool keep_alive = false;
};

// options_in reads all fields of that name. Nearly every server that sends one sends a single option, spelled
// in one of few ways: to read that as a list, with all fields searched for others, would cost more than the
// rest of the head.
Options options_in(const parser::Fields& fields, const parser::KnownFields& known, KnownField field,
                   std::string_view name) {
  if (!known.has(field)) return {};
  if (!known.repeated(field)) {
    const std::string_view value = fields[known.first(field)].value;
    if (value == "keep-alive" || value == "Keep-Alive") return {.keep_alive = true};
    if (value == "close") return {.close = true};
  }
  return {.close = any_list_has_token(fields, name, "close"),
          .keep_alive = any_list_has_token(fields, name, "keep-alive")};
}

}  // namespace

void note_connection_options(KeepAliveFacts& facts, const parser::ResponseHead& head, const char* base) {
  const parser::Fields fields = head.fields(base);
  const Options options = options_in(fields, head.known, KnownField::connection, "connection");
  const Options to_proxy = options_in(fields, head.known, KnownField::proxy_connection, "proxy-connection");
  facts.response_close = options.close;
  facts.response_keep_alive |= options.keep_alive || to_proxy.keep_alive;
}

std::string_view keep_alive(const KeepAliveFacts& facts) {
  if (!facts.response_complete) return "the response was not read to its end";
  if (!facts.request_complete) return "the request was not sent to its end";
  return speaks_against(facts);
}

std::string_view why_not(const KeepAliveFacts& facts) {
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
