// SPDX-License-Identifier: MIT
#include "godwit/core/net/connector.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "godwit/core/net/connect_attempt.h"
#include "godwit/core/net/endpoint.h"

namespace godwit::net {

namespace {

// Host names are compared without regard to ASCII case (RFC 4343); URLs bring them in lower case.
std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string_view without_brackets(std::string_view host) {
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') return host.substr(1, host.size() - 2);
  return host;
}

// A day is as long as answers are kept.
uint64_t nanoseconds(std::chrono::seconds age) {
  return static_cast<uint64_t>(std::clamp<int64_t>(age.count(), 0, 24 * 3600)) * 1'000'000'000;
}

}  // namespace

Connector::Connector(LoopImpl& loop, ports::Resolver& resolver, const ConnectorOptions& options,
                     TlsProfiles& profiles)
    : loop_(loop),
      resolver_(resolver),
      timeouts_(options.timeouts),
      limits_(options.limits),
      max_dns_age_(nanoseconds(options.max_dns_age)),
      profiles_(profiles),
      proxy_profile_(options.proxy_profile ? options.proxy_profile : loop.tls_profile()),
      wait_for_ports_(options.wait_for_ports),
      public_addresses_only_(options.public_addresses_only) {
  for (const HostOverride& entry : options.overrides) {
    std::optional<ports::Address> address = parse_address(without_brackets(entry.address));
    if (address) {
      overrides_.push_back({lower(std::string(without_brackets(entry.host))), entry.port, *address});
    } else {
      problem_ = "the address to use for " + entry.host + ':' + std::to_string(entry.port) +
                 " is not an IP address: \"" + entry.address + '"';
    }
  }
  for (const std::string& text : options.source_addresses) {
    std::optional<ports::Address> address = parse_address(without_brackets(text));
    if (address) {
      sources_.push_back(*address);
    } else {
      problem_ = "the source address is not an IP address: \"" + text + '"';
    }
  }
}

Connector::~Connector() {
  while (attempts_) attempts_->abandon();
}

ports::Connector::Attempt* Connector::connect(const ports::Route& route, ports::ConnectSink& sink) {
  return new ConnectAttempt(*this, route, sink);
}

const ports::Address* Connector::find_override(const ports::Origin& origin) const {
  if (overrides_.empty()) return nullptr;
  std::string host = lower(origin.host);
  for (const Override& entry : overrides_) {
    if (entry.port == origin.port && entry.host == host) return &entry.address;
  }
  return nullptr;
}

size_t Connector::sources_of(ports::Address::Family family) const {
  if (sources_.empty()) return 1;
  return static_cast<size_t>(
      std::count_if(sources_.begin(), sources_.end(),
                    [&](const ports::Address& source) { return source.family == family; }));
}

std::string Connector::no_port_left(size_t sources) const {
  if (sources_.empty()) return ": all local ports are in use";
  return " at " + std::to_string(sources) +
         (sources == 1 ? " source address: it has" : " source addresses: they have") +
         " no port left, or belong" + (sources == 1 ? "s" : "") + " to another machine";
}

const ports::Address* Connector::pick_source(ports::Address::Family family) {
  for (size_t i = 0; i < sources_.size(); ++i) {
    const ports::Address& source = sources_[next_source_];
    next_source_ = (next_source_ + 1) % sources_.size();
    if (source.family == family) return &source;
  }
  return nullptr;
}

}  // namespace godwit::net
