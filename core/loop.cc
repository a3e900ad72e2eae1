// SPDX-License-Identifier: MIT
#include "godwit/core/loop.h"

#include <utility>

#include "godwit/core/net/loop_impl.h"

namespace godwit {

Loop::Loop() : impl_(std::make_unique<net::LoopImpl>()) {}
Loop::Loop(uv_loop_s& loop) : impl_(std::make_unique<net::LoopImpl>(loop)) {}
Loop::~Loop() = default;

void Loop::run() {
  impl_->run();
}
bool Loop::run_once() {
  return impl_->run_once();
}
void Loop::stop() {
  impl_->stop();
}
void Loop::hold() {
  impl_->scheduler().hold();
}
void Loop::release() {
  impl_->scheduler().release();
}
void Loop::post(Callback<void()> f) {
  impl_->post(std::move(f));
}

}  // namespace godwit
