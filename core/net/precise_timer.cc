// SPDX-License-Identifier: MIT
#include "godwit/core/net/precise_timer.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <sys/timerfd.h>
#include <unistd.h>

namespace godwit::net {

PreciseTimer::PreciseTimer(LoopImpl& loop, Callback<void()> f)
    : state_(new State{.loop = loop, .fired = std::move(f)}) {
  state_->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (state_->fd < 0 || uv_poll_init(loop.uv(), &state_->poll, state_->fd) != 0) std::terminate();
  state_->poll.data = state_;
  loop.opened();
  uv_poll_start(&state_->poll, UV_READABLE, on_readable);
  uv_unref(reinterpret_cast<uv_handle_t*>(&state_->poll));
}

PreciseTimer::~PreciseTimer() {
  state_->due = 0;
  uv_poll_stop(&state_->poll);
  close(state_->fd);
  uv_close(reinterpret_cast<uv_handle_t*>(&state_->poll), [](uv_handle_t* handle) {
    auto* state = static_cast<State*>(handle->data);
    state->loop.closed();
    delete state;
  });
}

// set arms the descriptor, which forgets at once that it was readable.
void PreciseTimer::set(State& state, uint64_t due) {
  constexpr uint64_t kSecond = 1'000'000'000;
  itimerspec at = {};
  at.it_value.tv_sec = static_cast<time_t>(due / kSecond);
  at.it_value.tv_nsec = static_cast<long>(due % kSecond);
  timerfd_settime(state.fd, TFD_TIMER_ABSTIME, &at, nullptr);
}

void PreciseTimer::start(uint64_t due) {
  // Zero would disarm it, and is over as much as one is.
  state_->due = std::max<uint64_t>(due, 1);
  set(*state_, state_->due);
  uv_ref(reinterpret_cast<uv_handle_t*>(&state_->poll));
}

void PreciseTimer::stop() {
  if (state_->due == 0) return;
  state_->due = 0;
  set(*state_, 0);
  uv_unref(reinterpret_cast<uv_handle_t*>(&state_->poll));
}

void PreciseTimer::on_readable(uv_poll_t* handle, int, int) {
  auto& state = *static_cast<State*>(handle->data);
  // An earlier callback of the same poll may have moved or stopped it.
  if (state.due == 0 || uv_hrtime() < state.due) return;
  UvScheduler::Batch batch(state.loop.scheduler());
  state.due = 0;
  state.fired();
  if (state.due != 0 || uv_is_closing(reinterpret_cast<uv_handle_t*>(handle))) return;
  set(state, 0);
  uv_unref(reinterpret_cast<uv_handle_t*>(handle));
}

}  // namespace godwit::net
