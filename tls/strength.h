// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <openssl/base.h>

namespace godwit::tls {

// kMinRsaBits and kMinEcBits are the smallest keys accepted anywhere in a chain (CA/Browser Forum
// Baseline Requirements 6.1.5).
inline constexpr int kMinRsaBits = 2048;
inline constexpr int kMinEcBits = 256;

// key_is_strong says whether a key may stand behind a connection: RSA and EC of those sizes, and Ed25519.
bool key_is_strong(const EVP_PKEY* key);

// signature_is_strong says whether an issuer's signature may: by SHA-256 or better, or Ed25519.
bool signature_is_strong(const X509* certificate);

// key_text says what a key is: "RSA key of 1024 bits"; signature_text by what a certificate is signed:
// "sha1WithRSAEncryption".
std::string key_text(const EVP_PKEY* key);
std::string signature_text(const X509* certificate);

}  // namespace godwit::tls
