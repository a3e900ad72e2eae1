// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "godwit/core/error.h"

namespace godwit::policy {

// check_method: a token (RFC 9110, 9.1). check_url: visible ASCII, or nothing, which stands for "/". On a
// fault they return invalid_request and invalid_url with the offending byte's position in `detail`;
// `diagnosis` says which byte it is.
Error check_method(std::string_view method, std::string& diagnosis);
Error check_url(std::string_view url, std::string& diagnosis);

// authority_of gives the host and port of an absolute http or https URL, as they are written there but for
// user, password and an IPv6 zone, which are nobody's affair but ours; empty if the URL is not absolute.
std::string authority_of(std::string_view url);

// authority_for makes the value of Host for a server: an IPv6 address in brackets and without its zone, the
// port only if it is not the default (RFC 9110, 7.2).
std::string authority_for(std::string_view host, uint16_t port, uint16_t default_port);

}  // namespace godwit::policy
