// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <openssl/ssl.h>

#include "godwit/tools/embedded_server/leaf_profile.h"

namespace godwit::embedded {

// Certificate is a fresh P-256 key with its certificate, and the CA that issued it.
struct Certificate {
  bssl::UniquePtr<EVP_PKEY> key;
  bssl::UniquePtr<X509> leaf;
  std::string ca_pem;
  std::string ocsp;  // the response to staple; empty for none
};

// make_certificate makes both; on failure, `key` is null.
Certificate make_certificate(const LeafProfile& profile);

// make_server_context gives an SSL_CTX for TLS 1.2 and 1.3 that serves `certificate` and selects
// "http/1.1" where the client offers it; null on failure.
bssl::UniquePtr<SSL_CTX> make_server_context(const Certificate& certificate);

}  // namespace godwit::embedded
