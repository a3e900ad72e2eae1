// SPDX-License-Identifier: MIT
#include "godwit/core/net/dns_cache.h"

#include <algorithm>

namespace godwit::net {

const DnsCache::Answer* DnsCache::find(std::string_view host, uint64_t now, uint64_t max_age) {
  const auto found = by_host_.find(host);
  if (found == by_host_.end()) return nullptr;
  const Entries::iterator entry = found->second;
  if (now >= entry->expires) {
    drop(entry);
    return nullptr;
  }
  if (now - entry->stored >= max_age) return nullptr;
  entries_.splice(entries_.begin(), entries_, entry);
  return &entry->answer;
}

void DnsCache::store(std::string_view host, const ports::Resolution& resolution, uint64_t now) {
  if (const auto found = by_host_.find(host); found != by_host_.end()) drop(found->second);
  const uint64_t ttl = std::min(resolution.ttl, resolution.error ? kMaxNegativeTtl : kMaxTtl);
  if (ttl == 0 || max_names_ == 0) return;
  if (entries_.size() == max_names_) drop(std::prev(entries_.end()));
  entries_.push_front({.host = std::string(host),
                       .answer = {.addresses = {resolution.addresses.begin(), resolution.addresses.end()},
                                  .error = resolution.error,
                                  .diagnosis = std::string(resolution.diagnosis)},
                       .stored = now,
                       .expires = now + ttl});
  by_host_.emplace(entries_.front().host, entries_.begin());
}

void DnsCache::forget(std::string_view host, uint64_t stored_by) {
  const auto found = by_host_.find(host);
  if (found != by_host_.end() && found->second->stored <= stored_by) drop(found->second);
}

void DnsCache::drop(Entries::iterator entry) {
  by_host_.erase(entry->host);
  entries_.erase(entry);
}

}  // namespace godwit::net
