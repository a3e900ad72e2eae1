// SPDX-License-Identifier: MIT
#include "godwit/core/timer.h"

#include <utility>

#include "godwit/core/net/loop_impl.h"
#include "godwit/core/net/precise_timer.h"

namespace godwit {

Timer::Timer(Loop& loop, Callback<void()> f)
    : impl_(std::make_unique<net::PreciseTimer>(loop.impl(), std::move(f))) {}
Timer::~Timer() = default;

uint64_t Timer::now() {
  return uv_hrtime();
}

void Timer::start(uint64_t due) {
  impl_->start(due);
}

void Timer::stop() {
  impl_->stop();
}

bool Timer::running() const {
  return impl_->running();
}

}  // namespace godwit
