// SPDX-License-Identifier: MIT
#include "godwit/tls/ocsp_check.h"

#include <algorithm>
#include <vector>

#include <openssl/bytestring.h>
#include <openssl/digest.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "godwit/tls/certificate_dates.h"
#include "godwit/tls/certificate_extension.h"
#include "godwit/tls/ocsp_response.h"
#include "godwit/tls/pss_parameters.h"
#include "godwit/tls/strength.h"

namespace godwit::tls {
namespace {

using Octets = std::span<const uint8_t>;

// kMaxDelegates bounds the signatures that one response makes us verify.
constexpr size_t kMaxDelegates = 4;

// kHold and kUnhold are the reasons that may be taken back (RFC 5280 5.3.1).
constexpr uint8_t kHold = 6;
constexpr uint8_t kUnhold = 8;

// kSaltOfDigestsSize is what EVP_PKEY_CTX_set_rsa_pss_saltlen takes; versions of BoringSSL differ in its
// name.
constexpr int kSaltOfDigestsSize = -1;

constexpr uint8_t kTlsFeature[] = {0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x18};
constexpr uint64_t kStatusRequest = 5;

Octets key_bits(const X509* certificate) {
  const ASN1_BIT_STRING* bits = X509_get0_pubkey_bitstr(certificate);
  return {ASN1_STRING_get0_data(bits), static_cast<size_t>(ASN1_STRING_length(bits))};
}

bool digest_is(const EVP_MD* hash, Octets data, Octets digest) {
  uint8_t computed[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  return EVP_Digest(data.data(), data.size(), computed, &size, hash, nullptr) &&
         std::ranges::equal(Octets(computed, size), digest);
}

// The DER of a name, and of a serial number without its tag and length.
std::vector<uint8_t> name_der(X509_NAME* name) {
  uint8_t* der = nullptr;
  const int size = i2d_X509_NAME(name, &der);
  const bssl::UniquePtr<uint8_t> owned(der);
  return size > 0 ? std::vector<uint8_t>(der, der + size) : std::vector<uint8_t>();
}

std::vector<uint8_t> serial_octets(const X509* certificate) {
  uint8_t* der = nullptr;
  const int size = i2d_ASN1_INTEGER(X509_get0_serialNumber(certificate), &der);
  const bssl::UniquePtr<uint8_t> owned(der);
  CBS all, content;
  CBS_init(&all, der, size > 0 ? static_cast<size_t>(size) : 0);
  if (!CBS_get_asn1(&all, &content, CBS_ASN1_INTEGER)) return {};
  return {CBS_data(&content), CBS_data(&content) + CBS_len(&content)};
}

// The kind of key that an algorithm takes, and its digest, which is null where the algorithm has its own.
struct Algorithm {
  int key = EVP_PKEY_NONE;
  const EVP_MD* digest = nullptr;
  bool pss = false;
};

Algorithm algorithm_of(const OcspResponse& response) {
  switch (response.signature_nid) {
    case NID_sha256WithRSAEncryption:
      return {EVP_PKEY_RSA, EVP_sha256()};
    case NID_sha384WithRSAEncryption:
      return {EVP_PKEY_RSA, EVP_sha384()};
    case NID_sha512WithRSAEncryption:
      return {EVP_PKEY_RSA, EVP_sha512()};
    case NID_ecdsa_with_SHA256:
      return {EVP_PKEY_EC, EVP_sha256()};
    case NID_ecdsa_with_SHA384:
      return {EVP_PKEY_EC, EVP_sha384()};
    case NID_ecdsa_with_SHA512:
      return {EVP_PKEY_EC, EVP_sha512()};
    case NID_ED25519:
      return {EVP_PKEY_ED25519, nullptr};
    case NID_rsassaPss: {
      const EVP_MD* digest = pss_digest(response.signature_parameters);
      return {digest != nullptr ? EVP_PKEY_RSA : EVP_PKEY_NONE, digest, true};
    }
    default:
      return {};
  }
}

// MGF1's digest is that of the signature unless told otherwise.
bool set_padding(EVP_PKEY_CTX* ctx, const Algorithm& algorithm) {
  return !algorithm.pss || (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) &&
                            EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, kSaltOfDigestsSize));
}

bool signed_by(const OcspResponse& response, X509* signer) {
  const bssl::UniquePtr<EVP_PKEY> key(X509_get_pubkey(signer));
  const Algorithm algorithm = algorithm_of(response);
  if (!key || EVP_PKEY_id(key.get()) != algorithm.key || !key_is_strong(key.get())) return false;
  bssl::ScopedEVP_MD_CTX ctx;
  EVP_PKEY_CTX* key_ctx = nullptr;
  return EVP_DigestVerifyInit(ctx.get(), &key_ctx, algorithm.digest, nullptr, key.get()) &&
         set_padding(key_ctx, algorithm) &&
         EVP_DigestVerify(ctx.get(), response.signature.data(), response.signature.size(),
                          response.signed_part.data(), response.signed_part.size());
}

bool is_responder(const OcspResponse& response, X509* certificate) {
  if (response.responder_name.empty()) {
    return digest_is(EVP_sha1(), key_bits(certificate), response.responder_key);
  }
  return std::ranges::equal(name_der(X509_get_subject_name(certificate)), response.responder_name);
}

// Whether the issuer made this certificate to sign responses for it.
bool is_delegate(X509* certificate, X509* issuer, int64_t now) {
  if (X509_check_issued(issuer, certificate) != X509_V_OK || !signature_is_strong(certificate)) return false;
  if ((X509_get_extension_flags(certificate) & EXFLAG_CRITICAL) != 0 || !holds_at(certificate, now))
    return false;
  // Both are all ones when there is no such extension: good for the usage, not for the extended one.
  const uint32_t extended = X509_get_extended_key_usage(certificate);
  if (extended == UINT32_MAX || (extended & XKU_OCSP_SIGN) == 0) return false;
  if ((X509_get_key_usage(certificate) & X509v3_KU_DIGITAL_SIGNATURE) == 0) return false;
  const bssl::UniquePtr<EVP_PKEY> key(X509_get_pubkey(issuer));
  return key && X509_verify(certificate, key.get()) == 1;
}

bool is_trusted(const OcspResponse& response, X509* issuer, int64_t now) {
  if (is_responder(response, issuer) && signed_by(response, issuer)) return true;
  size_t tried = 0;
  for (const Octets der : response.certificates) {
    if (++tried > kMaxDelegates) return false;
    const uint8_t* at = der.data();
    const bssl::UniquePtr<X509> signer(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    if (signer && is_responder(response, signer.get()) && is_delegate(signer.get(), issuer, now) &&
        signed_by(response, signer.get())) {
      return true;
    }
  }
  return false;
}

bool is_about(const OcspEntry& entry, Octets serial, Octets issuer_name, const X509* issuer) {
  return entry.hash != nullptr && std::ranges::equal(entry.serial, serial) &&
         digest_is(entry.hash, issuer_name, entry.issuer_name_hash) &&
         digest_is(entry.hash, key_bits(issuer), entry.issuer_key_hash);
}

OcspVerdict verdict_of(const OcspEntry& entry, int64_t now) {
  if (entry.critical) return {.status = OcspStatus::malformed};
  OcspVerdict verdict{.valid_from = entry.this_update,
                      .valid_until = entry.next_update.value_or(entry.this_update + kOcspUnboundedLife)};
  if (now + kOcspSkew < verdict.valid_from) {
    verdict.status = OcspStatus::not_yet_valid;
    return verdict;
  }
  const bool outdated = now - kOcspSkew > verdict.valid_until;
  if (entry.status == OcspEntry::Status::revoked) {
    const bool for_good = entry.reason != kHold && entry.reason != kUnhold;
    verdict.status = outdated && !for_good ? OcspStatus::expired : OcspStatus::revoked;
    verdict.revoked_at = entry.revoked_at;
    verdict.reason = entry.reason;
  } else if (outdated) {
    verdict.status = OcspStatus::expired;
  } else {
    verdict.status = entry.status == OcspEntry::Status::good ? OcspStatus::good : OcspStatus::unknown;
  }
  return verdict;
}

// How much a verdict says: what is in force counts more than what is out of date, and of that the worst.
int weight(OcspStatus status) {
  switch (status) {
    case OcspStatus::revoked:
      return 4;
    case OcspStatus::unknown:
      return 3;
    case OcspStatus::good:
      return 2;
    default:
      return 1;
  }
}

OcspVerdict check(Octets der, X509* leaf, X509* issuer, int64_t now) {
  OcspResponse response;
  if (!parse_ocsp_response(der, response)) return {.status = OcspStatus::malformed};
  if (response.status != 0) return {.status = OcspStatus::unsuccessful};
  const std::vector<uint8_t> serial = serial_octets(leaf);
  const std::vector<uint8_t> issuer_name = name_der(X509_get_issuer_name(leaf));
  OcspVerdict worst{.status = OcspStatus::unrelated};
  bool about = false;
  for (const OcspEntry& entry : response.entries) {
    if (!is_about(entry, serial, issuer_name, issuer)) continue;
    const OcspVerdict verdict = verdict_of(entry, now);
    if (!about || weight(verdict.status) > weight(worst.status)) worst = verdict;
    about = true;
  }
  // What is about another certificate need not be verified.
  if (about && !is_trusted(response, issuer, now)) return {.status = OcspStatus::untrusted};
  return worst;
}

}  // namespace

OcspVerdict check_ocsp(std::span<const uint8_t> response, X509* leaf, X509* issuer, int64_t now) {
  if (response.empty()) return {};
  const OcspVerdict verdict = check(response, leaf, issuer, now);
  ERR_clear_error();
  return verdict;
}

OcspTimes ocsp_times(std::span<const uint8_t> der, const X509* leaf) {
  OcspResponse response;
  OcspTimes times;
  if (parse_ocsp_response(der, response) && response.status == 0) {
    times.produced_at = response.produced_at;
    const std::vector<uint8_t> serial = serial_octets(leaf);
    for (const OcspEntry& entry : response.entries) {
      if (!std::ranges::equal(entry.serial, serial)) continue;
      times.this_update = entry.this_update;
      times.next_update = entry.next_update.value_or(0);
      times.revoked_at = entry.revoked_at;
      break;
    }
  }
  ERR_clear_error();
  return times;
}

bool demands_staple(const X509* certificate) {
  const Octets value = certificate_extension(certificate, kTlsFeature);
  CBS in, features;
  CBS_init(&in, value.data(), value.size());
  if (!CBS_get_asn1(&in, &features, CBS_ASN1_SEQUENCE)) return false;
  uint64_t feature = 0;
  while (CBS_get_asn1_uint64(&features, &feature)) {
    if (feature == kStatusRequest) return true;
  }
  return false;
}

std::string revocation_reason(uint8_t reason) {
  switch (reason) {
    case 1:
      return "key compromise";
    case 2:
      return "CA compromise";
    case 3:
      return "affiliation changed";
    case 4:
      return "superseded";
    case 5:
      return "cessation of operation";
    case kHold:
      return "on hold";
    case 9:
      return "privilege withdrawn";
    case 10:
      return "attribute authority compromise";
    default:
      return {};
  }
}

}  // namespace godwit::tls
