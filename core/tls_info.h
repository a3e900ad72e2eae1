// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace godwit {

// CertificateInfo tells of one certificate. Names are in the form of RFC 4514, printable ASCII.
struct CertificateInfo {
  std::string subject;
  std::string issuer;
  int64_t not_before = 0;  // seconds since 1970
  int64_t not_after = 0;
  std::string sha256;  // of the whole certificate, in hex
  std::string der;     // its octets
};

// PeerCertificates are those that a server sent, its own first. Copying shares them, and costs little.
class PeerCertificates final {
 public:
  // Describe reads what a connection keeps of them.
  using Describe = std::vector<CertificateInfo> (*)(const void* kept);

  PeerCertificates() = default;
  PeerCertificates(std::shared_ptr<const void> kept, Describe how) : kept_(std::move(kept)), describe_(how) {}

  // describe parses them, at each call: some 10 us for one.
  std::vector<CertificateInfo> describe() const {
    return kept_ ? describe_(kept_.get()) : std::vector<CertificateInfo>();
  }

 private:
  std::shared_ptr<const void> kept_;
  Describe describe_ = nullptr;
};

// TlsInfo says what a TLS handshake agreed on. Of one that failed, there are the certificates alone, if they
// had arrived.
struct TlsInfo {
  std::string version;  // "TLSv1.3"
  std::string cipher;   // IANA's name, "TLS_AES_128_GCM_SHA256"
  std::string group;    // of the key exchange, "X25519"; empty if there was none
  std::string alpn;     // empty if the peer chose none
  bool resumed = false;
  // early_data: the first request was sent before the handshake was over, and taken.
  bool early_data = false;
  // peer: of a resumed session, those that it began with.
  PeerCertificates peer;
};

}  // namespace godwit
