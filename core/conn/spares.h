// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>

namespace godwit::conn {

// Spares keeps what is used again and again for a while each time: the one that came back last goes out
// first, since it is in the processor's caches. kMost are kept, more are freed.
template <class T, size_t kMost>
class Spares {
 public:
  Spares() = default;
  Spares(const Spares&) = delete;
  Spares& operator=(const Spares&) = delete;
  ~Spares() {
    while (count_ != 0) delete kept_[--count_];
  }

  // take gives one that came back, or else a new one.
  std::unique_ptr<T> take() { return std::unique_ptr<T>(count_ != 0 ? kept_[--count_] : new T); }

  void give_back(std::unique_ptr<T>&& spare) {
    if (count_ == kMost) return spare.reset();
    kept_[count_++] = spare.release();
  }

 private:
  T* kept_[kMost];  // the first count_ of them
  size_t count_ = 0;
};

}  // namespace godwit::conn
