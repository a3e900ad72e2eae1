// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "godwit/core/http1/request_plan.h"
#include "godwit/core/ports/session.h"

namespace godwit::http1 {

// PreparedHead is a request's plan and the bytes of its head, made once however often it is sent.
struct PreparedHead final : ports::PreparedHead {
  RequestPlan plan;
  std::string text;
};

}  // namespace godwit::http1
