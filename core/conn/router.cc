// SPDX-License-Identifier: MIT
#include "godwit/core/conn/router.h"

#include <utility>

#include "godwit/core/method.h"
#include "godwit/core/policy/proxy_url.h"

namespace godwit::conn {

Router::Router(const ProxyOptions& options) : tunnel_http_(options.tunnel_http) {
  for (const char* name : {"Host", "Content-Length", "Transfer-Encoding"}) {
    if (options.headers.contains(name)) {
      problem_ = std::string(name) + " is not a field for a proxy alone";
    }
  }
  for (const std::string& entry : options.no_proxy) {
    if (!no_proxy_.add(entry)) problem_ = "\"" + entry + "\" names no host to reach without a proxy";
  }
  const std::string& http = options.http_url.empty() ? options.url : options.http_url;
  const std::string& https = options.https_url.empty() ? options.url : options.https_url;
  if (!http.empty()) http_ = make(http, options.credentials, options.headers, problem_);
  if (!https.empty()) https_ = make(https, options.credentials, options.headers, problem_);
  any_ = !http.empty() || !https.empty();
}

Router::ProxyPtr Router::make(std::string_view url, std::string_view credentials, const Headers& headers,
                              std::string& problem) const {
  policy::ProxyUrl parsed;
  if (std::string fault = policy::parse_proxy_url(url, credentials, parsed); !fault.empty()) {
    problem = std::move(fault);
    return nullptr;
  }
  ports::Proxy proxy;
  proxy.origin = {.https = parsed.https, .port = parsed.port, .host = std::move(parsed.host)};
  proxy.headers = headers;
  if (!parsed.authorization.empty() && !headers.contains("Proxy-Authorization")) {
    (void)proxy.headers.add("Proxy-Authorization", parsed.authorization);
  }
  return std::make_shared<const ports::Proxy>(std::move(proxy));
}

Error Router::choose(const Request& request, const parser::Url& url, Way& way, std::string& diagnosis) const {
  way.route.origin.https = url.is_https();
  way.route.origin.port = url.port();
  way.route.origin.host.assign(url.hostname());
  way.route.to_proxy = false;
  way.route.tunnel.reset();
  way.forwarder.reset();
  if (!any_ && !request.proxy) return {};

  ProxyPtr proxy;
  if (request.proxy) {
    if (request.proxy->empty()) return {};
    proxy = make(*request.proxy, {}, {}, diagnosis);
    if (!proxy) return {.code = Errc::invalid_option};
  } else {
    if (!problem_.empty()) {
      diagnosis = problem_;
      return {.code = Errc::invalid_option};
    }
    if (no_proxy_.matches(url.hostname(), url.host_kind())) return {};
    proxy = url.is_https() ? https_ : http_;
  }
  if (!proxy) return {};
  // A CONNECT of the user's own is for the proxy to answer, not to be put into another tunnel.
  if ((url.is_https() || tunnel_http_) && request.method != method::kConnect) {
    way.route.tunnel = std::move(proxy);
  } else {
    way.route.origin = proxy->origin;
    way.route.to_proxy = true;
    way.forwarder = std::move(proxy);
  }
  return {};
}

}  // namespace godwit::conn
