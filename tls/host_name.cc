// SPDX-License-Identifier: MIT
#include "godwit/tls/host_name.h"

#include <string>

#include <arpa/inet.h>

#include "godwit/tls/public_suffix.h"

namespace godwit::tls {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

bool is_name_octet(char c) {
  c = lower(c);
  // The underscore is not of a host name (RFC 952), but hosts have it.
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

// Labels of 1 or more legal octets. What would not come out of a resolver must not match one byte: a
// NUL, a space, an empty label.
bool is_name(std::string_view name) {
  bool in_label = false;
  for (const char c : name) {
    if (c == '.' ? !in_label : !is_name_octet(c)) return false;
    in_label = c != '.';
  }
  return in_label;
}

}  // namespace

IpAddress parse_ip(std::string_view host) {
  IpAddress address;
  // inet_pton reads a C string: an inner NUL would hide the rest of the name.
  if (host.find('\0') != std::string_view::npos) return address;
  if (const size_t zone = host.find('%'); zone != std::string_view::npos) host = host.substr(0, zone);
  const std::string text(host);
  if (inet_pton(AF_INET, text.c_str(), address.octets.data()) == 1) {
    address.size = 4;
  } else if (inet_pton(AF_INET6, text.c_str(), address.octets.data()) == 1) {
    address.size = 16;
  }
  return address;
}

std::string_view without_root_dot(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

bool matches_dns_name(std::string_view pattern, std::string_view host) {
  host = without_root_dot(host);
  if (!is_name(host)) return false;
  if (!pattern.starts_with("*.")) return is_name(pattern) && equal_ignoring_case(pattern, host);

  const std::string_view parent = pattern.substr(2);
  if (!is_name(parent) || parent.find('.') == std::string_view::npos) return false;
  const size_t dot = host.find('.');
  if (dot == std::string_view::npos || !equal_ignoring_case(parent, host.substr(dot + 1))) return false;
  std::string lowered(parent);
  for (char& c : lowered) c = lower(c);
  return !is_public_suffix(lowered);
}

bool is_within(std::string_view domain, std::string_view host) {
  host = without_root_dot(host);
  if (domain.empty()) return true;
  if (domain.size() > host.size()) return false;
  const size_t above = host.size() - domain.size();
  if (!equal_ignoring_case(host.substr(above), domain)) return false;
  return above == 0 ? domain.front() != '.' : domain.front() == '.' || host[above - 1] == '.';
}

}  // namespace godwit::tls
