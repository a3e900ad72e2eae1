// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include <openssl/base.h>

#include "godwit/tls/status.h"

namespace godwit::tls {

// kOcspSkew is by how many seconds clocks may differ.
inline constexpr int64_t kOcspSkew = 5 * 60;

// kOcspUnboundedLife is for how many seconds a response holds that does not say when the next one comes.
inline constexpr int64_t kOcspUnboundedLife = 24 * 60 * 60;

// OcspVerdict is what a response proves of a certificate. Times are in seconds since 1970.
struct OcspVerdict {
  OcspStatus status = OcspStatus::none;
  int64_t valid_from = 0;   // unless the status is none, malformed, unsuccessful, unrelated or untrusted
  int64_t valid_until = 0;  // likewise
  int64_t revoked_at = 0;   // when it is revoked
  uint8_t reason = 0;       // likewise: the CRLReason (RFC 5280 5.3.1)
};

// check_ocsp says what `response`, the DER of an OCSPResponse (RFC 6960), proves of `leaf` at `now`. It must
// be signed with SHA-256 or better by `issuer`, which issued the leaf, or by a certificate in it that the
// issuer made for that purpose itself (id-kp-OCSPSigning, RFC 6960 4.2.2.2). An empty response has the status
// `none`. Of several that hold, the worst counts. A revocation stays one when the response is out of date,
// unless it was a hold.
OcspVerdict check_ocsp(std::span<const uint8_t> response, X509* leaf, X509* issuer, int64_t now);

// OcspTimes are what a response says of a certificate, found by its serial number alone: to be shown, nothing
// in it is proven. In seconds since 1970; 0 is what it does not say.
struct OcspTimes {
  int64_t produced_at = 0;
  int64_t this_update = 0;
  int64_t next_update = 0;
  int64_t revoked_at = 0;
};
OcspTimes ocsp_times(std::span<const uint8_t> response, const X509* leaf);

// demands_staple says whether a certificate allows only connections that come with a good response (the TLS
// Feature extension, "must-staple", RFC 7633).
bool demands_staple(const X509* certificate);

// revocation_reason gives a CRLReason in words: "key compromise"; empty for one that says nothing.
std::string revocation_reason(uint8_t reason);

}  // namespace godwit::tls
