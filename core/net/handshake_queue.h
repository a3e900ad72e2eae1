// SPDX-License-Identifier: MIT
#pragma once

#include "godwit/core/net/member_node.h"
#include "godwit/core/ports/scheduler.h"

namespace godwit::net {

// HandshakeQueue rations the steps of TLS handshakes, each of which takes as long as thousands of small
// reads: when a thousand servers answer at once, those who have connections already still get their turn. A
// step is whatever one arrival makes possible; a handshake has two or three.
class HandshakeQueue final {
 public:
  // kStepsPerTurn: steps made in one turn of the loop; at 0.1 to 0.5 ms each.
  static constexpr int kStepsPerTurn = 8;

  explicit HandshakeQueue(ports::Scheduler& scheduler) : scheduler_(scheduler) {}
  ~HandshakeQueue();
  HandshakeQueue(const HandshakeQueue&) = delete;
  HandshakeQueue& operator=(const HandshakeQueue&) = delete;

  // enter says whether a step may be made now. If not, the task is run when it may, in the order of asking,
  // unless it leaves.
  bool enter(ports::Task& step);

  // leave takes the task out of the queue; nothing if it is not there.
  void leave(ports::Task& step);

 private:
  void begin_turn();

  ports::Scheduler& scheduler_;
  MemberTask<HandshakeQueue, &HandshakeQueue::begin_turn> turn_{*this};
  ports::Task* first_ = nullptr;
  ports::Task* last_ = nullptr;
  int made_ = 0;  // steps in this turn
};

}  // namespace godwit::net
