// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/core/net/loop_impl.h"
#include "godwit/core/net/tls_profile.h"
#include "godwit/core/options.h"
#include "godwit/core/ports/connector.h"
#include "godwit/core/ports/resolver.h"

namespace godwit::net {

class ConnectAttempt;

// ConnectorOptions is what of ClientOptions concerns connecting.
struct ConnectorOptions {
  // timeouts: resolve, connect, proxy and tls are looked at.
  Timeouts timeouts;
  // limits are for what a proxy answers.
  Limits limits;
  // proxy_profile is for TLS to proxies; null is that of TlsOptions as they come.
  std::shared_ptr<TlsProfile> proxy_profile;
  std::vector<HostOverride> overrides;
  std::vector<std::string> source_addresses;
  bool wait_for_ports = false;
  std::chrono::seconds max_dns_age{kMaxDnsAge};
  bool public_addresses_only = false;
};

// Connector makes connections: an override, an IP literal or the resolver gives addresses; they are
// raced (happy_eyeballs.h); the winner shakes hands when the origin is https. With a tunnel, all this is done
// to the proxy, which is then asked for a way to the origin.
class Connector final : public ports::Connector {
 public:
  // Connector on `loop`; the resolver and the profiles must outlive it. If a profile has a problem,
  // attempts to reach https by it end with invalid_option and its sentence.
  Connector(LoopImpl& loop, ports::Resolver& resolver, const ConnectorOptions& options,
            TlsProfiles& profiles);
  // ~Connector abandons what attempts are open.
  ~Connector();
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  Attempt* connect(const ports::Route& route, ports::ConnectSink& sink) override;

  // problem names an override or a source address that is not an IP address; empty if all is well. With a
  // problem, every attempt ends with invalid_option and this sentence.
  std::string_view problem() const { return problem_; }

 private:
  friend class ConnectAttempt;

  struct Override {
    std::string host;
    uint16_t port;
    ports::Address address;
  };

  const ports::Address* find_override(const ports::Origin& origin) const;
  // sources_of gives how many local addresses there are to connect to `family` from: 1 if the system is to
  // choose, 0 if none of those allowed is of this family.
  size_t sources_of(ports::Address::Family family) const;
  // no_port_left explains that none of so many sources would do.
  std::string no_port_left(size_t sources) const;
  // pick_source gives the next of them; null lets the system choose.
  const ports::Address* pick_source(ports::Address::Family family);

  LoopImpl& loop_;
  ports::Resolver& resolver_;
  Timeouts timeouts_;
  Limits limits_;
  uint64_t max_dns_age_;  // nanoseconds
  TlsProfiles& profiles_;
  std::shared_ptr<TlsProfile> proxy_profile_;
  std::string problem_;
  std::vector<Override> overrides_;
  std::vector<ports::Address> sources_;
  size_t next_source_ = 0;
  const bool wait_for_ports_;
  const bool public_addresses_only_;
  ConnectAttempt* attempts_ = nullptr;  // all open ones
};

}  // namespace godwit::net
