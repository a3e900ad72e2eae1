// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
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
  // names are the hosts and addresses that it is for (subjectAltName).
  std::vector<std::string> names = {};
  // public_key_pin is of its public key, as TlsOptions::pins has it: "sha256//BASE64".
  std::string public_key_pin = {};
};

// GODWIT_OCSP_STATUS_MAP(X) is the one table of what a stapled OCSP response came to: X(enumerator, "name").
#define GODWIT_OCSP_STATUS_MAP(X)                                                                \
  X(none, "none") /* not asked for, which is so without TlsOptions::verify, or not sent */       \
  X(good, "good")                                                                                \
  X(revoked, "revoked")             /* the certificate was refused */                            \
  X(unknown, "unknown")             /* the responder does not know the certificate */            \
  X(expired, "expired")             /* a newer one was due */                                    \
  X(not_yet_valid, "not-yet-valid") /* from the future */                                        \
  X(untrusted, "untrusted")         /* not signed by whom the issuer lets sign, or too weakly */ \
  X(unrelated, "unrelated")         /* about other certificates */                               \
  X(unsuccessful, "unsuccessful")   /* an error of the responder: "try later" */                 \
  X(malformed, "malformed")

// OcspStatus is what the OCSP response that a server stapled to its certificate came to (RFC 6960). Of a
// resumed session it is that of the response which the session began with.
enum class OcspStatus : uint8_t {
#define X(status, name) status,
  GODWIT_OCSP_STATUS_MAP(X)
#undef X
};

// OcspInfo is what such a response says. Nothing in it is proven unless the status is `good`, `revoked`,
// `unknown` or `expired`. Times are in seconds since 1970; 0 is what it does not say.
struct OcspInfo {
  int64_t produced_at = 0;
  int64_t this_update = 0;
  int64_t next_update = 0;
  int64_t revoked_at = 0;
  std::string der;  // its octets; empty when none was sent
};

// SctInfo is a signed certificate timestamp, a log's promise to publish the certificate (RFC 6962). Its
// signature is not looked at.
struct SctInfo {
  std::string log_id;          // 32 octets: SHA-256 of the log's key
  uint64_t timestamp = 0;      // milliseconds since 1970
  bool in_certificate = true;  // else sent in the handshake
};

// PeerCertificates are those that a server sent, its own first, and what it sent about that one. Copying
// shares them, and costs little.
class PeerCertificates final {
 public:
  // Reader reads what a connection keeps of them.
  struct Reader {
    std::vector<CertificateInfo> (*describe)(const void* kept);
    OcspInfo (*ocsp)(const void* kept);
    std::vector<SctInfo> (*scts)(const void* kept);
  };

  PeerCertificates() = default;
  // `reader` must live as long as any copy.
  PeerCertificates(std::shared_ptr<const void> kept, const Reader& reader)
      : kept_(std::move(kept)), reader_(&reader) {}

  // describe parses the certificates, at each call: some 10 us for one.
  std::vector<CertificateInfo> describe() const {
    return kept_ ? reader_->describe(kept_.get()) : std::vector<CertificateInfo>();
  }

  // ocsp parses the stapled OCSP response, at each call; what it came to is TlsInfo::ocsp.
  OcspInfo ocsp() const { return kept_ ? reader_->ocsp(kept_.get()) : OcspInfo(); }

  // scts parses the signed certificate timestamps, at each call: those of the handshake, then those in the
  // server's certificate.
  std::vector<SctInfo> scts() const { return kept_ ? reader_->scts(kept_.get()) : std::vector<SctInfo>(); }

 private:
  std::shared_ptr<const void> kept_;
  const Reader* reader_ = nullptr;
};

// EarlyData says whether the first request was sent before the handshake was over, and then whether it was
// taken or had to be sent again behind it.
enum class EarlyData : uint8_t { not_tried, accepted, rejected };

// TlsInfo says what a TLS handshake agreed on. Of one that failed, there are the certificates alone, if they
// had arrived, and `ocsp`.
struct TlsInfo {
  // These three texts are static.
  std::string_view version;  // "TLSv1.3"
  std::string_view cipher;   // IANA's name, "TLS_AES_128_GCM_SHA256"
  std::string_view group;    // of the key exchange, "X25519"; empty if there was none
  std::string alpn;          // empty if the peer chose none
  bool resumed = false;
  EarlyData early_data = EarlyData::not_tried;
  OcspStatus ocsp = OcspStatus::none;
  // peer: of a resumed session, those that it began with.
  PeerCertificates peer;
};

// name gives the stable name of a status ("not-yet-valid"), and of early data ("not-tried").
std::string_view name(OcspStatus status);
std::string_view name(EarlyData early_data);

}  // namespace godwit
