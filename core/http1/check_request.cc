// SPDX-License-Identifier: MIT
#include "godwit/core/http1/check_request.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "godwit/core/method.h"
#include "godwit/parser/byte_class.h"

namespace godwit::http1 {

namespace {

using Fault = RequestPlan::Fault;

bool is_visible(char byte) {
  return byte > 0x20 && byte < 0x7f;
}

// find_invisible gives the place of the first byte that is not visible ASCII, or npos. Eight at a time: every
// request's target comes through here.
size_t find_invisible(std::string_view text) {
  size_t i = 0;
  if (text.size() >= 8) {
    // The last step overlaps the one before it.
    const size_t last = text.size() - 8;
    for (;; i = std::min(i + 8, last)) {
      uint64_t bytes;
      std::memcpy(&bytes, text.data() + i, sizeof bytes);
      // The top bit of a byte is set if it is below 0x21, above 0x7e, or next to one that is.
      constexpr uint64_t kEach = 0x0101010101010101;
      if (((bytes - 0x21 * kEach) | bytes | (bytes + kEach)) & (0x80 * kEach)) break;
      if (i == last) return std::string_view::npos;
    }
  }
  for (; i < text.size(); ++i) {
    if (!is_visible(text[i])) return i;
  }
  return std::string_view::npos;
}

size_t find_no_tchar(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (!parser::is_tchar(text[i])) return i;
  }
  return std::string_view::npos;
}

// fault_in says that the part is empty, or which byte of it is not allowed.
Error fault_in(std::string_view what, std::string_view text, size_t at, std::string& diagnosis) {
  if (text.empty()) {
    diagnosis.assign(what).append(" is empty");
    return {.code = Errc::invalid_request};
  }
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

Error check_request(const ports::RequestHead& head, const RequestPlan& plan, std::string& diagnosis) {
  diagnosis.clear();
  const auto check = [&](std::string_view what, std::string_view text, size_t bad) -> Error {
    if (bad == std::string_view::npos && !text.empty()) return {};
    return fault_in(what, text, bad, diagnosis);
  };
  if (head.method != method::kGet) {
    if (Error error = check("the method", head.method, find_no_tchar(head.method))) return error;
  }
  if (Error error = check("the request target", head.target, find_invisible(head.target))) return error;
  if (plan.adds_host) {
    if (Error error = check("the authority", head.authority, find_invisible(head.authority))) return error;
  }
  if (plan.fault == Fault::none) return {};
  diagnosis = sentence(plan.fault);
  if (plan.fault != Fault::length_mismatch) return {.code = Errc::invalid_request};
  diagnosis.append(": ").append(std::to_string(plan.body_size)).append(" bytes, not ");
  diagnosis.append(std::to_string(plan.length));
  return {.code = Errc::body_length_mismatch, .received = plan.body_size, .expected = plan.length};
}

}  // namespace godwit::http1
