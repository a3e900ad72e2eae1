// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace godwit::benchmarks {

// Corpus is a pool of response heads that resemble each other as those of one kind of server do, and are
// all different: parsing the same bytes again and again would teach the branch predictor their contents.
// Nothing follows a head in its buffer. The generator is seeded; every run has the same heads.
class Corpus {
 public:
  explicit Corpus(std::string_view name);

  // next gives another head, in an order that does not repeat within any predictor's memory.
  std::string_view next() {
    at_ = at_ + 1 == order_.size() ? 0 : at_ + 1;
    return heads_[order_[at_]];
  }

  std::span<const std::string> heads() const { return heads_; }

 private:
  std::vector<std::string> heads_;
  std::vector<uint16_t> order_;
  size_t at_ = 0;
};

// kCorpora names the pools: small (about 115 bytes, 5 fields), cdn (about 760 bytes, 20 fields), large (about
// 3.8 KB, 40 fields, Set-Cookie and Content-Security-Policy among them).
inline constexpr std::string_view kCorpora[] = {"small", "cdn", "large"};

}  // namespace godwit::benchmarks
