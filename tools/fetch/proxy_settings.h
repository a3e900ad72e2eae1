// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "godwit/core/options.h"

// How people name proxies: curl's habits.
namespace godwit::fetch {

// complete_proxy gives the proxy's URL that a person means: http without a scheme, port 1080 without one (443
// for https). What it can't read is left for the library to complain about.
std::string complete_proxy(std::string_view text);

// add_no_proxy adds a list like that of no_proxy, its entries divided by commas or blanks.
void add_no_proxy(std::string_view list, ProxyOptions& proxy);

// proxy_from_environment reads http_proxy, https_proxy, all_proxy and no_proxy through `get`, which gives
// null for what is not there; their names in capitals serve as well, but not HTTP_PROXY, which a CGI
// program's client can set. The list of no_proxy is left alone if there is one.
void proxy_from_environment(const char* (*get)(const char* name), ProxyOptions& proxy);

}  // namespace godwit::fetch
