// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "godwit/core/body.h"
#include "godwit/core/headers.h"

namespace godwit {

// HttpVersion numbers are http.client's: 11 is HTTP/1.1.
enum class HttpVersion : uint8_t { http10 = 10, http11 = 11 };

// Request is what Client::send takes. It is moved in; a borrowed body or a source must live until
// on_done has returned.
//
// Fields go out in this order: Host, Accept-Encoding: identity, the framing (Content-Length or
// Transfer-Encoding), then `headers` as they are. A Host, Accept-Encoding or Content-Length among
// `headers` takes the place of ours; a Content-Length is held to. `Expect: 100-continue` makes the
// body wait (Timeouts::expect_continue). With an `Upgrade` the answer may be 101: see Response::detach().
struct Request {
  // method is a token, sent as it is.
  std::string method = "GET";

  // url is an absolute http or https URL, read by the WHATWG rules. Its fragment is never sent; user
  // and password in it are never sent either.
  std::string url;

  Headers headers;
  Body body;

  // version http10 sends HTTP/1.0: no chunked bodies (a source must know its length), and the
  // connection closes after the response unless the peer agrees to keep it.
  HttpVersion version = HttpVersion::http11;

  // path_as_is keeps dot segments of the path as they are written (curl --path-as-is).
  bool path_as_is = false;

  // target, if not empty, is sent as request target instead of the URL's path and query
  // (RFC 9112, 3.2): "*" for OPTIONS, for example. Visible ASCII without spaces.
  std::string target;

  // tls_profile names one of ClientOptions::tls_profiles; empty: ClientOptions::tls. It is looked at for
  // https alone, but must exist.
  std::string tls_profile;

  // proxy, if set, is the proxy of this request instead of ClientOptions::proxy: a URL as there, credentials
  // included; empty for none. ProxyOptions::tunnel_http and tls hold for it, no_proxy and headers don't.
  std::optional<std::string> proxy;

  // total_timeout overrides Timeouts::total for this request, unless zero.
  std::chrono::milliseconds total_timeout{0};
};

}  // namespace godwit
