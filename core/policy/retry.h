// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "godwit/core/error.h"

namespace godwit::policy {

// kMaxResends: how often one exchange is silently sent again.
inline constexpr uint32_t kMaxResends = 1;

// should_resend decides whether a failed exchange is silently sent again on a fresh connection: only the
// race of a kept connection that the peer closed as the request was on its way (RFC 9112, 9.3.1). That
// is: the connection was reused, not one response byte arrived, and doing it twice does no harm. Whether
// the body can be given again is asked after this, for asking rewinds it. Or a handshake that a request was
// sent before broke in its face: such requests do no harm, and the next goes without early data.
constexpr bool should_resend(const Error& error, uint32_t resends) {
  if (error.code == Errc::early_data_rejected) return resends < kMaxResends;
  const bool stale = error.code == Errc::remote_disconnected || error.code == Errc::send_failed ||
                     error.code == Errc::receive_failed;
  return stale && error.reused && error.received == 0 && error.retry_safe() && resends < kMaxResends;
}

// kTooEarly is the status of a peer that will not take that risk (RFC 8470 5.2).
inline constexpr uint16_t kTooEarly = 425;

// should_resend_later decides whether a response is not shown but its request sent again, behind the
// handshake: early says that the request was sent before it.
constexpr bool should_resend_later(uint16_t status, bool early, uint32_t resends) {
  return status == kTooEarly && early && resends < kMaxResends;
}

}  // namespace godwit::policy
