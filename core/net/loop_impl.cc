// SPDX-License-Identifier: MIT
#include "godwit/core/net/loop_impl.h"

#include <cassert>
#include <exception>
#include <utility>

namespace godwit::net {

namespace {

void require(int status) {
  if (status != 0) std::terminate();
}

}  // namespace

LoopImpl::LoopImpl() : loop_(&own_) {
  require(uv_loop_init(&own_));
  open();
}

LoopImpl::LoopImpl(uv_loop_t& borrowed) : loop_(&borrowed) {
  open();
}

void LoopImpl::open() {
  require(uv_async_init(loop_, &async_,
                        [](uv_async_t* handle) { static_cast<LoopImpl*>(handle->data)->run_posted(); }));
  async_.data = this;
  auto* handle = reinterpret_cast<uv_handle_t*>(&async_);
  uv_unref(handle);
  opened();
  scheduler_.emplace(loop_, handle);
  handshakes_.emplace(*scheduler_);
}

LoopImpl::~LoopImpl() {
  assert(!scheduler_->in_batch());
  scheduler_->close();
  // The tasks that ran just now were the last that could want it.
  resolver_.reset();
  uv_close(reinterpret_cast<uv_handle_t*>(&async_),
           [](uv_handle_t* handle) { static_cast<LoopImpl*>(handle->data)->closed(); });
  while (handles_ != 0 || !scheduler_->closed()) uv_run(loop_, UV_RUN_NOWAIT);
  if (loop_ == &own_) {
    [[maybe_unused]] int status = uv_loop_close(loop_);
    assert(status == 0);
  }
}

void LoopImpl::run() {
  assert(!scheduler_->in_batch());
  stopped_ = false;
  // Another thread can't reference our handle, so what it posted does not keep uv_run() going: look
  // again after each return. uv_run() gives other than 0 only when it was stopped.
  while (uv_run(loop_, UV_RUN_DEFAULT) == 0 && !stopped_ && run_posted()) {
  }
}

bool LoopImpl::run_once() {
  assert(!scheduler_->in_batch());
  if (uv_run(loop_, UV_RUN_ONCE) != 0) return true;
  return run_posted() || uv_loop_alive(loop_) != 0;
}

void LoopImpl::stop() {
  stopped_ = true;
  uv_stop(loop_);
}

void LoopImpl::post(Callback<void()> f) {
  {
    std::lock_guard lock(mutex_);
    posted_.push_back(std::move(f));
  }
  uv_async_send(&async_);
}

bool LoopImpl::run_posted() {
  {
    std::lock_guard lock(mutex_);
    running_.swap(posted_);
  }
  if (running_.empty()) return false;
  UvScheduler::Batch batch(*scheduler_);
  for (Callback<void()>& f : running_) f();
  running_.clear();
  return true;
}

const std::shared_ptr<TlsProfile>& LoopImpl::tls_profile() {
  if (!tls_profile_) tls_profile_ = std::make_shared<TlsProfile>(TlsOptions());
  return tls_profile_;
}

void LoopImpl::make_slab() {
  slabs_.emplace_back(new std::byte[kSlabSize]);
}

}  // namespace godwit::net
