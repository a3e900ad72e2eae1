// SPDX-License-Identifier: MIT
#include "godwit/tools/load/report/live.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

#include "godwit/core/bytes.h"
#include "godwit/tools/fetch/body_output.h"
#include "godwit/tools/load/measure/duration_text.h"
#include "godwit/tools/load/report/text_report.h"

namespace godwit::load {

namespace {

// kSparks of the sparkline, and for how many looks it goes back.
constexpr const char* kSparks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr size_t kMaxRates = 120;
constexpr size_t kBarWidth = 30;

// portion of the run that is over, from 0 to 1.
double portion(const Progress& progress) {
  const double ended = static_cast<double>(progress.glance.good + progress.glance.failed);
  const double by_time = progress.length > 0 ? progress.seconds / progress.length : 0;
  const double by_count = progress.requests > 0 ? ended / static_cast<double>(progress.requests) : 0;
  return std::clamp(std::max(by_time, by_count), 0.0, 1.0);
}

std::string time_left(const Progress& progress) {
  if (progress.seconds < 0)
    return "begins in " + duration_text(static_cast<uint64_t>(-progress.seconds * 1e9));
  const double done = portion(progress);
  if (done <= 0) return "";
  return duration_text(static_cast<uint64_t>(progress.seconds * (1 - done) / done * 1e9)) + " left";
}

// can_draw tells whether the standard error goes to a terminal on which lines can be drawn over.
bool can_draw() {
  const char* const kind = std::getenv("TERM");
  return isatty(STDERR_FILENO) != 0 && kind != nullptr && std::string_view(kind) != "dumb";
}

// up goes to the begin of a screen of so many lines, wherever in its line the cursor is (^C is echoed there),
// and wipes it.
std::string up(size_t lines) {
  return "\r\033[" + std::to_string(lines) + "A\033[J";
}

// latency_text of a moment in which something went well.
std::string latency_text(const Moment& moment, uint64_t value) {
  return moment.good == 0 ? "-" : duration_text(value);
}

// first_lines cuts a screen to what a low terminal shows: the cursor can't go up to what has scrolled away.
std::string first_lines(std::string screen, size_t lines) {
  size_t end = 0;
  while (lines-- > 0 && end < screen.size()) end = screen.find('\n', end) + 1;
  screen.resize(end);
  return screen;
}

std::string fit(std::string line, size_t columns) {
  if (line.size() > columns) line.resize(columns);
  return line + "\n";
}

}  // namespace

std::string live_lines(const Progress& progress, const std::deque<double>& rates, size_t columns) {
  const Glance& glance = progress.glance;
  const double done = portion(progress);
  const size_t filled = static_cast<size_t>(done * kBarWidth);
  char line[256];
  std::snprintf(line, sizeof line, "[%s%s] %3.0f %%  %s", std::string(filled, '=').c_str(),
                std::string(kBarWidth - filled, ' ').c_str(), done * 100, time_left(progress).c_str());
  std::string out = fit(line, columns);
  std::snprintf(line, sizeof line, "rate     %.6g/s   in flight %s", rates.empty() ? 0 : rates.back(),
                count_text(glance.in_flight).c_str());
  out += fit(line, columns);
  const Moment& last = glance.last_second;
  std::snprintf(line, sizeof line, "latency  p50 %s  p90 %s  p99 %s  max %s",
                latency_text(last, last.percentile(50)).c_str(),
                latency_text(last, last.percentile(90)).c_str(),
                latency_text(last, last.percentile(99)).c_str(), latency_text(last, last.slowest).c_str());
  out += fit(line, columns);
  std::snprintf(line, sizeof line, "good %s   failed %s", count_text(glance.good).c_str(),
                count_text(glance.failed).c_str());
  out += fit(line, columns);
  const double highest = rates.empty() ? 0 : *std::max_element(rates.begin(), rates.end());
  const size_t shown = std::min(rates.size(), columns);
  for (size_t i = rates.size() - shown; i < rates.size(); ++i) {
    const double height = highest > 0 ? rates[i] / highest * (std::size(kSparks) - 1) : 0;
    out += kSparks[static_cast<size_t>(height + 0.5)];
  }
  return out + "\n";
}

std::string plain_line(const Progress& progress, double rate) {
  const Glance& glance = progress.glance;
  const Moment& last = glance.last_second;
  char line[256];
  std::snprintf(line, sizeof line, "%5.0f s  %.6g/s  p50 %s  p99 %s  failed %s  in flight %s\n",
                progress.seconds, rate, latency_text(last, last.percentile(50)).c_str(),
                latency_text(last, last.percentile(99)).c_str(), count_text(glance.failed).c_str(),
                count_text(glance.in_flight).c_str());
  return line;
}

Live::Live(const LoadOptions& options) : quiet_(options.quiet), terminal_(can_draw()) {}

Live::~Live() {
  wipe();
}

void Live::wipe() {
  if (lines_ == 0) return;
  (void)fetch::write_all(STDERR_FILENO, bytes_of(up(lines_)));
  lines_ = 0;
}

void Live::show(const Progress& progress) {
  if (quiet_) return;
  const uint64_t ended = progress.glance.ended;
  if (!terminal_) {
    const double passed = progress.seconds - last_line_;
    if (progress.seconds < 0) last_ended_ = ended;
    if (progress.seconds < 0 || passed < kPlainSeconds) return;
    const std::string text = plain_line(progress, static_cast<double>(ended - last_ended_) / passed);
    last_line_ = progress.seconds;
    last_ended_ = ended;
    (void)fetch::write_all(STDERR_FILENO, bytes_of(text));
    return;
  }
  const double passed = progress.seconds - last_seconds_;
  if (passed > 0) rates_.push_back(static_cast<double>(ended - last_ended_) / passed);
  if (rates_.size() > kMaxRates) rates_.pop_front();
  last_seconds_ = progress.seconds;
  last_ended_ = ended;
  winsize size = {};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0;
  const size_t columns = known && size.ws_col > 0 ? size.ws_col : 80;
  const size_t rows = known && size.ws_row > 0 ? size.ws_row : 24;
  std::string text = lines_ == 0 ? "" : up(lines_);
  const std::string screen = first_lines(live_lines(progress, rates_, columns), rows - 1);
  lines_ = static_cast<size_t>(std::count(screen.begin(), screen.end(), '\n'));
  text += screen;
  (void)fetch::write_all(STDERR_FILENO, bytes_of(text));
}

}  // namespace godwit::load
