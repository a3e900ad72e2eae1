// SPDX-License-Identifier: MIT
#include "godwit/core/blocking/http_connection.h"

#include "godwit/core/blocking/wait.h"

namespace godwit::blocking {

Driver::~Driver() {
  // The connection is gone; what it left behind ends on the loop.
  loop_.run();
}

Error Driver::connect(godwit::HttpConnection& connection) {
  const auto got = std::make_shared<Answer<Error>>();
  if (const Error error = connection.connect([got](const Error& e) { *got = {e, true}; })) return error;
  const Error error = run_until(loop_, got->done);
  return error ? error : got->value;
}

HttpResponse Driver::getresponse(godwit::HttpConnection& connection) {
  let_go(true);
  const auto got = std::make_shared<Answer<HttpResponse::State>>();
  const std::shared_ptr<HttpResponse::State> state(got, &got->value);
  state->loop = &loop_;
  state->error = connection.getresponse([got](godwit::HttpResponse& r, const Error& error) {
    got->done = true;
    HttpResponse::State& s = got->value;
    s.error = error;
    s.diagnosis.assign(r.diagnosis());
    s.url.assign(r.geturl());
    if (error) return;
    s.live = &r;
    s.status = r.status();
    s.version = r.version();
    s.reason.assign(r.reason());
    s.headers = r.headers();
    s.chunked = r.chunked();
    s.will_close = r.will_close();
  });
  if (state->error) {
    state->diagnosis.assign(connection.diagnosis());
  } else if (const Error error = run_until(loop_, got->done)) {
    state->error = error;
  }
  state->gone = state->error;
  if (state->live) responses_.push_back(state);
  return HttpResponse(state);
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
