// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <openssl/base.h>

namespace godwit::embedded {

// OcspSingle is what a response says of one certificate. Times are in seconds since 1970.
struct OcspSingle {
  enum class Status { good, revoked, unknown };

  X509* certificate = nullptr;
  Status status = Status::good;
  int64_t this_update = 0;
  std::optional<int64_t> next_update;
  int64_t revoked_at = 0;
  std::optional<uint8_t> reason;    // CRLReason
  const EVP_MD* hash = nullptr;     // that names the issuer; null is SHA-1
  bool critical_extension = false;  // one that nobody knows
};

// OcspSpec describes an OCSPResponse (RFC 6960), a sound one or not.
struct OcspSpec {
  X509* issuer = nullptr;  // of the certificates
  std::vector<OcspSingle> singles;
  X509* signer = nullptr;           // null is the issuer
  X509* responder = nullptr;        // who is named as the signer; null is the signer
  EVP_PKEY* key = nullptr;          // what is signed with
  const EVP_MD* digest = nullptr;   // null is SHA-256, or Ed25519's own
  bool pss = false;                 // with an RSA key: RSASSA-PSS, a salt of the digest's size
  bool responder_by_key = false;    // else by name
  bool send_signer = false;         // its certificate goes along
  bool critical_extension = false;  // of the response as a whole
  int64_t produced_at = 0;
  std::string behind_produced_at;  // octets behind the Z of that
  uint8_t response_status = 0;     // another one: nothing but that
};

// make_ocsp_response makes its DER; empty on failure.
std::string make_ocsp_response(const OcspSpec& spec);

}  // namespace godwit::embedded
