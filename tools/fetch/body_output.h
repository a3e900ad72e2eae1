// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "godwit/core/bytes.h"
#include "godwit/core/callback.h"

namespace godwit::fetch {

// write_all writes every byte, however many writes it takes; also to a descriptor that someone made
// non-blocking. It gives 0 or an errno; EINTR means that the
// program was interrupted and nobody takes the rest (interrupt.h).
int write_all(int fd, Bytes bytes);

// OutputFile is the file of -o or -O. It is made, or emptied, by open, and keeps what was written if the
// exchange fails later.
class OutputFile {
 public:
  OutputFile() = default;
  ~OutputFile() { (void)close(); }
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // Each gives 0 or an errno. close tells of errors that the system had put off.
  int open(const std::string& name);
  int write(Bytes bytes) { return write_all(fd_, bytes); }
  int close();

  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// OrderedOutput lets several exchanges write to one descriptor, each as a whole and in the order of their
// places: 0, 1, 2 and so on. What comes before its turn is held in memory, up to kHeldTotal over all
// places; then writers are asked to pause, and each is resumed when its turn has come.
class OrderedOutput {
 public:
  static constexpr size_t kHeldTotal = 4 << 20;

  enum class Verdict : uint8_t { go_on, pause, broken };

  explicit OrderedOutput(int fd, size_t held_total = kHeldTotal) : fd_(fd), held_total_(held_total) {}

  // open takes the next place. resume is called at the turn of a writer that was asked to pause.
  size_t open(Callback<void()> resume);

  Verdict write(size_t place, Bytes bytes);

  // finish ends a place, and lets the next have its turn.
  Verdict finish(size_t place);

  // error is the errno of the first write that failed; nothing is written after it.
  int error() const { return error_; }

 private:
  struct Writer {
    std::string held;
    Callback<void()> resume;
    bool paused = false;
    bool finished = false;
  };

  void write_out(Bytes bytes);
  void begin_turn(Writer& writer);

  const int fd_;
  const size_t held_total_;
  std::map<size_t, Writer> writers_;
  size_t next_place_ = 0;
  size_t turn_ = 0;
  size_t held_ = 0;
  int error_ = 0;
};

}  // namespace godwit::fetch
