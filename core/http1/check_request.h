// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "godwit/core/error.h"
#include "godwit/core/http1/request_plan.h"
#include "godwit/core/ports/session.h"

namespace godwit::http1 {

// check_request tells whether a session can send a request, so that Session::submit can't fail:
// the method is a token, the target and authority are visible ASCII, at most one Host, one sound
// framing. Field names and values were checked by Headers. On a fault it returns invalid_request with
// the offset of the offending byte, if there is one, in `detail`, or body_length_mismatch with the
// body's size in `received` and the announced one in `expected`; `diagnosis` then says which and where.
// `plan` is that of the head.
Error check_request(const ports::RequestHead& head, const RequestPlan& plan, std::string& diagnosis);

}  // namespace godwit::http1
