// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "godwit/tools/load/measure/result.h"
#include "godwit/tools/load/plan/load_options.h"
#include "godwit/tools/load/plan/request_set.h"
#include "godwit/tools/load/run/worker.h"

namespace godwit::load {

// Progress is where a run stands, for whoever looks on.
struct Progress {
  double seconds = 0;     // since the measuring began; negative before
  double length = 0;      // of the measuring; 0 if it ends with a number of requests
  uint64_t requests = 0;  // of -n; 0 if it ends by time
  Glance glance;
};

// Run is one load from its begin to its end: as many workers as there are threads, each on a thread of its
// own.
class Run {
 public:
  // OnProgress is called on the thread of run(), about ten times a second.
  using OnProgress = std::function<void(const Progress&)>;

  // Run borrows both for its life.
  Run(const LoadOptions& options, const RequestSet& requests) : options_(options), requests_(requests) {}

  // run gives the result; empty, with a sentence in `fault`, if the options can't be used. on_progress may be
  // empty.
  std::optional<Result> run(const OnProgress& on_progress, std::string& fault);

  // gave_up tells, after run(), whether it ended early since no connection could be made
  // (LoadOptions::give_up).
  bool gave_up() const { return gave_up_; }

  // interrupt ends the run early; what was measured by then is reported. From any thread, before run() as
  // well.
  void interrupt();

 private:
  Result gather(std::deque<Worker>& workers) const;

  const LoadOptions& options_;
  const RequestSet& requests_;
  bool gave_up_ = false;
  std::mutex mutex_;
  std::deque<Worker>* workers_ = nullptr;  // guarded by mutex_: those that run
  bool interrupted_ = false;               // guarded by mutex_
};

}  // namespace godwit::load
