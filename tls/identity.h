// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <openssl/base.h>
#include <openssl/pool.h>

#include "godwit/tls/pem.h"

namespace godwit::tls {

// Pkcs12 names a PKCS#12 container (RFC 7292) of a certificate and its key: a file, or its octets.
struct Pkcs12 {
  std::string file;  // path, read when the context is made; wins over `octets`
  std::string octets;

  bool empty() const { return file.empty() && octets.empty(); }

  // label names the source in a sentence.
  std::string label() const { return file.empty() ? "the PKCS#12 container given" : file; }
};

// IdentityOptions say who we are to a server that asks: PEM of both parts, or one PKCS#12 container.
struct IdentityOptions {
  // certificate is our own, followed by its intermediates; private_key belongs to it.
  Pem certificate;
  Pem private_key;
  Pkcs12 pkcs12;
  // password opens the private key or the container.
  std::string password;

  bool empty() const { return certificate.empty() && private_key.empty() && pkcs12.empty(); }
};

// Identity is a certificate chain, our own first, and its key.
struct Identity {
  std::vector<bssl::UniquePtr<CRYPTO_BUFFER>> chain;
  bssl::UniquePtr<EVP_PKEY> key;
};

// read_identity reads what is not empty. Returns what is wrong, naming the source, or an empty string; then
// the key belongs to the first certificate.
std::string read_identity(const IdentityOptions& options, Identity& out);

}  // namespace godwit::tls
