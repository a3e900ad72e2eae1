// SPDX-License-Identifier: MIT
#include "godwit/core/net/handshake_queue.h"

namespace godwit::net {

HandshakeQueue::~HandshakeQueue() {
  scheduler_.remove(turn_);
}

bool HandshakeQueue::enter(ports::Task& step) {
  if (step.queued) return false;
  scheduler_.next_turn(turn_);
  // Those who wait come first.
  if (!first_ && made_ < kStepsPerTurn) {
    ++made_;
    return true;
  }
  step.queued = true;
  step.next = nullptr;
  step.previous = last_;
  (last_ ? last_->next : first_) = &step;
  last_ = &step;
  return false;
}

void HandshakeQueue::leave(ports::Task& step) {
  if (!step.queued) return;
  (step.previous ? step.previous->next : first_) = step.next;
  (step.next ? step.next->previous : last_) = step.previous;
  step.next = step.previous = nullptr;
  step.queued = false;
}

void HandshakeQueue::begin_turn() {
  made_ = 0;
  while (first_ && made_ < kStepsPerTurn) {
    ports::Task& step = *first_;
    leave(step);
    ++made_;
    step.run(step);
  }
  if (made_ != 0) scheduler_.next_turn(turn_);
}

}  // namespace godwit::net
