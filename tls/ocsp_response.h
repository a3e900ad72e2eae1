// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <openssl/base.h>

namespace godwit::tls {

// OcspEntry is what a response says of one certificate (SingleResponse, RFC 6960 4.2.1). Times are in seconds
// since 1970. Views are of the response's octets.
struct OcspEntry {
  enum class Status : uint8_t { good, revoked, unknown };

  const EVP_MD* hash = nullptr;               // of the two hashes; null when it is one not known here
  std::span<const uint8_t> issuer_name_hash;  // of the issuer's Name
  std::span<const uint8_t> issuer_key_hash;   // of the bits of its public key
  std::span<const uint8_t> serial;            // content octets of the INTEGER
  Status status = Status::unknown;
  int64_t revoked_at = 0;
  uint8_t reason = 0;  // CRLReason (RFC 5280 5.3.1); 0 is unspecified
  int64_t this_update = 0;
  std::optional<int64_t> next_update;
  bool critical = false;  // with an extension that must be understood; none is here
};

// OcspResponse is a response in parts (RFC 6960 4.2.1). Nothing in it is proven.
struct OcspResponse {
  uint8_t status = 0;                             // OCSPResponseStatus; unless it is 0, all else is empty
  std::span<const uint8_t> signed_part;           // the ResponseData, as it was signed
  int signature_nid = 0;                          // the algorithm's; NID_undef when it is not known here
  std::span<const uint8_t> signature_parameters;  // the algorithm's, in DER; often a NULL or empty
  std::span<const uint8_t> signature;
  std::span<const uint8_t> responder_name;  // a Name, or empty: then
  std::span<const uint8_t> responder_key;   // SHA-1 of the bits of the responder's public key
  int64_t produced_at = 0;
  std::vector<OcspEntry> entries;
  std::vector<std::span<const uint8_t>> certificates;  // to verify the signature by
};

// kMaxOcspResponse bounds a response in octets; those of public CAs take 300 to 2,000.
inline constexpr size_t kMaxOcspResponse = size_t{64} * 1024;

// parse_ocsp_response reads the DER of an OCSPResponse with an id-pkix-ocsp-basic inside. False when it is
// none, is longer than kMaxOcspResponse, or has an extension as a whole that must be understood.
bool parse_ocsp_response(std::span<const uint8_t> der, OcspResponse& response);

}  // namespace godwit::tls
