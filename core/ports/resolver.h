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

// ResolveSink hears the answer to one look-up: once, never from inside resolve().
class ResolveSink {
 public:
  // on_resolved: error is ok and addresses are in the order to try, or error is name_not_found or
  // resolve_failed and there are none. They live for the call.
  virtual void on_resolved(std::span<const Address> addresses, const Error& error,
                           std::string_view diagnosis) = 0;

 protected:
  ~ResolveSink() = default;
};

// Resolver turns a host name into addresses.
class Resolver {
 public:
  virtual ~Resolver() = default;
  // resolve looks a name up for a sink; many look-ups may be open for one sink's owner, one per sink.
  virtual void resolve(std::string_view host, ResolveSink& sink) = 0;
  // cancel forgets the sink; it will not be called.
  virtual void cancel(ResolveSink& sink) = 0;
};

}  // namespace godwit::ports
