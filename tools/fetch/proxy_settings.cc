// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/proxy_settings.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>

#include "godwit/parser/hostport.h"

namespace godwit::fetch {

namespace {

constexpr uint16_t kProxyPort = 1080;
constexpr uint16_t kHttpsPort = 443;

// first_of gives the value of the first variable that is set and not empty.
std::string_view first_of(const char* (*get)(const char*), std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const char* value = get(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

}  // namespace

std::string complete_proxy(std::string_view text) {
  const size_t mark = text.find("://");
  const std::string_view scheme = mark == text.npos ? "http" : text.substr(0, mark);
  const std::string_view rest = mark == text.npos ? text : text.substr(mark + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  const size_t at = authority.rfind('@');
  const std::string_view user = at == authority.npos ? std::string_view() : authority.substr(0, at + 1);
  parser::HostPort host;
  if (parser::parse_hostport(authority.substr(user.size()), scheme == "https" ? kHttpsPort : kProxyPort,
                             host)) {
    return std::string(text);
  }
  std::string out(scheme);
  out.append("://").append(user);
  out.append(host.bracketed ? "[" : "").append(host.host).append(host.bracketed ? "]:" : ":");
  return out + std::to_string(host.port);
}

void add_no_proxy(std::string_view list, ProxyOptions& proxy) {
  constexpr std::string_view kDividers = ", \t";
  while (!list.empty()) {
    const size_t end = std::min(list.find_first_of(kDividers), list.size());
    if (end > 0) proxy.no_proxy.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

void proxy_from_environment(const char* (*get)(const char* name), ProxyOptions& proxy) {
  const std::string_view all = first_of(get, {"all_proxy", "ALL_PROXY"});
  const std::string_view http = first_of(get, {"http_proxy"});
  const std::string_view https = first_of(get, {"https_proxy", "HTTPS_PROXY"});
  if (!all.empty()) proxy.url = complete_proxy(all);
  if (!http.empty()) proxy.http_url = complete_proxy(http);
  if (!https.empty()) proxy.https_url = complete_proxy(https);
  if (proxy.no_proxy.empty()) add_no_proxy(first_of(get, {"no_proxy", "NO_PROXY"}), proxy);
}

}  // namespace godwit::fetch
