// SPDX-License-Identifier: MIT
#include "godwit/core/net/uv_scheduler.h"

#include <cassert>

#include <time.h>

namespace godwit::net {

namespace {

void link(ports::Task& list, ports::Task& task) {
  task.queued = true;
  task.next = &list;
  task.previous = list.previous;
  list.previous->next = &task;
  list.previous = &task;
}

void unlink(ports::Task& task) {
  task.previous->next = task.next;
  task.next->previous = task.previous;
  task.next = task.previous = nullptr;
  task.queued = false;
}

}  // namespace

UvScheduler::UvScheduler(uv_loop_t* loop, uv_handle_t* holder) : holder_(holder), wheel_(uv_hrtime()) {
  uv_timer_init(loop, &timer_);
  uv_check_init(loop, &check_);
  uv_idle_init(loop, &idle_);
  timer_.data = check_.data = idle_.data = this;
  uv_unref(reinterpret_cast<uv_handle_t*>(&timer_));
  uv_unref(reinterpret_cast<uv_handle_t*>(&check_));
  queue_.next = queue_.previous = &queue_;
  round_.next = round_.previous = &round_;
  next_.next = next_.previous = &next_;
}

UvScheduler::~UvScheduler() {
  assert(closed() && !has_tasks());
}

uint64_t UvScheduler::read_clock() {
  // uv_hrtime() asks the same clock, by a longer way; this is twice for each request of a busy client.
  timespec at{};
  clock_gettime(CLOCK_MONOTONIC, &at);
  const uint64_t time = static_cast<uint64_t>(at.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(at.tv_nsec);
  if (depth_ != 0) now_ = time;
  return time;
}

void UvScheduler::arm(ports::Timer& timer, uint64_t due) {
  wheel_.arm(timer, due);
  // A timer set too early costs one turn of the loop; restarting it at each deadline would cost more.
  if (!expiring_ && due < timer_due_ && wheel_.next() < timer_due_) set_timer();
}

void UvScheduler::cancel(ports::Timer& timer) {
  wheel_.cancel(timer);
}

void UvScheduler::defer(ports::Task& task) {
  if (task.queued) return;
  link(queue_, task);
  if (depth_ == 0) set_idle();
}

void UvScheduler::next_turn(ports::Task& task) {
  if (task.queued) return;
  link(next_, task);
  if (depth_ == 0) set_idle();
}

void UvScheduler::remove(ports::Task& task) {
  if (!task.queued) return;
  unlink(task);
  if (depth_ == 0) set_idle();
}

void UvScheduler::hold() {
  if (holds_++ == 0) uv_ref(holder_);
}

void UvScheduler::release() {
  assert(holds_ != 0);
  if (--holds_ == 0) uv_unref(holder_);
}

void UvScheduler::close() {
  assert(depth_ == 0);
  ++depth_;
  now_ = 0;
  while (has_tasks()) {
    begin_turn();
    run_round();
  }
  --depth_;
  now_ = 0;
  auto closed = [](uv_handle_t* handle) { --static_cast<UvScheduler*>(handle->data)->open_handles_; };
  uv_close(reinterpret_cast<uv_handle_t*>(&timer_), closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&check_), closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&idle_), closed);
}

void UvScheduler::leave_with_tasks() {
  if (depth_ == 1) {
    // The callbacks may have taken their time. Tasks cost little of it, so one more look does for all rounds.
    now_ = 0;
    for (int i = 0; i < kTaskRounds && queue_.next != &queue_; ++i) run_round();
    --depth_;
    now_ = 0;
    set_idle();
    return;
  }
  --depth_;
}

// run_round takes the whole queue first, so that a task that defers itself waits for the next round.
void UvScheduler::run_round() {
  round_.next = queue_.next;
  round_.previous = queue_.previous;
  round_.next->previous = round_.previous->next = &round_;
  queue_.next = queue_.previous = &queue_;
  while (round_.next != &round_) {
    ports::Task& task = *round_.next;
    unlink(task);
    task.run(task);
  }
}

// begin_turn has what waited for this turn run with what is deferred, before libuv polls.
void UvScheduler::begin_turn() {
  while (next_.next != &next_) {
    ports::Task& task = *next_.next;
    unlink(task);
    link(queue_, task);
  }
}

void UvScheduler::set_timer() {
  timer_due_ = wheel_.next();
  if (timer_due_ == TimerWheel::kNever) return;
  uint64_t time = now();
  uint64_t wait = timer_due_ > time ? (timer_due_ - time + TimerWheel::kTick - 1) / TimerWheel::kTick : 0;
  uv_timer_start(&timer_, on_timer, wait, 0);
}

// set_idle keeps the idle handle active while there is something to do before libuv may wait: an active
// one makes libuv poll without blocking. Only tasks keep the loop running.
void UvScheduler::set_idle() {
  const bool idles = has_tasks() || expiring_;
  if (!idles && !idles_) return;
  auto* handle = reinterpret_cast<uv_handle_t*>(&idle_);
  if (uv_is_closing(handle)) return;
  idles_ = idles;
  if (!idles) {
    uv_idle_stop(&idle_);
    return;
  }
  if (has_tasks()) {
    uv_ref(handle);
  } else {
    uv_unref(handle);
  }
  uv_idle_start(&idle_, on_idle);
}

// libuv runs timers before it polls. Deadlines that passed while the loop was held up must see what has
// arrived meanwhile, so they are judged in the check phase, which follows the poll of the same turn.
void UvScheduler::on_timer(uv_timer_t* handle) {
  auto* self = static_cast<UvScheduler*>(handle->data);
  self->timer_due_ = TimerWheel::kNever;
  self->expiring_ = true;
  uv_check_start(&self->check_, on_check);
  self->set_idle();
}

void UvScheduler::on_check(uv_check_t* handle) {
  auto* self = static_cast<UvScheduler*>(handle->data);
  Batch batch(*self);
  uv_check_stop(handle);
  self->wheel_.advance(self->now());
  self->expiring_ = false;
  self->set_timer();
}

void UvScheduler::on_idle(uv_idle_t* handle) {
  auto* self = static_cast<UvScheduler*>(handle->data);
  Batch batch(*self);
  self->begin_turn();
}

}  // namespace godwit::net
