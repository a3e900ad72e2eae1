// SPDX-License-Identifier: MIT
#pragma once

#include <bitset>
#include <string>
#include <string_view>

namespace godwit::load {

// StatusSet is the statuses that count as a good answer.
class StatusSet {
 public:
  // StatusSet of everything below 400.
  StatusSet() {
    for (size_t status = 100; status < 400; ++status) good_.set(status);
  }

  bool contains(int status) const {
    return status >= 0 && status < static_cast<int>(good_.size()) && good_[static_cast<size_t>(status)];
  }

  // parse reads `200,404` or `2xx,304` and takes the place of what was there. It returns what is wrong with
  // the text, empty if nothing is.
  std::string parse(std::string_view text);

 private:
  std::bitset<1000> good_;
};

}  // namespace godwit::load
