// SPDX-License-Identifier: MIT
#include "godwit/tls/memory_bio.h"

#include <algorithm>
#include <cstring>

#include <openssl/ssl.h>

namespace godwit::tls {
namespace {

// Assigning {} to a vector would keep its capacity.
void give_back(std::vector<std::byte>& buffer) {
  std::vector<std::byte>().swap(buffer);
}

}  // namespace

const BIO_METHOD* MemoryBio::method() {
  // Made once and never freed: BIOs of every thread refer to it.
  static BIO_METHOD* const made = [] {
    BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "godwit memory");
    if (m != nullptr) {
      BIO_meth_set_read(m, bio_read);
      BIO_meth_set_write(m, bio_write);
      BIO_meth_set_ctrl(m, bio_ctrl);
    }
    return m;
  }();
  return made;
}

bssl::UniquePtr<BIO> MemoryBio::make_bio() {
  if (method() == nullptr) return nullptr;
  bssl::UniquePtr<BIO> bio(BIO_new(method()));
  if (!bio) return nullptr;
  BIO_set_data(bio.get(), this);
  BIO_set_init(bio.get(), 1);
  return bio;
}

MemoryBio& MemoryBio::of(const SSL* ssl) {
  return *static_cast<MemoryBio*>(BIO_get_data(SSL_get_rbio(ssl)));
}

void MemoryBio::feed(std::span<const std::byte> bytes) {
  if (input_.empty()) {
    input_ = bytes;
    return;
  }
  hold();
  const size_t read = held_.size() - input_.size();
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(read));
  held_.insert(held_.end(), bytes.begin(), bytes.end());
  input_ = held_;
}

void MemoryBio::hold() {
  const bool own =
      !held_.empty() && input_.data() >= held_.data() && input_.data() < held_.data() + held_.size();
  if (own || input_.empty()) return;
  held_.assign(input_.begin(), input_.end());
  input_ = held_;
}

void MemoryBio::drop_input() {
  input_ = {};
  give_back(held_);
}

void MemoryBio::reserve_output(size_t size) {
  compact();
  output_.reserve(output_.size() + size);
}

void MemoryBio::drained(size_t size) {
  drained_ += std::min(size, output_.size() - drained_);
  if (drained_ < output_.size()) return;
  drained_ = 0;
  give_back(output_);
}

void MemoryBio::compact() {
  output_.erase(output_.begin(), output_.begin() + static_cast<std::ptrdiff_t>(drained_));
  drained_ = 0;
}

int MemoryBio::bio_read(BIO* bio, char* out, int size) {
  auto* self = static_cast<MemoryBio*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  if (size <= 0) return 0;
  if (self->input_.empty()) {
    if (self->ended_) return 0;
    BIO_set_retry_read(bio);
    return -1;
  }
  const size_t taken = std::min(static_cast<size_t>(size), self->input_.size());
  std::memcpy(out, self->input_.data(), taken);
  self->input_ = self->input_.subspan(taken);
  if (self->input_.empty()) give_back(self->held_);
  return static_cast<int>(taken);
}

int MemoryBio::bio_write(BIO* bio, const char* in, int size) {
  auto* self = static_cast<MemoryBio*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  if (size <= 0) return 0;
  const auto* bytes = reinterpret_cast<const std::byte*>(in);
  if (self->drained_ > 0 && self->output_.size() + static_cast<size_t>(size) > self->output_.capacity()) {
    self->compact();
  }
  self->output_.insert(self->output_.end(), bytes, bytes + size);
  return size;
}

long MemoryBio::bio_ctrl(BIO*, int command, long, void*) {
  // There is nothing behind the output to flush into; everything else is not supported.
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

}  // namespace godwit::tls
