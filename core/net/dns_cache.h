// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "godwit/core/error.h"
#include "godwit/core/ports/resolver.h"

namespace godwit::net {

// DnsCache remembers answers of the resolver for as long as each may be told again. It reads no clock and
// asks nobody. Times are nanoseconds of one monotonic clock; names are compared as they are written.
class DnsCache final {
 public:
  // kMaxNames: of more, the one that was not asked for longest goes. Each takes some 300 bytes.
  static constexpr size_t kMaxNames = 16'384;
  // kMaxTtl, kMaxNegativeTtl: whatever a record says. A name that was missing may be there soon, and somebody
  // is waiting for it.
  static constexpr uint64_t kMaxTtl = 24 * 3600 * uint64_t{1'000'000'000};
  static constexpr uint64_t kMaxNegativeTtl = 60 * uint64_t{1'000'000'000};

  // Answer is a ports::Resolution that owns what it says.
  struct Answer {
    std::vector<ports::Address> addresses;
    Error error;
    std::string diagnosis;
  };

  explicit DnsCache(size_t max_names = kMaxNames) : max_names_(max_names) {}

  // find gives what is known of a name and no older than max_age; null if that is nothing. Valid until the
  // next call.
  const Answer* find(std::string_view host, uint64_t now, uint64_t max_age);

  // store remembers an answer in place of what was known; one with a ttl of 0 only makes that forgotten.
  void store(std::string_view host, const ports::Resolution& resolution, uint64_t now);

  // forget drops what was stored at `stored_by` or before.
  void forget(std::string_view host, uint64_t stored_by);

  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string host;
    Answer answer;
    uint64_t stored;
    uint64_t expires;
  };
  using Entries = std::list<Entry>;

  void drop(Entries::iterator entry);

  const size_t max_names_;
  Entries entries_;  // the last one asked for comes first
  std::unordered_map<std::string_view, Entries::iterator> by_host_;
};

}  // namespace godwit::net
