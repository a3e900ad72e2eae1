// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "godwit/benchmarks/peer/work.h"

namespace godwit::benchmarks {

// Turns says whose turn it is: a connection sends its next request when it has its answer, at once or
// after the think time, until all requests are given out; and it counts what came of them. At the end it
// prints one line of JSON for the driver.
class Turns {
 public:
  // Turns spreads the first requests over the think time.
  explicit Turns(const Work& work);

  // begin measures the heap that is no connection's. Made by the first due(), unless that is too late.
  void begin() {
    if (heap_before_ == 0) heap_before_ = heap_in_use();
  }

  // due calls send(i) for each connection whose turn has come: at the start, and every kTick milliseconds if
  // there is a think time.
  template <class Send>
  void due(Send send) {
    begin();
    const uint64_t now = milliseconds();
    while (!waiting_.empty() && waiting_.front().at <= now) {
      const size_t i = waiting_.front().connection;
      waiting_.pop_front();
      if (take()) send(i);
    }
  }
  static constexpr uint64_t kTick = 5;

  // answered counts an answer; whether that connection is to send its next request now.
  bool answered(size_t connection, bool good, uint64_t body) {
    ++answered_;
    body_ += body;
    if (!good) ++failed_;
    if (think_ == 0) return take();
    waiting_.push_back({milliseconds() + think_, connection});
    return false;
  }

  // done: every request was answered.
  bool done() const { return answered_ == requests_; }

  // report prints the line, with the heap as it is now, and holds the connections as long as the driver
  // wants: call it while they are idle. It gives the exit status.
  int report() const;

 private:
  struct Waiting {
    uint64_t at;
    size_t connection;
  };

  static uint64_t milliseconds();
  static uint64_t heap_in_use();

  bool take() {
    if (left_ == 0) return false;
    --left_;
    return true;
  }

  std::deque<Waiting> waiting_;
  uint64_t think_;
  uint64_t upload_;
  bool hold_;
  uint64_t requests_;
  uint64_t left_;
  uint64_t answered_ = 0;
  uint64_t failed_ = 0;
  uint64_t body_ = 0;
  uint64_t heap_before_ = 0;
};

}  // namespace godwit::benchmarks
