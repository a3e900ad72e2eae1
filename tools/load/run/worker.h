// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "godwit/core/client.h"
#include "godwit/core/loop.h"
#include "godwit/core/timer.h"
#include "godwit/tools/load/measure/recorder.h"
#include "godwit/tools/load/measure/result.h"
#include "godwit/tools/load/plan/load_options.h"
#include "godwit/tools/load/plan/pacer.h"
#include "godwit/tools/load/plan/request_set.h"
#include "godwit/tools/load/run/slot.h"

namespace godwit::load {

// WorkerPlan is one thread's part of a run. Moments are nanoseconds of Timer::now().
struct WorkerPlan {
  const LoadOptions& options;
  const RequestSet& requests;
  uint32_t index = 0;                    // of this thread
  uint32_t count = 1;                    // of threads
  uint64_t begin = 0;                    // of the warm-up, or of the measuring if there is none
  std::atomic<bool>* reached = nullptr;  // set once a connection was made, of any thread
};

// Glance is what a live display wants to know of a run.
struct Glance {
  uint64_t ended = 0;  // all that came to an end, in the warm-up too
  uint64_t good = 0;   // since the measuring began
  uint64_t failed = 0;
  uint64_t in_flight = 0;
  Moment last_second;

  void merge(const Glance& other);
};

// Worker sends and counts on one thread, one Loop and one Client. In a closed loop each of its slots sends
// its next request when the last was answered; in an open one the pacer says when, and slots are only places.
class Worker {
 public:
  // kRest: how long a slot waits after a connection could not be made, so that an unreachable target is not
  // hammered.
  static constexpr uint64_t kRest = 100'000'000;
  // kProbe: how often the delay of the event loop is measured.
  static constexpr uint64_t kProbe = 10'000'000;
  // kBurst: requests sent in one go before what has arrived is looked at.
  static constexpr int kBurst = 64;
  // kMaxPrepared requests are kept ready to be sent; those of a larger set are made anew each time, since a
  // set may have millions.
  static constexpr size_t kMaxPrepared = 4096;
  // kNoticed: those that are noticed in one go; more than are sent.
  static constexpr int kNoticed = 1024;

  explicit Worker(const WorkerPlan& plan);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // problem says what is wrong with the options; empty if nothing is.
  std::string_view problem() const { return client_.problem(); }

  // run returns when the run is over, on the calling thread. What take() and use() give is complete then.
  void run();
  // stop ends the run early, and glance looks on. From any thread.
  void stop();
  Glance glance();

  Measurements take() { return recorder_.take(); }
  ThreadUse use() const { return use_; }
  // gave_up: it ended early, since no connection could be made.
  bool gave_up() const { return gave_up_; }

  // For the slots.
  void finished(Slot& slot, Response& response, const Error& error);
  bool checks_body() const { return checks_body_; }

 private:
  void tick();
  void begin_measuring();
  void probe(uint64_t now);
  void wake_slots(uint64_t now);
  void notice_due(uint64_t now);
  void send_due(uint64_t now);
  void go_on(Slot& slot, uint64_t now);
  void send(Slot& slot, uint64_t due, uint64_t now);
  Slot* free_slot();
  uint64_t next_moment() const;
  bool gives_up(uint64_t now) const;
  bool exhausted() const;
  void finish_if_done(uint64_t now);
  void finish(uint64_t now);
  void classify(const Slot& slot, Response& response, const Error& error);

  const WorkerPlan plan_;
  const LoadOptions& options_;
  const bool open_loop_;
  const bool checks_body_;
  const uint64_t measure_begin_;
  const uint64_t end_;
  uint64_t left_;  // requests that a closed loop may still begin

  Recorder recorder_;
  Chooser chooser_;
  Profile connections_;  // of a closed loop, all threads together
  // The noticing one runs ahead of the sending one while no place is free: no list of what waits is needed.
  Pacer noticed_;
  Pacer sending_;

  Loop loop_;
  std::deque<Slot> slots_;
  std::vector<Slot*> free_;    // open loop
  std::deque<Slot*> resting_;  // in the order in which their rest ends
  size_t awake_ = 0;           // closed loop: slots that were begun
  size_t in_flight_ = 0;
  uint64_t next_probe_;
  uint64_t good_ = 0;
  uint64_t failed_ = 0;
  uint64_t ended_before_ = 0;  // in the warm-up
  bool measuring_ = false;
  bool over_ = false;
  bool reached_ = false;  // plan_.reached was set
  bool gave_up_ = false;
  double cpu_at_begin_ = 0;
  ThreadUse use_;
  std::vector<PreparedRequest> prepared_;  // every request of the set, or none
  Client client_;                          // after what its exchanges and callbacks use
  Timer timer_;

  std::mutex mutex_;
  Glance glance_;  // guarded by mutex_
};

}  // namespace godwit::load
