// SPDX-License-Identifier: MIT
#include "godwit/core/net/file_reader.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

namespace godwit::net {

using State = BodySource::State;

struct FileReader::Watch {
  uv_poll_t handle;
  LoopImpl& loop;
  FileReader* reader;
  int flags;  // of the descriptor before libuv had it not block

  static void on_poll(uv_poll_t* handle, int, int) {
    Watch& watch = *static_cast<Watch*>(handle->data);
    uv_poll_stop(handle);
    UvScheduler::Batch batch(watch.loop.scheduler());
    if (watch.reader->on_more_) watch.reader->on_more_();
  }
};

std::unique_ptr<FileReader> FileReader::open(LoopImpl& loop, const std::string& path, std::string& fault) {
  // A pipe without a writer is no reason to wait here.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    fault = "can't open " + path + ": " + uv_strerror(uv_translate_sys_error(errno));
    return nullptr;
  }
  std::unique_ptr<FileReader> reader = adopt(loop, descriptor, fault);
  if (!reader) {
    ::close(descriptor);
    fault = path + ": " + fault;
  }
  return reader;
}

std::unique_ptr<FileReader> FileReader::adopt(LoopImpl& loop, int descriptor, std::string& fault) {
  std::unique_ptr<FileReader> reader(new FileReader(descriptor));
  if (reader->start(loop, fault)) return reader;
  reader->descriptor_ = -1;
  return nullptr;
}

bool FileReader::start(LoopImpl& loop, std::string& fault) {
  struct stat status = {};
  if (fstat(descriptor_, &status) != 0) {
    fault = uv_strerror(uv_translate_sys_error(errno));
    return false;
  }
  if (S_ISDIR(status.st_mode)) {
    fault = "it is a directory";
    return false;
  }
  if (S_ISREG(status.st_mode)) {
    begin_ = at_ = static_cast<uint64_t>(std::max<off_t>(lseek(descriptor_, 0, SEEK_CUR), 0));
    size_ = static_cast<uint64_t>(std::max<off_t>(status.st_size - static_cast<off_t>(begin_), 0));
    return true;
  }
  const int flags = fcntl(descriptor_, F_GETFL);
  auto* watch = new Watch{{}, loop, this, flags};
  watch->handle.data = watch;
  // What can't be watched (/dev/zero) is always ready.
  if (uv_poll_init(loop.uv(), &watch->handle, descriptor_) != 0) {
    delete watch;
    return true;
  }
  // The upload keeps the loop running, not this.
  uv_unref(reinterpret_cast<uv_handle_t*>(&watch->handle));
  loop.opened();
  watch_ = watch;
  return true;
}

FileReader::~FileReader() {
  if (watch_) {
    fcntl(descriptor_, F_SETFL, watch_->flags);
    uv_close(reinterpret_cast<uv_handle_t*>(&watch_->handle), [](uv_handle_t* handle) {
      auto* watch = static_cast<Watch*>(handle->data);
      watch->loop.closed();
      delete watch;
    });
  }
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool FileReader::rewind() {
  if (!size_) return false;
  at_ = begin_;
  return true;
}

BodySource::Pull FileReader::pull(std::span<std::byte> out) {
  return size_ ? pull_file(out) : pull_stream(out);
}

BodySource::Pull FileReader::pull_file(std::span<std::byte> out) {
  const uint64_t left = begin_ + *size_ - at_;
  const auto wanted = static_cast<size_t>(std::min<uint64_t>(left, out.size()));
  ssize_t n = 0;
  if (wanted != 0) {
    do {
      n = ::pread(descriptor_, out.data(), wanted, static_cast<off_t>(at_));
    } while (n < 0 && errno == EINTR);
    if (n < 0) return fail(uv_strerror(uv_translate_sys_error(errno)));
    if (n == 0) return fail("the file became shorter while it was sent");
  }
  at_ += static_cast<uint64_t>(n);
  return {static_cast<size_t>(n), at_ == begin_ + *size_ ? State::end : State::more};
}

BodySource::Pull FileReader::pull_stream(std::span<std::byte> out) {
  ssize_t n = 0;
  do {
    n = ::read(descriptor_, out.data(), out.size());
  } while (n < 0 && errno == EINTR);
  if (n > 0) return {static_cast<size_t>(n), State::more};
  if (n == 0) return {0, State::end};
  if (errno != EAGAIN || !watch_) return fail(uv_strerror(uv_translate_sys_error(errno)));
  uv_poll_start(&watch_->handle, UV_READABLE | UV_DISCONNECT, Watch::on_poll);
  return {0, State::later};
}

BodySource::Pull FileReader::fail(std::string why) {
  fault_ = std::move(why);
  return {0, State::failed};
}

}  // namespace godwit::net
