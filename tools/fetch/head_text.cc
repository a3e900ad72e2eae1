// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/head_text.h"

#include <algorithm>
#include <optional>

#include "godwit/core/method.h"
#include "godwit/parser/url.h"
#include "godwit/tools/fetch/json_text.h"

namespace godwit::fetch {

namespace {

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

std::optional<uint64_t> size_of(const Body& body) {
  return body.kind() == Body::Kind::source ? body.source()->length() : body.bytes().size();
}

}  // namespace

std::string head_text(int version, int status, std::string_view reason, const Headers& headers) {
  std::string out = version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ";
  out.append(std::to_string(status)).append(" ").append(reason).append("\r\n");
  for (const auto [name, value] : headers) append_field(out, name, value);
  return out += "\r\n";
}

std::string request_text(const Request& request) {
  parser::Url url;
  if (parser::parse_url(request.url, url, {.path_as_is = request.path_as_is})) return {};
  std::string out = request.method + " ";
  out += request.target.empty() ? url.target() : request.target;
  out += request.version == HttpVersion::http10 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n";
  const Headers& headers = request.headers;
  if (!headers.contains("Host")) append_field(out, "Host", url.authority());
  if (!headers.contains("Accept-Encoding")) append_field(out, "Accept-Encoding", "identity");
  const bool framed = headers.contains("Content-Length") || headers.contains("Transfer-Encoding");
  if (!framed && (request.body.kind() != Body::Kind::none || expects_content(request.method))) {
    const std::optional<uint64_t> size = size_of(request.body);
    if (size) {
      append_field(out, "Content-Length", std::to_string(*size));
    } else {
      append_field(out, "Transfer-Encoding", "chunked");
    }
  }
  for (const auto [name, value] : headers) append_field(out, name, value);
  return out += "\r\n";
}

std::string marked_lines(char mark, std::string_view head) {
  std::string out;
  while (!head.empty()) {
    const size_t end = std::min(head.find("\r\n"), head.size());
    out += mark;
    if (end > 0) out.append(" ").append(printable(head.substr(0, end)));
    out += '\n';
    head.remove_prefix(std::min(end + 2, head.size()));
  }
  return out;
}

}  // namespace godwit::fetch
