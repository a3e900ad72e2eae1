// SPDX-License-Identifier: MIT
#include "godwit/tools/load/run/run.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <thread>
#include <utility>

#include "godwit/core/timer.h"
#include "godwit/tools/fetch/background_thread.h"
#include "godwit/tools/load/plan/start_time.h"

namespace godwit::load {

namespace {

// kHeadStart: threads are there before their first request is due.
constexpr uint64_t kHeadStart = 20'000'000;
// kMaxUrls named in a result.
constexpr size_t kMaxUrls = 5;
constexpr std::chrono::milliseconds kLook{100};

uint64_t wall_clock() {
  return static_cast<uint64_t>(
      std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count());
}

// begin_of gives the moment at which the first request is due: at once, or at --start-at.
uint64_t begin_of(const LoadOptions& options) {
  const uint64_t soon = Timer::now() + kHeadStart, wall = wall_clock();
  return options.start_at > wall + kHeadStart ? soon - kHeadStart + (options.start_at - wall) : soon;
}

// Finish counts the threads that are done, and lets the main thread wait for the last.
class Finish {
 public:
  void one_more() {
    const std::lock_guard lock(mutex_);
    ++done_;
    changed_.notify_all();
  }
  bool wait_for_all(size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kLook, [&] { return done_ == count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  size_t done_ = 0;
};

}  // namespace

std::optional<Result> Run::run(const OnProgress& on_progress, std::string& fault) {
  const uint64_t begin = begin_of(options_);
  std::atomic<bool> reached = false;
  std::deque<Worker> workers;
  for (uint32_t i = 0; i < options_.threads; ++i) {
    workers.emplace_back(WorkerPlan{options_, requests_, i, options_.threads, begin, &reached});
  }
  fault = workers.front().problem();
  if (!fault.empty()) return std::nullopt;
  {
    const std::lock_guard lock(mutex_);
    workers_ = &workers;
    if (interrupted_) {
      for (Worker& worker : workers) worker.stop();
    }
  }
  Finish finish;
  std::vector<std::thread> threads;
  for (Worker& worker : workers) {
    threads.push_back(fetch::background_thread([&] {
      worker.run();
      finish.one_more();
    }));
  }
  const uint64_t measure_begin = begin + options_.warmup;
  while (!finish.wait_for_all(workers.size())) {
    if (!on_progress) continue;
    Progress progress;
    progress.seconds = (static_cast<double>(Timer::now()) - static_cast<double>(measure_begin)) / 1e9;
    progress.length = options_.length() == UINT64_MAX ? 0 : static_cast<double>(options_.length()) / 1e9;
    progress.requests = options_.requests;
    for (Worker& worker : workers) progress.glance.merge(worker.glance());
    on_progress(progress);
  }
  for (std::thread& thread : threads) thread.join();
  gave_up_ =
      std::any_of(workers.begin(), workers.end(), [](const Worker& worker) { return worker.gave_up(); });
  const std::lock_guard lock(mutex_);
  workers_ = nullptr;
  Result result = gather(workers);
  const uint64_t since = Timer::now() - std::min(Timer::now(), measure_begin);
  result.started = time_text(wall_clock() - since);
  result.interrupted = interrupted_;
  return result;
}

Result Run::gather(std::deque<Worker>& workers) const {
  Result result;
  for (size_t i = 0; i < std::min(requests_.size(), kMaxUrls); ++i)
    result.urls.push_back(requests_.planned(i).url);
  result.open_loop = options_.open_loop();
  result.connections = options_.most_connections();
  result.pipeline = options_.client.pipeline_depth;
  result.warmup = static_cast<double>(options_.warmup) / 1e9;
  for (Worker& worker : workers) {
    result.threads.push_back(worker.use());
    result.seconds = std::max(result.seconds, worker.use().seconds);
    result.measured.merge(worker.take());
  }
  if (result.open_loop && result.seconds > 0) {
    result.rate = static_cast<double>(result.measured.sent + result.measured.unsent) / result.seconds;
    if (options_.stages.empty()) result.rate = options_.rate;
    const Profile rate = options_.rate_profile();
    const double before = rate.area_until(result.warmup);
    // The run ends a little after the last moment of the plan: that is no slot of its own.
    const double planned =
        options_.length() == UINT64_MAX ? result.seconds : static_cast<double>(options_.length()) / 1e9;
    const double most = options_.requests == 0 ? INFINITY : static_cast<double>(options_.requests);
    result.measured.series.set_asked(
        [&](double seconds) { return std::min(rate.area_until(result.warmup + seconds) - before, most); },
        std::min(result.seconds, planned));
  }
  return result;
}

void Run::interrupt() {
  const std::lock_guard lock(mutex_);
  interrupted_ = true;
  if (workers_ == nullptr) return;
  for (Worker& worker : *workers_) worker.stop();
}

}  // namespace godwit::load
