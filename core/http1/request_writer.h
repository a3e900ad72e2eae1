// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "godwit/core/http1/request_plan.h"
#include "godwit/core/ports/session.h"
#include "godwit/core/write_buffer.h"

namespace godwit::http1 {

// write_request_head appends to `out` what is missing of a request's head, as far as there is room, and
// tells whether it is complete. `written` counts the head's bytes over all rounds, from 0.
//
// The order is that of http.client: request line, Host, Accept-Encoding: identity, Content-Length or
// Transfer-Encoding, then the user's fields as they are. A Host, Accept-Encoding, Content-Length or
// Transfer-Encoding among the user's takes the place of ours. What is for a proxy alone comes last.
bool write_request_head(const ports::RequestHead& head, const RequestPlan& plan, uint64_t& written,
                        WriteBuffer& out);

}  // namespace godwit::http1
