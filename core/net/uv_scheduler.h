// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include <uv.h>

#include "godwit/core/net/timer_wheel.h"
#include "godwit/core/ports/scheduler.h"

namespace godwit::net {

// UvScheduler is time and order on one libuv loop: every deadline stands on one uv_timer_t, every
// deferred task runs when the outermost callback of libuv is about to return.
class UvScheduler final : public ports::Scheduler {
 public:
  // Batch is what each callback of libuv opens first: when the outermost one ends, the clock has moved
  // on and the deferred tasks run.
  class Batch {
   public:
    explicit Batch(UvScheduler& scheduler) : scheduler_(scheduler) { scheduler_.enter(); }
    ~Batch() { scheduler_.leave(); }
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

   private:
    UvScheduler& scheduler_;
  };

  // kTaskRounds: how often tasks that were deferred by tasks run before libuv polls again. A request
  // that starts in the callback of another one needs three; a task that defers itself to be fair gives
  // way after so many.
  static constexpr int kTaskRounds = 4;

  // UvScheduler on `loop`. `holder` is an active handle, not referenced, that hold() references.
  UvScheduler(uv_loop_t* loop, uv_handle_t* holder);
  ~UvScheduler();

  void arm(ports::Timer& timer, uint64_t due) override;
  void cancel(ports::Timer& timer) override;
  void defer(ports::Task& task) override;
  void next_turn(ports::Task& task) override;
  void remove(ports::Task& task) override;
  void hold() override;
  void release() override;

  bool in_batch() const { return depth_ != 0; }

  // close runs what tasks are left and closes the handles; the loop must then run until closed().
  void close();
  bool closed() const { return open_handles_ == 0; }

 private:
  uint64_t read_clock() override;
  void enter() {
    if (depth_++ == 0) now_ = 0;
  }
  void leave() {
    if (depth_ == 1 && !has_tasks() && !expiring_ && !idles_) {
      // As most events do, it left nothing to be done.
      depth_ = 0;
      now_ = 0;
    } else {
      leave_with_tasks();
    }
  }
  void leave_with_tasks();
  void run_round();
  void set_timer();
  void set_idle();
  bool has_tasks() const { return queue_.next != &queue_ || next_.next != &next_; }
  void begin_turn();

  static void on_timer(uv_timer_t* handle);
  static void on_check(uv_check_t* handle);
  static void on_idle(uv_idle_t* handle);

  uv_timer_t timer_;
  uv_check_t check_;
  uv_idle_t idle_;
  uv_handle_t* holder_;
  TimerWheel wheel_;
  ports::Task queue_{nullptr};  // heads of circular lists
  ports::Task round_{nullptr};
  ports::Task next_{nullptr};                // what the next turn adds to the queue
  uint64_t timer_due_ = TimerWheel::kNever;  // what timer_ is set to
  size_t holds_ = 0;
  int depth_ = 0;
  int open_handles_ = 3;
  bool idles_ = false;     // idle_ is active
  bool expiring_ = false;  // timer_ fired: deadlines are judged after this turn's poll
};

}  // namespace godwit::net
