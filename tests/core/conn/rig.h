// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/core/conn/exchange_table.h"
#include "godwit/core/conn/pool.h"
#include "godwit/core/http1/http1_session_factory.h"
#include "godwit/tests/support/manual_scheduler.h"
#include "godwit/tests/support/outcome_text.h"
#include "godwit/tests/support/scripted_connector.h"

namespace godwit::testing {

// Recorder writes the events of one exchange down, and lets a test act inside each of them.
struct Recorder final : ResponseHandler {
  using Hook = std::function<void(Response&, std::string_view event)>;

  void on_informational(Response& r, const InterimResponse& interim) override {
    note(r, "informational " + std::to_string(interim.status));
  }
  void on_head(Response& r) override { note(r, "head " + std::to_string(r.status())); }
  void on_body(Response& r, Bytes block) override {
    body += text_of(block);
    blocks.push_back(block.size());
    EXPECT_GE(r.body_bytes(), body.size());
    note(r, "body " + std::string(text_of(block)));
  }
  void on_trailers(Response& r) override { note(r, "trailers"); }
  void on_done(Response& r, const Error& e) override {
    ++done;
    error = e;
    message = test::outcome_text(e, r.diagnosis());
    remote = r.remote();
    reused = r.reused();
    timing = r.timing();
    note(r, "done " + std::string(name(e.code)));
  }

  std::vector<std::string> log;
  std::string body;
  std::vector<size_t> blocks;
  Error error;
  std::string message;
  std::string remote;
  bool reused = false;
  Timing timing;
  int done = 0;
  Hook hook;

 private:
  void note(Response& r, std::string event) {
    EXPECT_TRUE(done == 0 || event.starts_with("done")) << event << " after on_done";
    log.push_back(event);
    if (hook) hook(r, event);
  }
};

// Rig is a client without a loop and without sockets: real pool, exchanges and HTTP/1 sessions over
// scripted transports and a clock that the test moves. Declare its Recorders before it: ~Rig still
// tells them of exchanges that are open.
struct Rig {
  explicit Rig(ClientOptions o = {}) : options(std::move(o)) {}
  ~Rig() {
    table.abort_all(Errc::client_closed);
    EXPECT_EQ(scheduler.holds, 0);
  }

  Response& get(std::string url, Recorder& recorder) {
    Request request;
    request.url = std::move(url);
    return send(std::move(request), recorder);
  }
  Response& send(Request request, Recorder& recorder) { return table.start(std::move(request), &recorder); }

  // run lets everything deferred happen.
  void run() { scheduler.run_tasks(); }

  // accept connects the oldest attempt and lets the request go out.
  std::shared_ptr<Wire> accept() {
    run();
    auto wire = connector.accept();
    run();
    return wire;
  }

  void deliver(Wire& wire, std::string_view bytes) {
    wire.deliver(bytes);
    run();
  }

  ClientOptions options;
  ManualScheduler scheduler;
  ScriptedConnector connector;
  http1::Http1SessionFactory sessions{options.limits, options.pipeline_depth};
  WriteBuffer scratch;
  conn::Pool pool{scheduler, connector, sessions, scratch, options};
  conn::ExchangeTable table{scheduler, sessions, pool, options};
};

}  // namespace godwit::testing
