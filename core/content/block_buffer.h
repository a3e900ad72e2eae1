// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "godwit/core/bytes.h"

namespace godwit::content {

// BlockBuffer cuts a stream of bytes into blocks of one exact size. A block that lies whole in what
// arrived is a slice of it; only what crosses an arrival is copied. Its memory grows with the tails it
// really held, to one block at most, and is kept by reset().
class BlockBuffer {
 public:
  // set_block_size: 0 passes everything on as it arrives. Only while empty.
  void set_block_size(size_t size) { block_size_ = size; }

  // feed takes bytes and calls deliver(Bytes) -> bool for each full block. When deliver says false
  // (stop), feed returns at once: the count it gives tells how much of `in` it took. `last` says that nothing
  // follows `in`, and that flush() or reset() comes while it is still there: then no tail is copied that lies
  // whole in it.
  template <class Deliver>
  size_t feed(Bytes in, Deliver deliver, bool last = false) {
    if (block_size_ == 0 && !in.empty()) {
      deliver(in);
      return in.size();
    }
    // Most bodies are short and come whole.
    if (!last || !tail_.empty() || in.size() >= block_size_) return cut(in, deliver, last);
    lent_ = in;
    return in.size();
  }

  // flush delivers what is left as a last, shorter block.
  template <class Deliver>
  void flush(Deliver deliver) {
    if (!lent_.empty()) {
      deliver(std::exchange(lent_, Bytes()));
    } else if (!tail_.empty()) {
      deliver(Bytes(tail_));
      tail_.clear();
    }
  }

  bool empty() const { return tail_.empty() && lent_.empty(); }
  void reset() {
    tail_.clear();
    lent_ = {};
  }

 private:
  template <class Deliver>
  [[gnu::noinline]] size_t cut(Bytes in, Deliver& deliver, bool last) {
    if (in.empty()) return 0;
    size_t taken = 0;
    if (!tail_.empty()) {
      taken = keep(in);
      if (tail_.size() < block_size_) return taken;
      const bool go_on = deliver(Bytes(tail_));
      tail_.clear();
      if (!go_on) return taken;
    }
    while (in.size() - taken >= block_size_) {
      const Bytes block = in.subspan(taken, block_size_);
      taken += block_size_;
      if (!deliver(block)) return taken;
    }
    const Bytes rest = in.subspan(taken);
    if (last) {
      lent_ = rest;
      return in.size();
    }
    return taken + keep(rest);
  }

  size_t keep(Bytes in) {
    const size_t n = std::min(in.size(), block_size_ - tail_.size());
    tail_.insert(tail_.end(), in.begin(), in.begin() + static_cast<std::ptrdiff_t>(n));
    return n;
  }

  std::vector<std::byte> tail_;
  Bytes lent_;  // the tail, where it arrived
  size_t block_size_ = 0;
};

}  // namespace godwit::content
