// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "godwit/core/http1/session_memory.h"
#include "godwit/core/options.h"
#include "godwit/core/ports/session.h"

namespace godwit::http1 {

// Http1SessionFactory makes the sessions of one loop and holds what they share; it outlives them.
class Http1SessionFactory final : public ports::SessionFactory {
 public:
  // pipeline_depth: how many requests may be open on a session, ClientOptions::pipeline_depth.
  explicit Http1SessionFactory(const Limits& limits, uint32_t pipeline_depth = 1)
      : memory_(limits, pipeline_depth) {}

  // prepare is check_request(), and then the plan and the head's bytes.
  Error prepare(const ports::RequestHead& head, std::unique_ptr<ports::PreparedHead>& prepared,
                std::string& diagnosis) const override;

  // make_session knows the protocols "" and "http/1.1"; for any other it gives null.
  std::unique_ptr<ports::Session> make_session(std::string_view alpn) override;

 private:
  SessionMemory memory_;
};

}  // namespace godwit::http1
