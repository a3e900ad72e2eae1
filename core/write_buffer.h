// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

#include "godwit/core/bytes.h"

namespace godwit {

// WriteBuffer is a fixed run of memory that producers append to; it never grows, so what does not fit
// waits for the next round. One buffer serves all connections of a loop.
class WriteBuffer {
 public:
  // kSize holds any head within our own limits for requests, and four body blocks of 16 KiB.
  static constexpr size_t kSize = 64 * 1024;

  explicit WriteBuffer(size_t size = kSize) : memory_(new std::byte[size]), capacity_(size) {}

  size_t room() const { return capacity_ - size_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  Bytes bytes() const { return {memory_.get(), size_}; }

  // append copies text; the caller has checked room().
  void append(std::string_view text) {
    std::memcpy(memory_.get() + size_, text.data(), text.size());
    size_ += text.size();
  }

  // spare is where a producer may write before it calls commit().
  std::span<std::byte> spare() { return {memory_.get() + size_, room()}; }
  void commit(size_t n) { size_ += n; }

  void clear() { size_ = 0; }

 private:
  std::unique_ptr<std::byte[]> memory_;
  size_t capacity_;
  size_t size_ = 0;
};

}  // namespace godwit
