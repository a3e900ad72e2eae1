// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <sys/socket.h>

#include "godwit/tests/support/loopback_front.h"

namespace godwit::testing {

// Relay is a proxy on a loopback port that takes one connection, reads one head, gives one answer to it, and
// then passes bytes between it and `target`, a loopback port, until either side closes; 0 for none.
class Relay {
 public:
  Relay(std::string answer, uint16_t target)
      : answer_(std::move(answer)), front_([this, target](int client) { serve(client, target); }) {}

  uint16_t port() const { return front_.port(); }
  // head waits for the end of the connection and gives what was asked.
  const std::string& head() {
    front_.join();
    return head_;
  }

 private:
  void serve(int client, uint16_t target) {
    char byte = 0;
    while (!head_.ends_with("\r\n\r\n") && LoopbackFront::readable(client) &&
           recv(client, &byte, 1, 0) == 1) {
      head_ += byte;
    }
    LoopbackFront::send_all(client, answer_);
    if (target == 0) return;
    LoopbackFront::pass_on(client, target, [client](std::string_view bytes, bool from_client, int server) {
      return LoopbackFront::send_all(from_client ? server : client, bytes);
    });
  }

  const std::string answer_;
  std::string head_;
  LoopbackFront front_;  // last: its thread uses what is above
};

}  // namespace godwit::testing
