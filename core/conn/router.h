// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "godwit/core/options.h"
#include "godwit/core/policy/no_proxy.h"
#include "godwit/core/ports/route.h"
#include "godwit/core/request.h"
#include "godwit/parser/url.h"

namespace godwit::conn {

// Way is a route and what goes with the request on it.
struct Way {
  ports::Route route;
  // forwarder is the proxy that the request itself is sent to: it gets the target in absolute-form, and the
  // proxy's own fields. Null on all other ways.
  std::shared_ptr<const ports::Proxy> forwarder;
};

// Router decides which way a request takes: directly, through a tunnel, or to a proxy (RFC 9110, 7.3).
class Router final {
 public:
  explicit Router(const ProxyOptions& options);

  // problem is a sentence about an option that is not usable; empty if all is well. Requests that would use
  // the proxy then fail with it.
  const std::string& problem() const { return problem_; }

  // choose sets the way of a request to `url`. An error is invalid_option, with a sentence in `diagnosis`.
  Error choose(const Request& request, const parser::Url& url, Way& way, std::string& diagnosis) const;

 private:
  using ProxyPtr = std::shared_ptr<const ports::Proxy>;

  ProxyPtr make(std::string_view url, std::string_view credentials, const Headers& headers,
                std::string& problem) const;

  bool tunnel_http_;
  bool any_ = false;  // there is a proxy for some request, or there ought to be
  ProxyPtr http_;
  ProxyPtr https_;
  policy::NoProxy no_proxy_;
  std::string problem_;
};

}  // namespace godwit::conn
