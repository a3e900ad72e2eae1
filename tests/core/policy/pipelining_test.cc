// SPDX-License-Identifier: MIT
#include "godwit/core/policy/pipelining.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace godwit::policy {
namespace {

Request request(std::string method, std::string_view field = {}) {
  Request r;
  r.method = std::move(method);
  if (!field.empty()) {
    EXPECT_FALSE(r.headers.add(field, "x"));
  }
  return r;
}

TEST(Pipelining, WhatMayBeRepeatedMay) {
  for (const char* method : {"GET", "HEAD", "OPTIONS", "TRACE", "DELETE", "PUT"}) {
    EXPECT_TRUE(may_pipeline(request(method))) << method;
  }
  EXPECT_TRUE(may_pipeline(request("GET", "Accept")));
}

TEST(Pipelining, WhatMustNot) {
  for (const char* method : {"POST", "PATCH", "CONNECT", "get", "BREW"}) {
    EXPECT_FALSE(may_pipeline(request(method))) << method;
  }
  for (const char* field : {"Expect", "UPGRADE", "Connection", "content-length", "Transfer-Encoding"}) {
    EXPECT_FALSE(may_pipeline(request("GET", field))) << field;
  }
  Request with_body = request("PUT");
  with_body.body = Body("x");
  EXPECT_FALSE(may_pipeline(with_body));
  Request old = request("GET");
  old.version = HttpVersion::http10;
  EXPECT_FALSE(may_pipeline(old));
}

TEST(Pipelining, EachConditionOfALostTurnIsNeeded) {
  const Error lost{.code = Errc::remote_disconnected, .phase = Phase::head, .sent = true, .idempotent = true};
  EXPECT_TRUE(lost_its_turn(lost, true));
  EXPECT_FALSE(lost_its_turn(lost, false)) << "that is the affair of should_resend";
  Error e = lost;
  e.received = 1;
  EXPECT_FALSE(lost_its_turn(e, true));
  e = lost;
  e.idempotent = false;
  EXPECT_FALSE(lost_its_turn(e, true));
  for (const Errc code : {Errc::head_timeout, Errc::bad_status_line, Errc::cancelled}) {
    e = lost;
    e.code = code;
    EXPECT_FALSE(lost_its_turn(e, true)) << name(code);
  }
}

}  // namespace
}  // namespace godwit::policy
