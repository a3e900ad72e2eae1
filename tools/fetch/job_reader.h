// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "godwit/tools/fetch/background_thread.h"

namespace godwit::fetch {

// JobLine is one line of --from, without its end, or the end of all lines.
struct JobLine {
  enum class Kind : uint8_t { text, too_long, end };
  Kind kind = Kind::text;
  uint64_t number = 0;  // from 1
  std::string text;     // of an end: why the input could not be read to its end; empty: it was
};

// JobReader reads lines on a thread of its own, so that a slow writer never blocks the loop. A line is
// read only while fewer than `at_once` lines are out: whoever is slow, nothing piles up. Blank lines are
// passed over.
class JobReader {
 public:
  // kMaxLine limits what one line may hold in memory.
  static constexpr size_t kMaxLine = 64 << 20;

  using Deliver = std::function<void(JobLine)>;

  // JobReader borrows fd. deliver is called on the reader's thread; the last call has an `end`, unless
  // the reader is destroyed before.
  JobReader(int fd, size_t at_once, Deliver deliver, size_t max_line = kMaxLine);
  ~JobReader();
  JobReader(const JobReader&) = delete;
  JobReader& operator=(const JobReader&) = delete;

  // release says that a line's work is done, so that another may be read.
  void release();

 private:
  void read_lines();
  bool acquire();
  bool stopping();
  bool read_more(std::string& buffer, std::string& fault);

  const int fd_;
  const Deliver deliver_;
  const size_t max_line_;
  std::mutex mutex_;
  std::condition_variable released_;
  size_t free_;
  bool stopping_ = false;
  WakePipe stop_;
  std::thread thread_;
};

}  // namespace godwit::fetch
