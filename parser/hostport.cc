// SPDX-License-Identifier: MIT
#include "godwit/parser/hostport.h"

#include <cstddef>

#include "godwit/parser/url_byte.h"
#include "godwit/parser/url_ip.h"
#include "godwit/parser/url_port.h"

namespace godwit::parser {
namespace {

// is_bracketed_address takes an address with or without a zone. A zone is the name of an interface:
// whatever the system calls one, but nothing that could end a host.
bool is_bracketed_address(std::string_view text) {
  const size_t percent = text.find('%');
  if (percent != text.npos) {
    const std::string_view zone = text.substr(percent + 1);
    if (zone.empty() || find_url(zone, kUrlForbiddenInDomain) < zone.size()) return false;
  }
  return parse_ipv6(text.substr(0, percent)).has_value();
}

}  // namespace

UrlError parse_hostport(std::string_view in, uint16_t default_port, HostPort& out) {
  HostPort result{.host = {}, .port = default_port, .bracketed = in.starts_with('[')};
  size_t end;
  if (result.bracketed) {
    const size_t bracket = in.find(']');
    if (bracket == in.npos) return {UrlErrc::unclosed_bracket, 0};
    result.host = in.substr(1, bracket - 1);
    if (!is_bracketed_address(result.host)) return {UrlErrc::bad_ipv6, 1};
    end = bracket + 1;
    if (end < in.size() && in[end] != ':') return {UrlErrc::forbidden_host_byte, end};
  } else {
    end = find_url(in, kUrlForbiddenInDomain);
    if (end < in.size() && in[end] != ':') return {UrlErrc::forbidden_host_byte, end};
    // "::1" has no port; http.client reads it as the host ":" and the port 1.
    if (in.find(':', end + 1) != in.npos) return {UrlErrc::unbracketed_ipv6, 0};
    if (end == 0) return {UrlErrc::missing_host, 0};
    result.host = in.substr(0, end);
  }
  if (end < in.size()) {
    const UrlError error = parse_port(in.substr(end + 1), result.port);
    if (error) return {error.code, end + 1 + error.offset};
  }
  out = result;
  return {};
}

}  // namespace godwit::parser
