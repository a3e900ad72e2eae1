// SPDX-License-Identifier: MIT
#include "godwit/core/policy/no_proxy.h"

#include <algorithm>
#include <optional>

#include "godwit/parser/field_value.h"
#include "godwit/parser/url_ip.h"

namespace godwit::policy {

namespace {

using parser::HostKind;
using Octets = std::array<uint8_t, 16>;

std::optional<Octets> octets_of(std::string_view address, HostKind kind) {
  Octets out = {};
  if (kind == HostKind::ipv4) {
    const std::optional<uint32_t> v4 = parser::parse_ipv4(address);
    if (!v4) return std::nullopt;
    for (size_t i = 0; i < 4; ++i) out[i] = static_cast<uint8_t>(*v4 >> (24 - 8 * i));
    return out;
  }
  const std::optional<parser::Ipv6> v6 = parser::parse_ipv6(address);
  if (!v6) return std::nullopt;
  for (size_t i = 0; i < 16; ++i) out[i] = static_cast<uint8_t>((*v6)[i / 2] >> (i % 2 == 0 ? 8 : 0));
  return out;
}

bool same_bits(const Octets& a, const Octets& b, unsigned bits) {
  for (size_t i = 0; i < a.size() && bits > 0; ++i) {
    const unsigned here = std::min(bits, 8u);
    if (((a[i] ^ b[i]) >> (8 - here)) != 0) return false;
    bits -= here;
  }
  return true;
}

std::string_view without_brackets(std::string_view host) {
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  return bracketed ? host.substr(1, host.size() - 2) : host;
}

}  // namespace

bool NoProxy::add(std::string_view entry) {
  if (entry == "*") return all_ = true;
  const size_t slash = entry.find('/');
  if (slash != entry.npos) {
    return add_network(without_brackets(entry.substr(0, slash)), entry.substr(slash + 1));
  }
  if (entry.starts_with('.')) entry.remove_prefix(1);
  if (entry.ends_with('.')) entry.remove_suffix(1);
  if (entry.find(':') != entry.npos) return add_network(without_brackets(entry), "128");
  std::string name;
  if (entry.empty()) return false;
  const parser::HostResult host = parser::append_host(entry, name);
  if (host.error) return false;
  if (host.kind == HostKind::ipv4) return add_network(name, "32");
  names_.push_back(std::move(name));
  return true;
}

bool NoProxy::add_network(std::string_view address, std::string_view bits) {
  const HostKind kind = address.find(':') != address.npos ? HostKind::ipv6 : HostKind::ipv4;
  const std::optional<Octets> octets = octets_of(address, kind);
  const std::optional<uint64_t> count = parser::parse_decimal(bits);
  if (!octets || !count || *count > (kind == HostKind::ipv4 ? 32 : 128)) return false;
  networks_.push_back({kind, *octets, static_cast<unsigned>(*count)});
  return true;
}

bool NoProxy::matches(std::string_view hostname, HostKind kind) const {
  if (all_) return true;
  if (kind != HostKind::name) {
    const std::optional<Octets> octets = octets_of(hostname, kind);
    return octets && std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
             return network.kind == kind && same_bits(*octets, network.octets, network.bits);
           });
  }
  if (hostname.ends_with('.')) hostname.remove_suffix(1);
  return std::any_of(names_.begin(), names_.end(), [&](const std::string& name) {
    if (!hostname.ends_with(name)) return false;
    return hostname.size() == name.size() || hostname[hostname.size() - name.size() - 1] == '.';
  });
}

}  // namespace godwit::policy
