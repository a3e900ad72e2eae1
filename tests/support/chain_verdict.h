// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <openssl/mem.h>
#include <openssl/x509.h>

#include "godwit/tests/support/certificates.h"
#include "godwit/tls/verify.h"

namespace godwit::test {

inline constexpr int64_t kMay2024 = 1714521600;   // 2024-05-01
inline constexpr int64_t kJune2024 = 1717200000;  // 2024-06-01

// ChainVerdict is what tls::verify_chain says of certificates that a server sent.
struct ChainVerdict {
  bool good = false;
  tls::Failure failure;
  uint8_t alert = 0;
  tls::Verified verified;
};

// judge verifies `sent`, the server's own first, below `roots`.
inline ChainVerdict judge(const std::vector<const Certificate*>& roots,
                          const std::vector<const Certificate*>& sent, std::string_view host = "a.example",
                          int64_t now = kJune2024, const std::vector<tls::Pin>& pins = {}) {
  bssl::UniquePtr<X509_STORE> store(X509_STORE_new());
  for (const Certificate* root : roots) X509_STORE_add_cert(store.get(), root->x509.get());
  bssl::UniquePtr<STACK_OF(CRYPTO_BUFFER)> chain(sk_CRYPTO_BUFFER_new_null());
  for (const Certificate* certificate : sent) {
    uint8_t* der = nullptr;
    const int size = i2d_X509(certificate->x509.get(), &der);
    bssl::PushToStack(chain.get(), bssl::UniquePtr<CRYPTO_BUFFER>(
                                       CRYPTO_BUFFER_new(der, static_cast<size_t>(size), nullptr)));
    OPENSSL_free(der);
  }
  ChainVerdict verdict;
  verdict.good = verify_chain({.store = store.get(), .host = host, .now = now, .pins = pins}, chain.get(),
                              verdict.failure, &verdict.alert, verdict.verified);
  return verdict;
}

}  // namespace godwit::test
