// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace godwit::conn {

// Spares keeps what is used again and again for a while each time: the one that came back last goes out
// first, since it is in the processor's caches. kMost are kept, more are freed.
template <class T, size_t kMost>
class Spares {
 public:
  // take gives one that came back, or else a new one.
  std::unique_ptr<T> take() {
    if (kept_.empty()) return std::make_unique<T>();
    std::unique_ptr<T> spare = std::move(kept_.back());
    kept_.pop_back();
    return spare;
  }

  void give_back(std::unique_ptr<T>&& spare) {
    if (kept_.size() == kMost) return spare.reset();
    kept_.push_back(std::move(spare));
  }

 private:
  std::vector<std::unique_ptr<T>> kept_;
};

}  // namespace godwit::conn
