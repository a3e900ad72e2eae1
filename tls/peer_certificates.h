// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <openssl/base.h>
#include <openssl/pool.h>

#include "godwit/tls/ocsp_check.h"

namespace godwit::tls {

// CertificateText is what people read of one certificate. Names are in the form of RFC 4514, printable.
struct CertificateText {
  std::string subject;
  std::string issuer;
  int64_t not_before = 0;  // seconds since 1970
  int64_t not_after = 0;
  std::string sha256;              // of the whole certificate, in hex
  std::vector<std::string> names;  // the hosts and addresses that it is for
  std::string public_key_pin;      // as parse_pins() reads it
};

// StapleText is the OCSP response that came along; `der` is empty if none did.
struct StapleText {
  std::span<const uint8_t> der;
  OcspTimes times;
};

// SctText is a signed certificate timestamp (Sct): from the handshake, or from inside of the certificate.
struct SctText {
  std::string log_id;      // 32 octets
  uint64_t timestamp = 0;  // in milliseconds since 1970
  bool embedded = false;
};

// PeerCertificates are those that a server sent, its own first, and what it sent about that one, as they
// came. The octets are shared by all connections of the process that were sent the same; any number of
// threads. May outlive the context.
class PeerCertificates final {
 public:
  // PeerCertificates of a session, which is shared: nothing is copied. Null has none.
  explicit PeerCertificates(bssl::UniquePtr<SSL_SESSION> session);
  ~PeerCertificates();

  size_t size() const;

  // der gives the octets of one. Lives as long as this.
  std::span<const uint8_t> der(size_t index) const;

  // describe parses one. Of what can't be parsed the digest alone is told.
  CertificateText describe(size_t index) const;

  // staple reads the OCSP response; der lives as long as this.
  StapleText staple() const;

  // scts reads the signed certificate timestamps that were sent, then those in the certificate.
  std::vector<SctText> scts() const;

 private:
  const STACK_OF(CRYPTO_BUFFER) * chain() const;
  bssl::UniquePtr<X509> parse(size_t index) const;

  bssl::UniquePtr<SSL_SESSION> session_;
};

}  // namespace godwit::tls
