// SPDX-License-Identifier: MIT
#include "godwit/core/loop.h"

#include <utility>

#include "godwit/core/http1/http1_session_factory.h"
#include "godwit/core/net/ares_resolver.h"
#include "godwit/core/net/loop_impl.h"
#include "godwit/core/net/shared_resolver.h"
#include "godwit/core/options.h"

namespace godwit {

struct Loop::Sessions {
  http1::Http1SessionFactory factory{Limits()};
};

namespace {

void give_resolver(net::LoopImpl& loop) {
  loop.share_resolver(
      std::make_unique<net::SharedResolver>(loop.scheduler(), std::make_unique<net::AresResolver>(loop)));
}

}  // namespace

Loop::Loop() : sessions_(std::make_unique<Sessions>()), impl_(std::make_unique<net::LoopImpl>()) {
  give_resolver(*impl_);
}
Loop::Loop(uv_loop_s& loop)
    : sessions_(std::make_unique<Sessions>()), impl_(std::make_unique<net::LoopImpl>(loop)) {
  give_resolver(*impl_);
}
Loop::~Loop() = default;

ports::SessionFactory& Loop::sessions() {
  return sessions_->factory;
}

void Loop::run_events() {
  impl_->run();
}
bool Loop::run_some_events() {
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
