// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "godwit/core/http1/request_plan.h"
#include "godwit/core/ports/session.h"

namespace godwit::http1 {

// write_request_head makes `out` the whole head of a request, as it goes over the wire.
//
// The order is that of http.client: request line, Host, Accept-Encoding: identity, Content-Length or
// Transfer-Encoding, then the user's fields as they are. A Host, Accept-Encoding, Content-Length or
// Transfer-Encoding among the user's takes the place of ours. What is for a proxy alone comes last.
void write_request_head(const ports::RequestHead& head, const RequestPlan& plan, std::string& out);

}  // namespace godwit::http1
