// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <openssl/base.h>
#include <openssl/bio.h>

namespace godwit::tls {

struct SslOwner;

// MemoryBio is both ends of an SSL in memory. Its read side borrows the bytes that the caller just
// received, where BIO_s_mem would copy them in and move the rest at each read; its write side appends
// to one buffer. Must not move while the BIO lives.
class MemoryBio final {
 public:
  MemoryBio() = default;
  MemoryBio(const MemoryBio&) = delete;
  MemoryBio& operator=(const MemoryBio&) = delete;

  // make_bio gives the BIO that reads and writes this; null when out of memory.
  bssl::UniquePtr<BIO> make_bio();

  // owner is found by of() from the SSL whose BIO this is: an SSL's app data would take 100 octets of heap.
  SslOwner* owner = nullptr;
  static MemoryBio& of(const SSL* ssl);

  // feed lends `bytes` until unread() is 0 or hold() is called. What is unread from before comes first.
  void feed(std::span<const std::byte> bytes);

  // hold copies what is unread, so that nothing is borrowed any more.
  void hold();

  // drop_input forgets what is unread.
  void drop_input();

  // end_input makes reads past the last byte fed an end instead of a wait.
  void end_input() { ended_ = true; }

  size_t unread() const { return input_.size(); }

  // output is what the SSL wrote and drained() has not taken yet. Valid until the next call on the SSL
  // or on this.
  std::span<const std::byte> output() const { return std::span(output_).subspan(drained_); }

  // drained takes `size` octets, at most output().size(), from the front of the output. An empty output holds
  // no memory: allocating it again costs less than keeping it for every idle connection.
  void drained(size_t size);

  // reserve_output makes room for `size` octets more, so that several records are one allocation.
  void reserve_output(size_t size);

  // capacity counts the octets of memory that the buffers hold.
  size_t capacity() const { return held_.capacity() + output_.capacity(); }

 private:
  void compact();
  static const BIO_METHOD* method();
  static int bio_read(BIO* bio, char* out, int size);
  static int bio_write(BIO* bio, const char* in, int size);
  static long bio_ctrl(BIO* bio, int command, long number, void* pointer);

  std::span<const std::byte> input_;  // into held_ or into the caller's bytes
  std::vector<std::byte> held_;
  std::vector<std::byte> output_;
  size_t drained_ = 0;
  bool ended_ = false;
};

}  // namespace godwit::tls
