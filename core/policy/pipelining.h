// SPDX-License-Identifier: MIT
#pragma once

#include <initializer_list>
#include <string_view>

#include "godwit/core/body.h"
#include "godwit/core/error.h"
#include "godwit/core/method.h"
#include "godwit/core/request.h"

namespace godwit::policy {

// may_pipeline decides whether a request may be sent while others on the same connection wait for their
// responses, and others behind it (RFC 9112 9.3.2): it may be repeated, for the connection can end before its
// turn comes; it has no body, which would hold the others up and may be refused in its midst; and it asks
// for nothing that concerns the connection itself.
inline bool may_pipeline(const Request& request) {
  if (!is_idempotent(request.method) || request.version != HttpVersion::http11) return false;
  if (request.body.kind() != Body::Kind::none) return false;
  if (request.headers.empty()) return true;
  for (const std::string_view name :
       {"connection", "content-length", "expect", "transfer-encoding", "upgrade"}) {
    if (request.headers.contains(name)) return false;
  }
  return true;
}

// lost_its_turn says whether a request that was sent behind others is to be sent again, alone: its connection
// ended before a byte of its response came, which servers do that close after so many requests.
constexpr bool lost_its_turn(const Error& error, bool behind_others) {
  const bool ended = error.code == Errc::remote_disconnected || error.code == Errc::send_failed ||
                     error.code == Errc::receive_failed;
  return behind_others && ended && error.received == 0 && error.retry_safe();
}

}  // namespace godwit::policy
