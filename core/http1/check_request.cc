// SPDX-License-Identifier: MIT
#include "godwit/core/http1/check_request.h"

#include <cstdio>
#include <string_view>

#include "godwit/core/http1/request_plan.h"
#include "godwit/parser/byte_class.h"

namespace godwit::http1 {

namespace {

using Fault = RequestPlan::Fault;

bool is_visible(char byte) {
  return byte > 0x20 && byte < 0x7f;
}

// find_byte gives the place of the first byte that is not `good`, or npos.
size_t find_byte(std::string_view text, bool (*good)(char)) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (!good(text[i])) return i;
  }
  return std::string_view::npos;
}

Error check_part(std::string_view what, std::string_view text, bool (*good)(char), std::string& diagnosis) {
  if (text.empty()) {
    diagnosis.assign(what).append(" is empty");
    return {.code = Errc::invalid_request};
  }
  const size_t at = find_byte(text, good);
  if (at == std::string_view::npos) return {};
  char byte[8];
  std::snprintf(byte, sizeof byte, "0x%02X", static_cast<unsigned char>(text[at]));
  diagnosis.assign("byte ").append(byte).append(" at position ").append(std::to_string(at));
  diagnosis.append(" of ").append(what).append(" is not allowed");
  return {.code = Errc::invalid_request, .detail = static_cast<uint32_t>(at)};
}

std::string_view sentence(Fault fault) {
  switch (fault) {
    case Fault::none:
      return {};
    case Fault::several_hosts:
      return "there is more than one Host field";
    case Fault::length_and_coding:
      return "Content-Length and Transfer-Encoding exclude each other";
    case Fault::bad_content_length:
      return "Content-Length is not one decimal number";
    case Fault::bad_transfer_encoding:
      return "the last transfer coding is not chunked, once";
    case Fault::coding_in_http10:
      return "HTTP/1.0 knows no Transfer-Encoding";
    case Fault::no_length_in_http10:
      return "the body's length is unknown, which HTTP/1.0 can't express";
    case Fault::length_mismatch:
      return "the body is not as long as Content-Length says";
    case Fault::content_not_allowed:
      return "CONNECT and TRACE requests carry no content";
  }
  return {};
}

}  // namespace

Error check_request(const ports::RequestHead& head, std::string& diagnosis) {
  diagnosis.clear();
  if (Error error = check_part("the method", head.method, parser::is_tchar, diagnosis)) return error;
  if (Error error = check_part("the request target", head.target, is_visible, diagnosis)) return error;
  const RequestPlan plan = plan_request(head);
  if (plan.adds_host) {
    if (Error error = check_part("the authority", head.authority, is_visible, diagnosis)) return error;
  }
  if (plan.fault == Fault::none) return {};
  diagnosis = sentence(plan.fault);
  if (plan.fault != Fault::length_mismatch) return {.code = Errc::invalid_request};
  diagnosis.append(": ").append(std::to_string(plan.body_size)).append(" bytes, not ");
  diagnosis.append(std::to_string(plan.length));
  return {.code = Errc::body_length_mismatch, .received = plan.body_size, .expected = plan.length};
}

}  // namespace godwit::http1
