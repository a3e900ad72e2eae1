// SPDX-License-Identifier: MIT
#include "godwit/core/http1/http1_session_factory.h"

#include "godwit/core/http1/check_request.h"
#include "godwit/core/http1/http1_session.h"

namespace godwit::http1 {

Error Http1SessionFactory::check(const ports::RequestHead& head, std::string& diagnosis) const {
  return check_request(head, diagnosis);
}

std::unique_ptr<ports::Session> Http1SessionFactory::make_session(std::string_view alpn) {
  if (!alpn.empty() && alpn != "http/1.1") return nullptr;
  return std::make_unique<Http1Session>(memory_);
}

}  // namespace godwit::http1
