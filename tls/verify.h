// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include <openssl/base.h>
#include <openssl/pool.h>

#include "godwit/tls/status.h"

namespace godwit::tls {

// kMinRsaBits and kMinEcBits are the smallest keys accepted anywhere in a chain (CA/Browser Forum
// Baseline Requirements 6.1.5).
inline constexpr int kMinRsaBits = 2048;
inline constexpr int kMinEcBits = 256;

// verify_chain decides whether the certificates that a server sent, its own first, prove that it is
// `host`: a DNS name in A-labels or an IP literal without brackets (RFC 9525). `now` is in seconds
// since 1970. Checks the chain to a root of `store`, dates, purpose, constraints, key sizes, signature
// algorithms and the subject alternative names; the common name is never looked at.
//
// Returns true when all hold; `valid_until` is then when the first certificate of the path ends, in seconds
// since 1970. Else `failure` says which did not, and `*out_alert` is the alert to send.
bool verify_chain(X509_STORE* store, const STACK_OF(CRYPTO_BUFFER) * chain, std::string_view host,
                  int64_t now, Failure& failure, uint8_t* out_alert, int64_t& valid_until);

}  // namespace godwit::tls
