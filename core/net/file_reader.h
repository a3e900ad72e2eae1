// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "godwit/core/body.h"
#include "godwit/core/callback.h"
#include "godwit/core/net/loop_impl.h"

namespace godwit::net {

// FileReader is FileBody's way to the system. Regular files are read where they lie, which may wait for a
// disk; of all else only what is there is read, and libuv watches for more.
class FileReader final {
 public:
  static std::unique_ptr<FileReader> open(LoopImpl& loop, const std::string& path, std::string& fault);
  static std::unique_ptr<FileReader> adopt(LoopImpl& loop, int descriptor, std::string& fault);
  ~FileReader();
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;

  void on_more(Callback<void()> f) { on_more_ = std::move(f); }
  BodySource::Pull pull(std::span<std::byte> out);
  std::optional<uint64_t> length() const { return size_; }
  bool rewind();
  const std::string& fault() const { return fault_; }

 private:
  // Watch is the libuv handle, which dies in its close callback.
  struct Watch;

  explicit FileReader(int descriptor) : descriptor_(descriptor) {}

  bool start(LoopImpl& loop, std::string& fault);
  BodySource::Pull pull_file(std::span<std::byte> out);
  BodySource::Pull pull_stream(std::span<std::byte> out);
  BodySource::Pull fail(std::string why);

  int descriptor_;
  std::optional<uint64_t> size_;  // of a regular file, from begin_ on
  uint64_t begin_ = 0;
  uint64_t at_ = 0;
  Watch* watch_ = nullptr;  // null for what is always ready
  Callback<void()> on_more_;
  std::string fault_;
};

}  // namespace godwit::net
