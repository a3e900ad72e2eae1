// SPDX-License-Identifier: MIT
#include "godwit/tls/strength.h"

#include <cstddef>

#include <openssl/bytestring.h>
#include <openssl/digest.h>
#include <openssl/evp.h>
#include <openssl/obj.h>
#include <openssl/x509.h>

namespace godwit::tls {
namespace {

// The fields of RSASSA-PSS-params are DER defaults when they are missing, and the default digest is
// SHA-1 (RFC 4055 3.1).
bool pss_digest_is_strong(const X509_ALGOR* algorithm) {
  int type = 0;
  const void* value = nullptr;
  X509_ALGOR_get0(nullptr, &type, &value, algorithm);
  if (type != V_ASN1_SEQUENCE) return false;
  const auto* string = static_cast<const ASN1_STRING*>(value);
  CBS der, params, tagged;
  CBS_init(&der, ASN1_STRING_get0_data(string), static_cast<size_t>(ASN1_STRING_length(string)));
  if (!CBS_get_asn1(&der, &params, CBS_ASN1_SEQUENCE) ||
      !CBS_get_asn1(&params, &tagged, CBS_ASN1_CONSTRUCTED | CBS_ASN1_CONTEXT_SPECIFIC | 0)) {
    return false;
  }
  const EVP_MD* digest = EVP_parse_digest_algorithm(&tagged);
  return digest != nullptr && EVP_MD_size(digest) >= 32;
}

}  // namespace

bool signature_is_strong(const X509* certificate) {
  switch (X509_get_signature_nid(certificate)) {
    case NID_sha256WithRSAEncryption:
    case NID_sha384WithRSAEncryption:
    case NID_sha512WithRSAEncryption:
    case NID_ecdsa_with_SHA256:
    case NID_ecdsa_with_SHA384:
    case NID_ecdsa_with_SHA512:
    case NID_ED25519:
      return true;
    case NID_rsassaPss: {
      const X509_ALGOR* algorithm = nullptr;
      X509_get0_signature(nullptr, &algorithm, certificate);
      return pss_digest_is_strong(algorithm);
    }
    default:
      return false;
  }
}

bool key_is_strong(const EVP_PKEY* key) {
  switch (EVP_PKEY_id(key)) {
    case EVP_PKEY_RSA:
      return EVP_PKEY_bits(key) >= kMinRsaBits;
    case EVP_PKEY_EC:
      return EVP_PKEY_bits(key) >= kMinEcBits;
    case EVP_PKEY_ED25519:
      return true;
    default:
      return false;
  }
}

std::string key_text(const EVP_PKEY* key) {
  const int type = EVP_PKEY_id(key);
  const char* algorithm = type == EVP_PKEY_RSA ? "RSA" : type == EVP_PKEY_EC ? "EC" : OBJ_nid2sn(type);
  return std::string(algorithm != nullptr ? algorithm : "unknown") + " key of " +
         std::to_string(EVP_PKEY_bits(key)) + " bits";
}

std::string signature_text(const X509* certificate) {
  const int nid = X509_get_signature_nid(certificate);
  const char* algorithm = nid == NID_undef ? nullptr : OBJ_nid2ln(nid);
  return algorithm != nullptr ? algorithm : "an unknown algorithm";
}

}  // namespace godwit::tls
