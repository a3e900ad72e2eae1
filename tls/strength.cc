// SPDX-License-Identifier: MIT
#include "godwit/tls/strength.h"

#include <cstddef>

#include <openssl/evp.h>
#include <openssl/obj.h>
#include <openssl/x509.h>

#include "godwit/tls/pss_parameters.h"

namespace godwit::tls {
namespace {

bool pss_is_strong(const X509* certificate) {
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(nullptr, &algorithm, certificate);
  int type = 0;
  const void* value = nullptr;
  X509_ALGOR_get0(nullptr, &type, &value, algorithm);
  if (type != V_ASN1_SEQUENCE) return false;
  const auto* der = static_cast<const ASN1_STRING*>(value);
  return pss_digest({ASN1_STRING_get0_data(der), static_cast<size_t>(ASN1_STRING_length(der))}) != nullptr;
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
    case NID_rsassaPss:
      return pss_is_strong(certificate);
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
