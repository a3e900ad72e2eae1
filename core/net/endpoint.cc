// SPDX-License-Identifier: MIT
#include "godwit/core/net/endpoint.h"

#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

namespace godwit::net {

namespace {

using Family = ports::Address::Family;

std::optional<uint32_t> parse_zone(const char* zone) {
  if (*zone == '\0') return std::nullopt;
  uint32_t number = 0;
  const char* end = zone + std::strlen(zone);
  auto [stop, error] = std::from_chars(zone, end, number);
  if (error == std::errc() && stop == end) return number;
  if (uint32_t index = if_nametoindex(zone)) return index;
  return std::nullopt;
}

}  // namespace

std::optional<ports::Address> parse_address(std::string_view text) {
  char copy[INET6_ADDRSTRLEN + 1 + IF_NAMESIZE];
  if (text.size() >= sizeof copy || text.find('\0') != text.npos) return std::nullopt;
  copy[text.copy(copy, text.size())] = '\0';

  ports::Address out;
  if (inet_pton(AF_INET, copy, out.octets) == 1) return out;

  out.family = Family::v6;
  if (char* percent = std::strchr(copy, '%')) {
    std::optional<uint32_t> zone = parse_zone(percent + 1);
    if (!zone) return std::nullopt;
    out.scope = *zone;
    *percent = '\0';
  }
  if (inet_pton(AF_INET6, copy, out.octets) == 1) return out;
  return std::nullopt;
}

socklen_t to_sockaddr(const Endpoint& endpoint, sockaddr_storage& out) {
  std::memset(&out, 0, sizeof out);
  if (endpoint.address.family == Family::v4) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(out);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    std::memcpy(&v4.sin_addr, endpoint.address.octets, sizeof v4.sin_addr);
    return sizeof v4;
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(out);
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(endpoint.port);
  v6.sin6_scope_id = endpoint.address.scope;
  std::memcpy(&v6.sin6_addr, endpoint.address.octets, sizeof v6.sin6_addr);
  return sizeof v6;
}

std::optional<Endpoint> from_sockaddr(const sockaddr& from) {
  Endpoint out;
  if (from.sa_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(from);
    out.port = ntohs(v4.sin_port);
    std::memcpy(out.address.octets, &v4.sin_addr, sizeof v4.sin_addr);
    return out;
  }
  if (from.sa_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(from);
    out.address.family = Family::v6;
    out.address.scope = v6.sin6_scope_id;
    out.port = ntohs(v6.sin6_port);
    std::memcpy(out.address.octets, &v6.sin6_addr, sizeof v6.sin6_addr);
    return out;
  }
  return std::nullopt;
}

std::string to_text(const Endpoint& endpoint) {
  char text[INET6_ADDRSTRLEN];
  bool v4 = endpoint.address.family == Family::v4;
  inet_ntop(v4 ? AF_INET : AF_INET6, endpoint.address.octets, text, sizeof text);
  std::string out;
  if (!v4) out += '[';
  out += text;
  if (endpoint.address.scope != 0) out += '%' + std::to_string(endpoint.address.scope);
  if (!v4) out += ']';
  return out += ':' + std::to_string(endpoint.port);
}

}  // namespace godwit::net
