// SPDX-License-Identifier: MIT
#include "godwit/core/tls_context.h"

#include <utility>

#include "godwit/core/net/tls_profile.h"

namespace godwit {

TlsContext::TlsContext(TlsOptions options)
    : profile_(std::make_shared<net::TlsProfile>(std::move(options))) {}

std::string_view TlsContext::problem() const {
  return profile_->problem();
}

std::string TlsContext::save_sessions() const {
  return profile_->save_sessions();
}

std::string TlsContext::load_sessions(std::string_view octets) {
  return profile_->load_sessions(octets);
}

}  // namespace godwit
