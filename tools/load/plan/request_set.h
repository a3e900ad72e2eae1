// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/core/request.h"

namespace godwit::load {

// Order is how requests are chosen from a set.
enum class Order : uint8_t { in_turn, random, weighted };

// PlannedRequest is one of the requests of a run. Its body is lent by the set that holds it.
struct PlannedRequest {
  std::string url;
  std::string method = "GET";
  Headers headers;
  std::string body;
  double weight = 1;
};

// RequestSet is what a run sends; it does not change while the run goes on, and is read by all threads.
class RequestSet {
 public:
  // kMaxFile limits a file of requests, which is held in memory.
  static constexpr size_t kMaxFile = 256 << 20;

  // add puts a request behind the others. It returns what is wrong with it, empty if nothing is.
  std::string add(PlannedRequest planned);

  // add_lines reads requests, one a line: a URL, or a JSON object with the keys url, method, headers ([[name,
  // value],
  // ...]), body (base64), text (the body as it is) and weight; all but url may be missing, and then
  // `defaults` hold. `base` goes before a URL that is a path. It returns what is wrong, with the line's
  // number; empty if nothing is.
  std::string add_lines(std::string_view text, const PlannedRequest& defaults, std::string_view base = {});

  size_t size() const { return requests_.size(); }
  const PlannedRequest& planned(size_t n) const { return requests_[n]; }

  // make gives a request to send; its body lives as long as this set.
  Request make(size_t n) const;

 private:
  std::vector<PlannedRequest> requests_;
};

// Chooser says which request comes next, for one thread. The same seed gives the same sequence, of each
// thread its own.
class Chooser {
 public:
  // In turn, `first` comes first (counted on beyond the size) and every `step`-th after it.
  Chooser(const RequestSet& set, Order order, uint64_t seed, uint32_t thread, size_t first, size_t step);

  size_t next() {
    if (order_ == Order::in_turn) {
      const size_t chosen = turn_;
      turn_ = (turn_ + step_) % size_;
      return chosen;
    }
    return choose();
  }

 private:
  size_t choose();

  const Order order_;
  const size_t size_;
  const size_t step_;
  size_t turn_;
  std::mt19937_64 random_;
  std::vector<double> sums_;  // of the weights, up to and with each request
};

}  // namespace godwit::load
