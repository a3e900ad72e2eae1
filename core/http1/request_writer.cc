// SPDX-License-Identifier: MIT
#include "godwit/core/http1/request_writer.h"

#include <charconv>

#include "godwit/core/http1/piecewise_writer.h"

namespace godwit::http1 {

bool write_request_head(const ports::RequestHead& head, const RequestPlan& plan, uint64_t& written,
                        WriteBuffer& out) {
  PiecewiseWriter writer(out, written);
  writer.put(head.method);
  writer.put(" ");
  writer.put(head.target);
  writer.put(" HTTP/1.");
  writer.put(head.version == HttpVersion::http10 ? "0\r\n" : "1\r\n");
  if (plan.adds_host) {
    writer.put("Host: ");
    writer.put(head.authority);
    writer.put("\r\n");
  }
  if (plan.adds_accept_encoding) writer.put("Accept-Encoding: identity\r\n");
  if (plan.adds_framing && plan.framing == RequestPlan::Framing::chunked) {
    writer.put("Transfer-Encoding: chunked\r\n");
  } else if (plan.adds_framing) {
    char digits[20];
    const char* end = std::to_chars(digits, digits + sizeof digits, plan.length).ptr;
    writer.put_field("Content-Length", {digits, static_cast<size_t>(end - digits)});
  }
  // Field by field rather than Headers::wire(): fields copied from a response are not laid out for it.
  if (head.headers != nullptr) {
    for (const auto [name, value] : *head.headers) writer.put_field(name, value);
  }
  if (head.proxy_fields != nullptr) {
    for (const auto [name, value] : *head.proxy_fields) {
      if (head.headers == nullptr || !head.headers->contains(name)) writer.put_field(name, value);
    }
  }
  writer.put("\r\n");
  return writer.finish(written);
}

}  // namespace godwit::http1
