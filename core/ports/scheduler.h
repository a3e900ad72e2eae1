// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace godwit::ports {

// Task is a node of the loop's queue of things to do before it waits again. Its owner embeds it, and
// removes it (Scheduler::remove) before it dies.
struct Task {
  using Run = void (*)(Task&);
  explicit Task(Run r) : run(r) {}
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  Run run;
  Task* next = nullptr;
  Task* previous = nullptr;
  bool queued = false;
};

// Timer is a node of the loop's deadlines; embedded by its owner, who cancels it before it dies.
struct Timer {
  using Fire = void (*)(Timer&);
  explicit Timer(Fire f) : fire(f) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  Fire fire;
  uint64_t due = 0;  // nanoseconds of Scheduler::now()
  Timer* next = nullptr;
  Timer* previous = nullptr;
  uint16_t slot = 0;
  bool armed = false;
};

// Scheduler is time and order for everything on one loop. Nothing here makes a heap call.
class Scheduler {
 public:
  // now is the monotonic clock in nanoseconds, read once per batch of events.
  uint64_t now() { return now_ != 0 ? now_ : read_clock(); }

  // arm has the timer fire once, at due or up to some milliseconds later, never before; arming an armed
  // timer moves it. Deadlines that passed while the loop was held up fire only after what had arrived
  // in the meantime was read. Timers alone do not keep the loop running.
  virtual void arm(Timer& timer, uint64_t due) = 0;
  virtual void cancel(Timer& timer) = 0;

  // defer runs the task once when the current callback stack has unwound, before the loop waits
  // again, in order; idempotent while queued. Never from inside this call.
  virtual void defer(Task& task) = 0;
  // next_turn runs the task once in the next turn of the loop, before it looks for events again; idempotent
  // while queued. For what must give others their turn however little there is to do.
  virtual void next_turn(Task& task) = 0;
  // remove takes a task back that was deferred or is for the next turn.
  virtual void remove(Task& task) = 0;

  // hold and release count what keeps the loop running though no transport does (an exchange).
  virtual void hold() = 0;
  virtual void release() = 0;

 protected:
  ~Scheduler() = default;

  // read_clock is asked while now_ is 0; what it sets now_ to stands until that is 0 again. Each request asks
  // for the time a dozen times, so most of these are no call.
  virtual uint64_t read_clock() = 0;
  uint64_t now_ = 0;
};

}  // namespace godwit::ports
