// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

#include "godwit/core/headers.h"

namespace godwit {

// ProxyResponse is what a proxy answered to CONNECT (RFC 9110, 9.3.6): http.client's
// get_proxy_response_headers() and more.
struct ProxyResponse {
  // kMaxBody: bytes kept of the page with which a proxy explains its refusal.
  static constexpr size_t kMaxBody = 64 * 1024;

  int status = 0;
  int version = 11;  // 10 or 11, as in http.client
  std::string reason;
  Headers headers;
  // body of a refusal, as far as it had arrived when the proxy was given up; empty if the tunnel was opened.
  std::string body;
};

}  // namespace godwit
