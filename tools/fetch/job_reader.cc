// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/job_reader.h"

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include <poll.h>
#include <unistd.h>

namespace godwit::fetch {

JobReader::JobReader(int fd, size_t at_once, Deliver deliver, size_t max_line)
    : fd_(fd), deliver_(std::move(deliver)), max_line_(max_line), free_(at_once) {
  thread_ = background_thread([this] { read_lines(); });
}

JobReader::~JobReader() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  released_.notify_one();
  stop_.signal();
  thread_.join();
}

void JobReader::release() {
  {
    std::lock_guard lock(mutex_);
    ++free_;
  }
  released_.notify_one();
}

bool JobReader::acquire() {
  std::unique_lock lock(mutex_);
  released_.wait(lock, [this] { return free_ > 0 || stopping_; });
  --free_;
  return !stopping_;
}

bool JobReader::stopping() {
  std::lock_guard lock(mutex_);
  return stopping_;
}

// read_more appends what there is to the buffer; false at the end of the input, after an error, or when
// the reader is to stop.
bool JobReader::read_more(std::string& buffer, std::string& fault) {
  char block[65536];
  for (;;) {
    pollfd fds[2] = {{fd_, POLLIN, 0}, {stop_.fd(), POLLIN, 0}};
    if (poll(fds, 2, -1) < 0 && errno == EINTR) continue;
    if (fds[1].revents != 0) return false;
    const ssize_t n = read(fd_, block, sizeof block);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n < 0) fault = std::strerror(errno);
    if (n <= 0) return false;
    buffer.append(block, static_cast<size_t>(n));
    return true;
  }
}

void JobReader::read_lines() {
  std::string buffer;
  std::string fault;
  size_t begin = 0;    // of the next line
  size_t scanned = 0;  // no line feed before it
  bool more = true;
  bool overlong = false;  // the line's beginning was dropped
  for (uint64_t number = 1; acquire(); ++number) {
    JobLine line = {JobLine::Kind::text, number, {}};
    for (;;) {
      size_t end = buffer.find('\n', scanned);
      if (end == buffer.npos) {
        scanned = buffer.size();
        if (scanned - begin > max_line_) {
          overlong = true;
          begin = scanned;
        }
        if (more) {
          buffer.erase(0, begin);
          scanned -= begin;
          begin = 0;
          more = read_more(buffer, fault);
          if (!more && stopping()) return;
          continue;
        }
        if (begin == scanned && !overlong) {
          deliver_({JobLine::Kind::end, number, fault});
          return;
        }
        end = scanned;
      }
      std::string_view text = std::string_view(buffer).substr(begin, end - begin);
      begin = scanned = end < buffer.size() ? end + 1 : end;
      // Editors of some systems put a byte order mark in front of UTF-8.
      if (line.number == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
      if (overlong || text.size() > max_line_) {
        overlong = false;
        line.kind = JobLine::Kind::too_long;
        break;
      }
      while (!text.empty() && (text.back() == '\r' || text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
      }
      while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
      if (!text.empty()) {
        line.text = text;
        break;
      }
      line.number = ++number;
    }
    deliver_(std::move(line));
  }
}

}  // namespace godwit::fetch
