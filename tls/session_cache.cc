// SPDX-License-Identifier: MIT
#include "godwit/tls/session_cache.h"

#include <algorithm>
#include <utility>

#include <openssl/bytestring.h>
#include <openssl/err.h>
#include <openssl/pool.h>
#include <openssl/ssl.h>

#include "godwit/tls/context.h"

namespace godwit::tls {
namespace {

// kOpening begins the octets of save(), with the number of the format.
constexpr std::string_view kOpening = "godwit tls sessions 1\n";

// kFixedCost is more than a session without its ticket and certificates, and its place here, take.
constexpr size_t kFixedCost = 1024;

size_t cost_of(const SSL_SESSION* session) {
  const uint8_t* ticket = nullptr;
  size_t size = 0;
  SSL_SESSION_get0_ticket(session, &ticket, &size);
  size_t cost = kFixedCost + size;
  const STACK_OF(CRYPTO_BUFFER)* chain = SSL_SESSION_get0_peer_certificates(session);
  for (size_t i = 0; i < sk_CRYPTO_BUFFER_num(chain); ++i) {
    cost += CRYPTO_BUFFER_len(sk_CRYPTO_BUFFER_value(chain, i));
  }
  const uint8_t* data = nullptr;
  SSL_SESSION_get0_ocsp_response(session, &data, &size);
  cost += size;
  SSL_SESSION_get0_signed_cert_timestamp_list(session, &data, &size);
  cost += size;
  return cost;
}

int64_t end_of(const SavedSession& saved) {
  const int64_t begun = static_cast<int64_t>(SSL_SESSION_get_time(saved.session.get()));
  const int64_t ends =
      begun + std::min<int64_t>(SSL_SESSION_get_timeout(saved.session.get()), SessionCache::kMaxAge);
  return saved.verified_until == 0 ? ends : std::min(ends, saved.verified_until);
}

bool single_use(const SavedSession& saved) {
  return SSL_SESSION_should_be_single_use(saved.session.get()) != 0;
}

}  // namespace

SessionCache::SessionCache() = default;
SessionCache::~SessionCache() = default;

SessionCache::Host& SessionCache::host(std::string_view key) {
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) {
    hosts_.splice(hosts_.end(), hosts_, found->second);
  } else {
    hosts_.push_back({std::string(key), {}});
    by_key_.emplace(hosts_.back().key, std::prev(hosts_.end()));
  }
  return hosts_.back();
}

void SessionCache::put(std::string_view key, SavedSession saved, int64_t now) {
  if (!SSL_SESSION_is_resumable(saved.session.get())) return;
  const size_t cost = cost_of(saved.session.get());
  const int64_t ends = end_of(saved);
  if (cost > kMaxSessionBytes || ends <= now) return;

  Host& place = host(key);
  // One session of TLS 1.2 serves any number of connections: older ones are of no more use.
  if (!single_use(saved)) drop_first(place, place.entries.size());
  if (place.entries.size() == kPerKey) drop_first(place, 1);
  place.entries.push_back({std::move(saved), ends, cost});
  ++size_;
  bytes_ += cost;
  while (bytes_ > kMaxBytes) drop(hosts_.begin());
}

SavedSession SessionCache::take(std::string_view key, int64_t now) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return {};
  Host& place = host(key);
  SavedSession taken;
  while (!place.entries.empty() && !taken.session) {
    Entry& newest = place.entries.back();
    const bool usable = newest.ends > now;
    if (usable && !single_use(newest.saved)) {
      return {bssl::UpRef(newest.saved.session), newest.saved.verified_until, newest.saved.ocsp};
    }
    if (usable) taken = std::move(newest.saved);
    --size_;
    bytes_ -= newest.cost;
    place.entries.pop_back();
  }
  if (place.entries.empty()) drop(std::prev(hosts_.end()));
  return taken;
}

void SessionCache::forget(std::string_view key) {
  if (const auto found = by_key_.find(key); found != by_key_.end()) drop(found->second);
}

void SessionCache::drop(Hosts::iterator place) {
  drop_first(*place, place->entries.size());
  by_key_.erase(place->key);
  hosts_.erase(place);
}

void SessionCache::drop_first(Host& place, size_t count) {
  const auto end = place.entries.begin() + static_cast<std::ptrdiff_t>(count);
  for (auto entry = place.entries.begin(); entry != end; ++entry) bytes_ -= entry->cost;
  size_ -= count;
  place.entries.erase(place.entries.begin(), end);
}

std::string SessionCache::save(int64_t now) const {
  std::string out(kOpening);
  bssl::ScopedCBB octets;
  if (!CBB_init(octets.get(), bytes_)) return out;
  for (const Host& place : hosts_) {
    for (const Entry& entry : place.entries) {
      if (entry.ends <= now) continue;
      uint8_t* session = nullptr;
      size_t size = 0;
      if (!SSL_SESSION_to_bytes(entry.saved.session.get(), &session, &size)) continue;
      const bssl::UniquePtr<uint8_t> owned(session);
      CBB field;
      if (!CBB_add_u16_length_prefixed(octets.get(), &field) ||
          !CBB_add_bytes(&field, reinterpret_cast<const uint8_t*>(place.key.data()), place.key.size()) ||
          !CBB_add_u24_length_prefixed(octets.get(), &field) || !CBB_add_bytes(&field, session, size) ||
          !CBB_flush(octets.get())) {
        return out;
      }
    }
  }
  out.append(reinterpret_cast<const char*>(CBB_data(octets.get())), CBB_len(octets.get()));
  ERR_clear_error();
  return out;
}

std::string SessionCache::load(std::string_view octets, const Context& context, int64_t now) {
  if (!octets.starts_with(kOpening)) return "these are no TLS sessions saved by this version";
  CBS rest;
  CBS_init(&rest, reinterpret_cast<const uint8_t*>(octets.data()), octets.size());
  CBS_skip(&rest, kOpening.size());
  while (CBS_len(&rest) > 0) {
    const size_t at = octets.size() - CBS_len(&rest);
    CBS key, der;
    bssl::UniquePtr<SSL_SESSION> session;
    if (CBS_get_u16_length_prefixed(&rest, &key) && CBS_get_u24_length_prefixed(&rest, &der)) {
      session.reset(SSL_SESSION_from_bytes(CBS_data(&der), CBS_len(&der), context.ssl_ctx()));
    }
    ERR_clear_error();
    if (!session) return "saved TLS sessions are damaged at octet " + std::to_string(at);
    put({reinterpret_cast<const char*>(CBS_data(&key)), CBS_len(&key)}, {std::move(session), 0}, now);
  }
  return {};
}

}  // namespace godwit::tls
