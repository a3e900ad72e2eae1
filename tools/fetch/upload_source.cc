// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/upload_source.h"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "godwit/tools/fetch/background_thread.h"

namespace godwit::fetch {

namespace {

bool readable_now(int fd) {
  pollfd poll_fd = {fd, POLLIN, 0};
  return poll(&poll_fd, 1, 0) > 0;
}

// hides_its_size tells a file of /proc or /sys, which is regular, of size 0, and not empty.
bool hides_its_size(int fd, const struct stat& status) {
  char first;
  return status.st_size == 0 && pread(fd, &first, 1, 0) == 1;
}

}  // namespace

// Watcher waits, once for each time it is asked, until the stream can be read, and then has the exchange
// go on. Posts may arrive after the source is gone, hence the shared place of the response.
class UploadSource::Watcher {
 public:
  Watcher(int fd, Loop& loop) : fd_(fd), loop_(loop), target_(std::make_shared<Target>()) {
    thread_ = background_thread([this] { watch(); });
  }

  ~Watcher() {
    target_->response = nullptr;
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    asked_.notify_one();
    stop_.signal();
    thread_.join();
  }

  void target(Response* response) { target_->response = response; }

  void ask() {
    {
      std::lock_guard lock(mutex_);
      wanted_ = true;
    }
    asked_.notify_one();
  }

 private:
  struct Target {
    Response* response = nullptr;  // the loop's thread alone looks at it
  };

  void watch() {
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        asked_.wait(lock, [this] { return wanted_ || stopping_; });
        if (stopping_) return;
        wanted_ = false;
      }
      pollfd fds[2] = {{fd_, POLLIN, 0}, {stop_.fd(), POLLIN, 0}};
      while (poll(fds, 2, -1) < 0 && errno == EINTR) {
      }
      if (fds[1].revents != 0) return;
      loop_.post([target = target_] {
        if (target->response != nullptr) target->response->resume_upload();
      });
    }
  }

  int fd_;
  Loop& loop_;
  std::shared_ptr<Target> target_;
  std::mutex mutex_;
  std::condition_variable asked_;
  bool wanted_ = false;
  bool stopping_ = false;
  WakePipe stop_;
  std::thread thread_;
};

std::unique_ptr<UploadSource> UploadSource::open(const std::string& name, Loop& loop, std::string& fault) {
  const int fd = name == "-" ? dup(STDIN_FILENO) : ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status = {};
  int error = fd < 0 || fstat(fd, &status) != 0 ? errno : 0;
  if (error == 0 && S_ISDIR(status.st_mode)) error = EISDIR;
  if (error != 0) {
    if (fd >= 0) close(fd);
    fault = "can't read " + name + ": " + std::strerror(error);
    return nullptr;
  }
  std::unique_ptr<UploadSource> source(new UploadSource(name, fd, loop));
  if (S_ISREG(status.st_mode) && !hides_its_size(fd, status)) {
    // The standard input may have been read in part by whoever gave it to us.
    const off_t begin = std::max<off_t>(lseek(fd, 0, SEEK_CUR), 0);
    source->begin_ = source->at_ = static_cast<uint64_t>(begin);
    source->size_ = static_cast<uint64_t>(std::max<off_t>(status.st_size - begin, 0));
  } else {
    source->watcher_ = std::make_unique<Watcher>(fd, loop);
  }
  return source;
}

UploadSource::UploadSource(std::string name, int fd, Loop& loop)
    : name_(std::move(name)), fd_(fd), loop_(loop) {}

UploadSource::~UploadSource() {
  watcher_.reset();
  close(fd_);
}

void UploadSource::attach(Response& response) {
  if (watcher_) watcher_->target(&response);
}

void UploadSource::detach() {
  if (watcher_) watcher_->target(nullptr);
}

std::optional<uint64_t> UploadSource::length() const {
  return size_;
}

bool UploadSource::rewind() {
  if (!size_) return false;
  at_ = begin_;
  return true;
}

BodySource::Pull UploadSource::pull(std::span<std::byte> out) {
  return size_ ? pull_file(out) : pull_stream(out);
}

BodySource::Pull UploadSource::pull_file(std::span<std::byte> out) {
  // A file that grows is sent as long as it was announced.
  const uint64_t left = begin_ + *size_ - at_;
  const size_t wanted = static_cast<size_t>(std::min<uint64_t>(left, out.size()));
  ssize_t n = 0;
  if (wanted > 0) {
    do {
      n = pread(fd_, out.data(), wanted, static_cast<off_t>(at_));
    } while (n < 0 && errno == EINTR);
    if (n < 0) return fail(std::strerror(errno));
    if (n == 0) return fail("it became shorter while it was sent");
  }
  at_ += static_cast<uint64_t>(n);
  return {static_cast<size_t>(n), at_ == begin_ + *size_ ? State::end : State::more};
}

BodySource::Pull UploadSource::pull_stream(std::span<std::byte> out) {
  if (!readable_now(fd_)) {
    watcher_->ask();
    return {0, State::later};
  }
  const ssize_t n = read(fd_, out.data(), out.size());
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
    watcher_->ask();
    return {0, State::later};
  }
  if (n < 0) return fail(std::strerror(errno));
  return {static_cast<size_t>(n), n == 0 ? State::end : State::more};
}

BodySource::Pull UploadSource::fail(const std::string& why) {
  fault_ = "can't read " + name_ + ": " + why;
  return {0, State::failed};
}

}  // namespace godwit::fetch
