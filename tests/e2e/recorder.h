// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/core/response.h"
#include "godwit/tests/support/outcome_text.h"

namespace godwit::testing {

// Recorder writes down what happens to one exchange, and lets a test act inside each event. It must
// outlive the client.
struct Recorder : ResponseHandler {
  using Hook = std::function<void(Response&, std::string_view event)>;

  void on_informational(Response& r, const InterimResponse& interim) override {
    links += interim.headers.get("link").value_or("");
    note(r, "informational " + std::to_string(interim.status));
  }
  void on_head(Response& r) override {
    status = r.status();
    reason = r.reason();
    for (const auto field : r.headers()) headers.emplace_back(field.name).append(": ").append(field.value);
    note(r, "head " + std::to_string(status));
  }
  void on_body(Response& r, Bytes block) override {
    EXPECT_FALSE(r.paused());
    if (keep_body) body += text_of(block);
    body_bytes += block.size();
    ++blocks;
    last_block = block.size();
    EXPECT_GE(r.body_bytes(), body_bytes);
    note(r, "body");
  }
  void on_trailers(Response& r) override {
    for (const auto field : r.trailers()) trailers.emplace_back(field.name).append(": ").append(field.value);
    note(r, "trailers");
  }
  void on_done(Response& r, const Error& e) override {
    ++done;
    error = e;
    message = test::outcome_text(e, r.diagnosis());
    remote = r.remote();
    reused = r.reused();
    timing = r.timing();
    if (r.tls()) tls_version = r.tls()->version;
    if (r.tls()) tls_resumed = r.tls()->resumed;
    if (r.tls()) tls_early_data = r.tls()->early_data == EarlyData::accepted;
    if (r.tls()) ocsp = name(r.tls()->ocsp);
    EXPECT_GE(r.body_bytes(), body_bytes);
    note(r, "done");
  }

  // events has each kind of event once in a row: "head 200 body trailers done".
  std::string events;
  std::string body;
  bool keep_body = true;
  uint64_t body_bytes = 0;
  size_t blocks = 0;
  size_t last_block = 0;
  int status = 0;
  std::string reason;
  std::string links;
  std::vector<std::string> headers;
  std::vector<std::string> trailers;
  Error error;
  std::string message;
  std::string remote;
  std::string tls_version;
  bool tls_resumed = false;
  bool tls_early_data = false;
  std::string ocsp;
  bool reused = false;
  Timing timing;
  int done = 0;
  Hook hook;

 private:
  void note(Response& r, std::string_view event) {
    EXPECT_TRUE(done == 0 || event == "done") << event << " after on_done";
    if (!events.ends_with(event)) events.append(events.empty() ? "" : " ").append(event);
    if (hook) hook(r, event);
  }
};

// outcome is how an exchange ended, in one line: "incomplete-read in body, 3 of 10".
inline std::string outcome(const Recorder& r) {
  std::string text(name(r.error.code));
  if (!r.error) return text;
  text.append(" in ").append(name(r.error.phase));
  text += ", " + std::to_string(r.error.received);
  if (r.error.expected != Error::kUnknown) text += " of " + std::to_string(r.error.expected);
  return text;
}

}  // namespace godwit::testing
