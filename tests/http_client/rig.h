// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "godwit/core/http_connection.h"
#include "godwit/tests/support/manual_scheduler.h"
#include "godwit/tests/support/scripted_connector.h"

namespace godwit::testing {

// Rig is an HttpConnection without a loop and without sockets: scripted transports, and a clock that the test
// moves.
struct Rig {
  explicit Rig(HttpConnectionOptions options = {}, std::string_view host = "example.com") {
    connection = std::make_unique<HttpConnection>(scheduler, connector, host, std::move(options));
  }
  ~Rig() {
    connection.reset();
    run();
    EXPECT_EQ(scheduler.holds, 0) << "something still holds the loop";
  }

  HttpConnection& operator*() { return *connection; }
  HttpConnection* operator->() { return connection.get(); }

  void run() { scheduler.run_tasks(); }

  // accept connects the oldest attempt and lets the request go out.
  std::shared_ptr<Wire> accept() {
    run();
    auto wire = connector.accept();
    run();
    return wire;
  }

  void deliver(const std::shared_ptr<Wire>& wire, std::string_view bytes) {
    wire->deliver(bytes);
    run();
  }

  // take gives what was written since the last call.
  static std::string take(const std::shared_ptr<Wire>& wire) { return std::exchange(wire->sent, {}); }

  ManualScheduler scheduler;
  ScriptedConnector connector;
  std::unique_ptr<HttpConnection> connection;
};

// Got is what getresponse() told.
struct Got {
  auto callback() {
    return [this](HttpResponse& r, const Error& e) {
      ++calls;
      response = &r;
      error = e;
      status = r.status();
      message = describe(e, r.diagnosis());
    };
  }
  int calls = 0;
  HttpResponse* response = nullptr;
  Error error;
  int status = 0;
  std::string message;
};

// ReadBack is what a read told.
struct ReadBack {
  auto callback() {
    return [this](Bytes bytes, const Error& e) {
      ++calls;
      text = text_of(bytes);
      error = e;
    };
  }
  int calls = 0;
  std::string text;
  Error error;
};

}  // namespace godwit::testing
