// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <thread>

#include "godwit/core/loop.h"
#include "godwit/tools/fetch/progress.h"

namespace godwit::fetch {

// Terminal is the standard error: lines for people, and below them, if wanted, a progress bar that is
// drawn anew five times a second.
class Terminal {
 public:
  explicit Terminal(Loop& loop) : loop_(loop) {}
  ~Terminal() { hide_bar(); }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // write writes whole lines; a bar gives way to them.
  void write(std::string_view lines);

  // show_bar begins to show totals(); hide_bar draws it a last time and ends the line.
  void show_bar();
  void hide_bar();
  Totals& totals() { return totals_; }

 private:
  void draw();
  void tick();

  Loop& loop_;
  Totals totals_;
  std::chrono::steady_clock::time_point began_;
  std::chrono::steady_clock::time_point drawn_;
  uint64_t received_before_ = 0;
  double rate_ = 0;
  bool shown_ = false;
  bool tick_posted_ = false;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread ticker_;
};

}  // namespace godwit::fetch
