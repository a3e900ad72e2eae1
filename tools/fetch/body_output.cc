// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/body_output.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "godwit/tools/fetch/interrupt.h"

namespace godwit::fetch {

int write_all(int fd, Bytes bytes) {
  while (!bytes.empty()) {
    ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      pollfd poll_fd = {fd, POLLOUT, 0};
      poll(&poll_fd, 1, -1);
      n = 0;
    }
    if (n < 0 && errno != EINTR) return errno;
    if (n > 0) bytes = bytes.subspan(static_cast<size_t>(n));
    if (!bytes.empty() && Interrupt::overdue()) return EINTR;
  }
  return 0;
}

int OutputFile::open(const std::string& name) {
  fd_ = ::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  return fd_ < 0 ? errno : 0;
}

int OutputFile::close() {
  if (fd_ < 0) return 0;
  const int status = ::close(std::exchange(fd_, -1));
  return status != 0 && errno != EINTR ? errno : 0;
}

size_t OrderedOutput::open(Callback<void()> resume) {
  writers_[next_place_].resume = std::move(resume);
  return next_place_++;
}

OrderedOutput::Verdict OrderedOutput::write(size_t place, Bytes bytes) {
  if (place == turn_) {
    write_out(bytes);
  } else if (error_ == 0) {
    Writer& writer = writers_.at(place);
    writer.held += text_of(bytes);
    held_ += bytes.size();
    writer.paused = held_ > held_total_;
    if (writer.paused) return Verdict::pause;
  }
  return error_ == 0 ? Verdict::go_on : Verdict::broken;
}

OrderedOutput::Verdict OrderedOutput::finish(size_t place) {
  writers_.at(place).finished = true;
  for (auto first = writers_.begin(); first != writers_.end() && first->first == turn_;) {
    if (!first->second.finished) break;
    first = writers_.erase(first);
    ++turn_;
    if (first != writers_.end() && first->first == turn_) begin_turn(first->second);
  }
  return error_ == 0 ? Verdict::go_on : Verdict::broken;
}

void OrderedOutput::begin_turn(Writer& writer) {
  held_ -= writer.held.size();
  write_out(bytes_of(writer.held));
  std::string().swap(writer.held);
  if (std::exchange(writer.paused, false) && !writer.finished) writer.resume();
}

void OrderedOutput::write_out(Bytes bytes) {
  if (error_ == 0) error_ = write_all(fd_, bytes);
}

}  // namespace godwit::fetch
