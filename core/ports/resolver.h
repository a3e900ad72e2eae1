// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "godwit/core/error.h"

namespace godwit::ports {

// Address is an IP address in the peer's own byte order.
struct Address {
  enum class Family : uint8_t { v4, v6 };
  Family family = Family::v4;
  uint8_t octets[16] = {};
  uint32_t scope = 0;  // IPv6 zone, or 0

  bool operator==(const Address&) const = default;
};

// Resolution is the answer to one look-up.
struct Resolution {
  // addresses: in the order to try; none if there is an error.
  std::span<const Address> addresses;
  // error: ok, name_not_found, resolve_failed or out_of_resources.
  Error error;
  std::string_view diagnosis;
  // ttl: nanoseconds for which the same may be told to whoever else asks; 0: it is for this one alone.
  uint64_t ttl = 0;
};

// ResolveSink hears the answer to one look-up: once, never from inside resolve().
class ResolveSink {
 public:
  // on_resolved: what the resolution refers to lives for the call.
  virtual void on_resolved(const Resolution& resolution) = 0;

 protected:
  ~ResolveSink() = default;
};

// Query is what a look-up is for.
struct Query {
  std::string_view host;
  // max_age: nanoseconds; an answer that was given before will do if it is no older. 0 wants a new one.
  uint64_t max_age = 0;
};

// Resolver turns a host name into addresses.
class Resolver {
 public:
  virtual ~Resolver() = default;
  // resolve looks a name up for a sink; many look-ups may be open for one sink's owner, one per sink.
  virtual void resolve(const Query& query, ResolveSink& sink) = 0;
  // cancel forgets the sink; it will not be called.
  virtual void cancel(ResolveSink& sink) = 0;
  // doubt tells that none of the addresses of a host could be reached: it may have moved.
  virtual void doubt(std::string_view host) = 0;
};

}  // namespace godwit::ports
