// SPDX-License-Identifier: MIT
#include "godwit/tools/load/target.h"

#include <utility>

#include "godwit/tools/load/console.h"

namespace godwit::load {

std::string EmbeddedTarget::start(LoadOptions& options) {
  std::string fault;
  server_ = embedded::Server::start({}, fault);
  if (!server_) return "the embedded server does not start: " + fault;
  if (options.embedded_tls) options.client.tls.ca_pem = server_->ca_pem();
  options.embedded_base = options.embedded_tls ? server_->https_url("") : server_->http_url("");
  for (std::string& url : options.urls) {
    if (url.starts_with('/')) url.insert(0, options.embedded_base);
  }
  return {};
}

std::string fill_requests(const LoadOptions& options, std::span<const std::string> urls, RequestSet& set) {
  PlannedRequest defaults;
  defaults.method = !options.method.empty() ? options.method : options.body ? "POST" : "GET";
  defaults.headers = options.headers;
  if (!options.keep_alive) (void)defaults.headers.set("Connection", "close");
  defaults.body = options.body.value_or("");
  if (!options.requests_file.empty()) {
    std::string text;
    if (std::string fault = read_text(options.requests_file, RequestSet::kMaxFile, text); !fault.empty()) {
      return fault;
    }
    if (std::string fault = set.add_lines(text, defaults, options.embedded_base); !fault.empty()) {
      return options.requests_file + ": " + fault;
    }
    return set.size() == 0 ? options.requests_file + " has no request in it" : "";
  }
  for (const std::string& url : urls) {
    PlannedRequest planned = defaults;
    planned.url = url;
    if (std::string fault = set.add(std::move(planned)); !fault.empty()) return fault;
  }
  return {};
}

}  // namespace godwit::load
