// SPDX-License-Identifier: MIT
#include "godwit/core/blocking/http_connection.h"

#include "godwit/core/blocking/wait.h"

namespace godwit::blocking {

Driver::~Driver() {
  // The connection is gone; what it left behind ends on the loop.
  loop_.run();
}

Error Driver::connect(godwit::HttpConnection& connection) {
  bool connected = false;
  Error outcome;
  Error error = connection.connect([&](const Error& e) {
    outcome = e;
    connected = true;
  });
  if (error) return error;
  run_until(loop_, connected, outcome);
  return outcome;
}

HttpResponse Driver::getresponse(godwit::HttpConnection& connection) {
  let_go(true);
  auto state = std::make_shared<HttpResponse::State>();
  state->loop = &loop_;
  bool answered = false;
  state->error = connection.getresponse([&](godwit::HttpResponse& r, const Error& error) {
    answered = true;
    state->error = state->gone = error;
    state->diagnosis.assign(r.diagnosis());
    state->url.assign(r.geturl());
    if (error) return;
    state->live = &r;
    state->status = r.status();
    state->version = r.version();
    state->reason.assign(r.reason());
    state->headers = r.headers();
    state->chunked = r.chunked();
    state->will_close = r.will_close();
  });
  if (state->error) {
    state->gone = state->error;
    state->diagnosis.assign(connection.diagnosis());
    return HttpResponse(std::move(state));
  }
  run_until(loop_, answered, state->error);
  if (!answered) state->gone = state->error;
  if (state->live) responses_.push_back(state);
  return HttpResponse(std::move(state));
}

void Driver::drain(godwit::HttpConnection& connection) {
  while (connection.queued() != 0 && loop_.run_once()) {
  }
}

void Driver::let_go(bool ended_ones_alone) {
  std::erase_if(responses_, [&](const std::weak_ptr<HttpResponse::State>& entry) {
    const auto state = entry.lock();
    if (!state) return true;
    if (!state->live->isclosed()) {
      if (ended_ones_alone) return false;
      state->gone = {.code = Errc::cancelled, .phase = Phase::body};
    }
    state->live = nullptr;
    return true;
  });
}

}  // namespace godwit::blocking
