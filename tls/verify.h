// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <openssl/base.h>
#include <openssl/pool.h>

#include "godwit/tls/pins.h"
#include "godwit/tls/status.h"

namespace godwit::tls {

// Verification says what a server must prove.
struct Verification {
  // store holds the roots; null checks the pins alone.
  X509_STORE* store = nullptr;

  // host is a DNS name in A-labels or an IP literal without brackets (RFC 9525).
  std::string_view host = {};

  // now is in seconds since 1970.
  int64_t now = 0;

  // pins, unless empty, are the keys that the server may have.
  std::span<const Pin> pins = {};

  // ocsp is the OCSP response that the server stapled to its certificate, if any. Unless it proves the
  // certificate revoked, what is wrong with it matters only when a good one is required: by require_ocsp, or
  // by the certificate itself (must-staple).
  std::span<const uint8_t> ocsp = {};
  bool require_ocsp = false;
};

// Verified is what a check found beside its verdict.
struct Verified {
  // valid_until is when the first certificate of the path ends, or the OCSP response if it was required; in
  // seconds since 1970.
  int64_t valid_until = 0;
  OcspStatus ocsp = OcspStatus::none;
};

// verify_chain decides whether the certificates that a server sent, its own first, prove who it is. Checks
// the chain to a root of the store, dates, purpose, constraints, key sizes, signature algorithms, the
// subject alternative names, revocation and the pins; the common name is never looked at.
//
// Returns true when all hold. Else `failure` says which did not, and `*out_alert` is the alert to send.
bool verify_chain(const Verification& wanted, const STACK_OF(CRYPTO_BUFFER) * chain, Failure& failure,
                  uint8_t* out_alert, Verified& verified);

}  // namespace godwit::tls
