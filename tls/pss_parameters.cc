// SPDX-License-Identifier: MIT
#include "godwit/tls/pss_parameters.h"

#include <openssl/bytestring.h>
#include <openssl/digest.h>
#include <openssl/nid.h>
#include <openssl/obj.h>

namespace godwit::tls {
namespace {

constexpr unsigned kExplicit = CBS_ASN1_CONSTRUCTED | CBS_ASN1_CONTEXT_SPECIFIC;

}  // namespace

const EVP_MD* pss_digest(std::span<const uint8_t> parameters) {
  CBS der, params, hash, generator, mgf1, oid, salt;
  CBS_init(&der, parameters.data(), parameters.size());
  if (!CBS_get_asn1(&der, &params, CBS_ASN1_SEQUENCE) || CBS_len(&der) != 0 ||
      !CBS_get_asn1(&params, &hash, kExplicit | 0) || !CBS_get_asn1(&params, &generator, kExplicit | 1) ||
      !CBS_get_asn1(&params, &salt, kExplicit | 2) || CBS_len(&params) != 0) {
    return nullptr;
  }
  const EVP_MD* digest = EVP_parse_digest_algorithm(&hash);
  if (digest == nullptr || CBS_len(&hash) != 0 || EVP_MD_size(digest) < 32) return nullptr;
  if (!CBS_get_asn1(&generator, &mgf1, CBS_ASN1_SEQUENCE) || CBS_len(&generator) != 0 ||
      !CBS_get_asn1(&mgf1, &oid, CBS_ASN1_OBJECT) || OBJ_cbs2nid(&oid) != NID_mgf1 ||
      EVP_parse_digest_algorithm(&mgf1) != digest || CBS_len(&mgf1) != 0) {
    return nullptr;
  }
  uint64_t size = 0;
  if (!CBS_get_asn1_uint64(&salt, &size) || CBS_len(&salt) != 0 || size != EVP_MD_size(digest))
    return nullptr;
  return digest;
}

}  // namespace godwit::tls
