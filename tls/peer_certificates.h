// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <openssl/base.h>
#include <openssl/pool.h>

namespace godwit::tls {

// CertificateText is what people read of one certificate. Names are in the form of RFC 4514, printable.
struct CertificateText {
  std::string subject;
  std::string issuer;
  int64_t not_before = 0;  // seconds since 1970
  int64_t not_after = 0;
  std::string sha256;  // of the whole certificate, in hex
};

// PeerCertificates are those that a server sent, its own first, as they came. The octets are shared with the
// connections of the context; any number of threads.
class PeerCertificates final {
 public:
  // PeerCertificates of `chain`, which may be null: then there are none.
  explicit PeerCertificates(const STACK_OF(CRYPTO_BUFFER) * chain);

  // PeerCertificates of an established session, which is shared instead: nothing is copied.
  explicit PeerCertificates(bssl::UniquePtr<SSL_SESSION> session);
  ~PeerCertificates();

  size_t size() const;

  // der gives the octets of one. Lives as long as this.
  std::span<const uint8_t> der(size_t index) const;

  // describe parses one. Of what can't be parsed the digest alone is told.
  CertificateText describe(size_t index) const;

 private:
  const STACK_OF(CRYPTO_BUFFER) * chain() const;

  bssl::UniquePtr<SSL_SESSION> session_;
  bssl::UniquePtr<STACK_OF(CRYPTO_BUFFER)> chain_;  // without a session
};

}  // namespace godwit::tls
