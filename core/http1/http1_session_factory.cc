// SPDX-License-Identifier: MIT
#include "godwit/core/http1/http1_session_factory.h"

#include "godwit/core/http1/check_request.h"
#include "godwit/core/http1/http1_session.h"
#include "godwit/core/http1/prepared_head.h"
#include "godwit/core/http1/request_writer.h"

namespace godwit::http1 {

Error Http1SessionFactory::prepare(const ports::RequestHead& head,
                                   std::unique_ptr<ports::PreparedHead>& prepared,
                                   std::string& diagnosis) const {
  const RequestPlan plan = plan_request(head);
  if (Error error = check_request(head, plan, diagnosis)) return error;
  if (!prepared) prepared = std::make_unique<PreparedHead>();
  auto& made = static_cast<PreparedHead&>(*prepared);
  made.plan = plan;
  write_request_head(head, plan, made.text);
  return {};
}

std::unique_ptr<ports::Session> Http1SessionFactory::make_session(std::string_view alpn) {
  if (!alpn.empty() && alpn != "http/1.1") return nullptr;
  return std::make_unique<Http1Session>(memory_);
}

}  // namespace godwit::http1
