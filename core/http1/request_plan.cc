// SPDX-License-Identifier: MIT
#include "godwit/core/http1/request_plan.h"

#include <optional>

#include "godwit/core/method.h"
#include "godwit/parser/byte_class.h"
#include "godwit/parser/field_value.h"

namespace godwit::http1 {

namespace {

using Fault = RequestPlan::Fault;
using Framing = RequestPlan::Framing;

// What the user's fields say of framing, over all lines.
struct FramingFields {
  uint32_t hosts = 0;
  uint32_t lengths = 0;
  std::optional<uint64_t> length;  // of the last line, if it is a number
  bool coding = false;
  uint32_t chunked = 0;
  bool chunked_last = false;
  bool expects_continue = false;
};

void note_codings(FramingFields& fields, std::string_view value) {
  fields.coding = true;
  parser::ListReader codings(value);
  while (auto coding = codings.next()) {
    fields.chunked_last = parser::ascii_iequals(*coding, "chunked");
    if (fields.chunked_last) ++fields.chunked;
  }
}

FramingFields read_fields(const Headers* headers, RequestPlan& plan) {
  FramingFields fields;
  if (headers == nullptr) return fields;
  for (const auto [name, value] : *headers) {
    if (parser::ascii_iequals(name, "host")) {
      plan.adds_host = false;
      ++fields.hosts;
    } else if (parser::ascii_iequals(name, "accept-encoding")) {
      plan.adds_accept_encoding = false;
    } else if (parser::ascii_iequals(name, "content-length")) {
      ++fields.lengths;
      fields.length = parser::parse_decimal(value);
    } else if (parser::ascii_iequals(name, "transfer-encoding")) {
      note_codings(fields, value);
    } else if (parser::ascii_iequals(name, "expect")) {
      fields.expects_continue |= parser::list_has_token(value, "100-continue");
    } else if (parser::ascii_iequals(name, "upgrade")) {
      plan.upgrade = true;
    } else if (parser::ascii_iequals(name, "connection")) {
      plan.close |= parser::list_has_token(value, "close");
    }
  }
  return fields;
}

std::optional<uint64_t> size_of(const Body* body) {
  if (body == nullptr) return 0;
  return body->kind() == Body::Kind::source ? body->source()->length() : body->bytes().size();
}

Fault find_fault(const ports::RequestHead& head, const RequestPlan& plan, const FramingFields& fields,
                 std::optional<uint64_t> size) {
  const bool http10 = head.version == HttpVersion::http10;
  if (fields.hosts > 1) return Fault::several_hosts;
  if (fields.coding && fields.lengths > 0) return Fault::length_and_coding;
  if (fields.lengths > 1 || (fields.lengths == 1 && !fields.length)) return Fault::bad_content_length;
  if (fields.coding && http10) return Fault::coding_in_http10;
  if (fields.coding && (!fields.chunked_last || fields.chunked != 1)) return Fault::bad_transfer_encoding;
  if (plan.framing == Framing::chunked && http10) return Fault::no_length_in_http10;
  if (plan.framing == Framing::length && size && *size != plan.length) return Fault::length_mismatch;
  const bool has_content = plan.framing == Framing::chunked || plan.length > 0;
  if (has_content && (head.method == method::kConnect || head.method == method::kTrace)) {
    return Fault::content_not_allowed;
  }
  return Fault::none;
}

}  // namespace

RequestPlan plan_request(const ports::RequestHead& head) {
  RequestPlan plan;
  plan.adds_host = !head.skip_host;
  plan.adds_accept_encoding = !head.skip_accept_encoding;
  const bool has_body = head.body != nullptr && head.body->kind() != Body::Kind::none;
  const bool has_fields = head.headers != nullptr && !head.headers->empty();
  // Most requests: nothing is asked for that would change the plan.
  if (!has_body && !has_fields && !expects_content(head.method)) return plan;
  const FramingFields fields = read_fields(head.headers, plan);
  const std::optional<uint64_t> size = size_of(head.body);
  if (fields.coding) {
    plan.framing = Framing::chunked;
    plan.already_chunked = head.already_chunked;
  } else if (fields.lengths > 0) {
    plan.framing = Framing::length;
    plan.length = fields.length.value_or(0);
  } else if (has_body || expects_content(head.method)) {
    plan.framing = size ? Framing::length : Framing::chunked;
    plan.length = size.value_or(0);
    plan.adds_framing = true;
  }
  plan.body_size = size.value_or(0);
  plan.fault = find_fault(head, plan, fields, size);
  // A server ignores an HTTP/1.0 client's Upgrade and Expect (RFC 9110 7.8, 10.1.1).
  plan.upgrade = plan.upgrade && head.version != HttpVersion::http10;
  plan.awaits_continue = fields.expects_continue && head.version != HttpVersion::http10 &&
                         (plan.framing == Framing::chunked || plan.length > 0);
  return plan;
}

}  // namespace godwit::http1
