// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "godwit/core/ports/scheduler.h"

namespace godwit::testing {

// ManualScheduler is a scheduler whose clock stands still until a test moves it.
class ManualScheduler final : public ports::Scheduler {
 public:
  static constexpr uint64_t kMillisecond = 1'000'000;

  ManualScheduler() { now_ = 1'000 * kMillisecond; }

  void arm(ports::Timer& timer, uint64_t due) override {
    timer.due = due;
    if (timer.armed) return;
    timer.armed = true;
    timers_.push_back(&timer);
  }

  void cancel(ports::Timer& timer) override {
    if (!timer.armed) return;
    timer.armed = false;
    std::erase(timers_, &timer);
  }

  void defer(ports::Task& task) override {
    if (task.queued) return;
    task.queued = true;
    tasks_.push_back(&task);
  }

  void next_turn(ports::Task& task) override {
    if (task.queued) return;
    task.queued = true;
    next_.push_back(&task);
  }

  void remove(ports::Task& task) override {
    if (!task.queued) return;
    task.queued = false;
    std::erase(tasks_, &task);
    std::erase(next_, &task);
  }

  void hold() override { ++holds; }
  void release() override { --holds; }

  // run_one_task runs the task that was deferred first; false if there is none.
  bool run_one_task() {
    if (tasks_.empty()) return false;
    ports::Task* task = tasks_.front();
    tasks_.erase(tasks_.begin());
    task->queued = false;
    task->run(*task);
    return true;
  }

  // run_tasks runs what was deferred, and what that defers, until nothing is left.
  void run_tasks() {
    while (run_one_task()) {
    }
  }

  // turn begins the next turn of the loop, with what waited for it; false if nothing did.
  bool turn() {
    if (next_.empty()) return false;
    tasks_.insert(tasks_.end(), next_.begin(), next_.end());
    next_.clear();
    run_tasks();
    return true;
  }

  // advance moves the clock and fires what is due, the earliest first.
  void advance(uint64_t milliseconds) {
    const uint64_t end = now_ + milliseconds * kMillisecond;
    while (ports::Timer* timer = earliest(end)) {
      if (timer->due > now_) now_ = timer->due;
      cancel(*timer);
      timer->fire(*timer);
      run_tasks();
    }
    now_ = end;
  }

  size_t armed_timers() const { return timers_.size(); }

  int holds = 0;

 private:
  ports::Timer* earliest(uint64_t until) const {
    ports::Timer* found = nullptr;
    for (ports::Timer* timer : timers_) {
      if (timer->due <= until && (!found || timer->due < found->due)) found = timer;
    }
    return found;
  }

  uint64_t read_clock() override { return now_; }

  std::vector<ports::Timer*> timers_;
  std::vector<ports::Task*> tasks_;
  std::vector<ports::Task*> next_;
};

}  // namespace godwit::testing
