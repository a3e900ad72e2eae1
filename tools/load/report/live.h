// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "godwit/tools/load/plan/load_options.h"
#include "godwit/tools/load/run/run.h"

namespace godwit::load {

// live_lines is the screen of a run at one moment, for a terminal of so many columns: progress and time left,
// rate, latency, errors, in flight, and a sparkline of the rates given. No line is longer than the terminal
// is wide.
std::string live_lines(const Progress& progress, const std::deque<double>& rates, size_t columns);

// plain_line is the same on one line, for a file or a pipe.
std::string plain_line(const Progress& progress, double rate);

// Live shows on the standard error how a run goes: a screen that is drawn over on a terminal, a line every
// few seconds elsewhere, nothing with --quiet. The destructor wipes the screen.
class Live {
 public:
  // kPlainSeconds between two lines.
  static constexpr double kPlainSeconds = 5;

  explicit Live(const LoadOptions& options);
  ~Live();
  Live(const Live&) = delete;
  Live& operator=(const Live&) = delete;

  void show(const Progress& progress);

 private:
  void wipe();

  const bool quiet_;
  const bool terminal_;
  std::deque<double> rates_;
  size_t lines_ = 0;
  double last_seconds_ = 0;
  double last_line_ = 0;
  uint64_t last_ended_ = 0;
};

}  // namespace godwit::load
