// SPDX-License-Identifier: MIT
#include "godwit/core/http1/trailer_fields.h"

#include "godwit/parser/byte_class.h"

namespace godwit::http1 {

bool may_be_trailer(std::string_view name) {
  static constexpr std::string_view kForbidden[] = {
      // framing and the connection
      "connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding",
      "upgrade",
      // routing and request modifiers
      "cache-control", "expect", "host", "location", "max-forwards", "pragma", "range", "retry-after",
      // authentication and cookies
      "authentication-info", "authorization", "cookie", "proxy-authenticate", "proxy-authentication-info",
      "proxy-authorization", "set-cookie", "www-authenticate",
      // how to read the content
      "content-encoding", "content-range", "content-type"};
  for (std::string_view forbidden : kForbidden) {
    if (parser::ascii_iequals(name, forbidden)) return false;
  }
  return true;
}

}  // namespace godwit::http1
