// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/terminal.h"

#include <string>

#include <sys/ioctl.h>
#include <unistd.h>

#include "godwit/core/bytes.h"
#include "godwit/tools/fetch/background_thread.h"
#include "godwit/tools/fetch/body_output.h"

namespace godwit::fetch {

namespace {

constexpr auto kInterval = std::chrono::milliseconds(200);
// kSmoothing is the weight of the newest interval in the rate.
constexpr double kSmoothing = 0.2;

size_t terminal_width() {
  winsize size = {};
  // One column stays free: a cursor in the last one wraps on some terminals.
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1u : 79;
}

}  // namespace

void Terminal::write(std::string_view lines) {
  std::string out = shown_ ? "\r\033[K" : "";
  out += lines;
  (void)write_all(STDERR_FILENO, bytes_of(out));
  if (shown_) draw();
}

void Terminal::show_bar() {
  shown_ = true;
  began_ = drawn_ = std::chrono::steady_clock::now();
  ticker_ = background_thread([this] {
    std::unique_lock lock(mutex_);
    while (!stop_.wait_for(lock, kInterval, [this] { return stopping_; })) {
      // One at a time: a loop that is busy for seconds owes no draws afterwards.
      if (tick_posted_) continue;
      tick_posted_ = true;
      loop_.post([this] { tick(); });
    }
  });
}

void Terminal::hide_bar() {
  if (!shown_) return;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_one();
  ticker_.join();
  tick();
  shown_ = false;
  (void)write_all(STDERR_FILENO, bytes_of("\n"));
}

void Terminal::tick() {
  {
    std::lock_guard lock(mutex_);
    tick_posted_ = false;
  }
  if (!shown_) return;
  const auto now = std::chrono::steady_clock::now();
  const double seconds = std::chrono::duration<double>(now - drawn_).count();
  const double total_seconds = std::chrono::duration<double>(now - began_).count();
  if (seconds > 0.1) {
    const double newest = static_cast<double>(totals_.received - received_before_) / seconds;
    rate_ = rate_ == 0 ? newest : rate_ + kSmoothing * (newest - rate_);
    received_before_ = totals_.received;
    drawn_ = now;
  }
  const bool over = totals_.done == totals_.exchanges;
  const double rate =
      over && total_seconds > 0 ? static_cast<double>(totals_.received) / total_seconds : rate_;
  totals_.bytes_per_second = static_cast<uint64_t>(rate);
  totals_.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - began_);
  draw();
}

void Terminal::draw() {
  (void)write_all(STDERR_FILENO, bytes_of("\r" + progress_line(totals_, terminal_width()) + "\033[K"));
}

}  // namespace godwit::fetch
