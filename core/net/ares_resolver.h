// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "godwit/core/net/loop_impl.h"
#include "godwit/core/ports/resolver.h"

namespace godwit::net {

// AresOptions says whom to ask; the defaults are the system's (/etc/resolv.conf).
struct AresOptions {
  // servers, if not empty: "127.0.0.1:5353,[::1]:53".
  std::string servers;
  // timeout: milliseconds until a silent server is asked again or the next one is; it grows with each
  // round.
  int timeout = 2000;
  // tries: rounds over all servers.
  int tries = 3;
  // lookups: "fb" reads /etc/hosts first, then asks the servers; "b" only asks.
  std::string lookups = "fb";
};

// AresResolver looks names up with c-ares: both families, in the order of RFC 6724. `localhost` and the
// names below it are loopback without a look-up (RFC 6761, 6.3). Errors are name_not_found when a server
// says so, resolve_failed for all else, in phase resolve, with c-ares' status in Error::detail. The ttl of
// addresses is that of their records; that of "no such name" and "no data" is as RFC 2308 has it, and 0 if
// the servers did not say, or said it over TCP.
class AresResolver final : public ports::Resolver {
 public:
  // kMaxAddresses of one name are used: a longer answer is cut.
  static constexpr size_t kMaxAddresses = 32;

  explicit AresResolver(LoopImpl& loop, AresOptions options = {});
  // ~AresResolver forgets every sink.
  ~AresResolver() override;

  void resolve(const ports::Query& query, ports::ResolveSink& sink) override;
  void cancel(ports::ResolveSink& sink) override;
  void doubt(std::string_view) override {}  // nothing is kept

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace godwit::net
