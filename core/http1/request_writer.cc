// SPDX-License-Identifier: MIT
#include "godwit/core/http1/request_writer.h"

#include <charconv>
#include <string_view>

namespace godwit::http1 {

namespace {

// Names and values hold no CR, LF or NUL: Headers lets none in.
void put_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

void write_request_head(const ports::RequestHead& head, const RequestPlan& plan, std::string& out) {
  out.assign(head.method).append(" ").append(head.target);
  out.append(head.version == HttpVersion::http10 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
  if (plan.adds_host) put_field(out, "Host", head.authority);
  if (plan.adds_accept_encoding) out.append("Accept-Encoding: identity\r\n");
  if (plan.adds_framing && plan.framing == RequestPlan::Framing::chunked) {
    out.append("Transfer-Encoding: chunked\r\n");
  } else if (plan.adds_framing) {
    char digits[20];
    const char* end = std::to_chars(digits, digits + sizeof digits, plan.length).ptr;
    put_field(out, "Content-Length", {digits, static_cast<size_t>(end - digits)});
  }
  // Field by field rather than Headers::wire(): fields copied from a response are not laid out for it.
  if (head.headers != nullptr) {
    for (const auto [name, value] : *head.headers) put_field(out, name, value);
  }
  if (head.proxy_fields != nullptr) {
    for (const auto [name, value] : *head.proxy_fields) {
      if (head.headers == nullptr || !head.headers->contains(name)) put_field(out, name, value);
    }
  }
  out.append("\r\n");
}

}  // namespace godwit::http1
