// SPDX-License-Identifier: MIT
#include "godwit/tools/embedded_server/ocsp.h"

#include <cstdio>
#include <ctime>
#include <string_view>

#include <openssl/bytestring.h>
#include <openssl/digest.h>
#include <openssl/evp.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/obj.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

namespace godwit::embedded {
namespace {

constexpr unsigned kPrimitive = CBS_ASN1_CONTEXT_SPECIFIC;
constexpr unsigned kExplicit = CBS_ASN1_CONSTRUCTED | CBS_ASN1_CONTEXT_SPECIFIC;

bool add_octets(CBB* out, unsigned tag, const uint8_t* data, size_t size) {
  CBB child;
  return CBB_add_asn1(out, &child, tag) && CBB_add_bytes(&child, data, size) && CBB_flush(out);
}

bool add_time(CBB* out, int64_t seconds, std::string_view behind = {}) {
  const std::time_t time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  char text[32];
  if (gmtime_r(&time, &parts) == nullptr) return false;
  std::string value(text, std::strftime(text, sizeof text, "%Y%m%d%H%M%SZ", &parts));
  value += behind;
  return add_octets(out, CBS_ASN1_GENERALIZEDTIME, reinterpret_cast<const uint8_t*>(value.data()),
                    value.size());
}

template <typename T, typename Write>
bool add_der(CBB* out, T* value, Write write) {
  uint8_t* der = nullptr;
  const int size = write(value, &der);
  const bssl::UniquePtr<uint8_t> owned(der);
  return size > 0 && CBB_add_bytes(out, der, static_cast<size_t>(size));
}

// One extension under the private arc 1.3.6.1.4.1.99999 that nobody knows.
bool add_critical_extension(CBB* out, unsigned tag) {
  static constexpr uint8_t kOid[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x86, 0x8d, 0x1f};
  CBB tagged, list, extension;
  return CBB_add_asn1(out, &tagged, tag) && CBB_add_asn1(&tagged, &list, CBS_ASN1_SEQUENCE) &&
         CBB_add_asn1(&list, &extension, CBS_ASN1_SEQUENCE) &&
         add_octets(&extension, CBS_ASN1_OBJECT, kOid, sizeof kOid) && CBB_add_asn1_bool(&extension, 1) &&
         add_octets(&extension, CBS_ASN1_OCTETSTRING, nullptr, 0) && CBB_flush(out);
}

bool add_key_hash(CBB* out, const X509* certificate, const EVP_MD* hash) {
  const ASN1_BIT_STRING* bits = X509_get0_pubkey_bitstr(certificate);
  uint8_t digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  return EVP_Digest(ASN1_STRING_get0_data(bits), static_cast<size_t>(ASN1_STRING_length(bits)), digest, &size,
                    hash, nullptr) &&
         add_octets(out, CBS_ASN1_OCTETSTRING, digest, size);
}

bool add_certificate_id(CBB* out, const OcspSingle& single, X509* issuer) {
  const EVP_MD* hash = single.hash != nullptr ? single.hash : EVP_sha1();
  uint8_t name[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  CBB id;
  return CBB_add_asn1(out, &id, CBS_ASN1_SEQUENCE) && EVP_marshal_digest_algorithm(&id, hash) &&
         X509_NAME_digest(X509_get_issuer_name(single.certificate), hash, name, &size) &&
         add_octets(&id, CBS_ASN1_OCTETSTRING, name, size) && add_key_hash(&id, issuer, hash) &&
         add_der(&id, X509_get0_serialNumber(single.certificate), i2d_ASN1_INTEGER) && CBB_flush(out);
}

bool add_status(CBB* out, const OcspSingle& single) {
  if (single.status == OcspSingle::Status::good) return add_octets(out, kPrimitive | 0, nullptr, 0);
  if (single.status == OcspSingle::Status::unknown) return add_octets(out, kPrimitive | 2, nullptr, 0);
  CBB revoked, tagged;
  if (!CBB_add_asn1(out, &revoked, kExplicit | 1) || !add_time(&revoked, single.revoked_at)) return false;
  if (single.reason) {
    if (!CBB_add_asn1(&revoked, &tagged, kExplicit | 0) ||
        !add_octets(&tagged, CBS_ASN1_ENUMERATED, &*single.reason, 1)) {
      return false;
    }
  }
  return CBB_flush(out) != 0;
}

bool add_single(CBB* out, const OcspSingle& single, X509* issuer) {
  CBB sequence, tagged;
  if (!CBB_add_asn1(out, &sequence, CBS_ASN1_SEQUENCE) || !add_certificate_id(&sequence, single, issuer) ||
      !add_status(&sequence, single) || !add_time(&sequence, single.this_update)) {
    return false;
  }
  if (single.next_update) {
    if (!CBB_add_asn1(&sequence, &tagged, kExplicit | 0) || !add_time(&tagged, *single.next_update))
      return false;
  }
  if (single.critical_extension && !add_critical_extension(&sequence, kExplicit | 1)) return false;
  return CBB_flush(out) != 0;
}

bool add_response_data(CBB* out, const OcspSpec& spec, X509* responder) {
  CBB data, id, singles;
  if (!CBB_add_asn1(out, &data, CBS_ASN1_SEQUENCE) ||
      !CBB_add_asn1(&data, &id, kExplicit | (spec.responder_by_key ? 2 : 1))) {
    return false;
  }
  const bool named = spec.responder_by_key ? add_key_hash(&id, responder, EVP_sha1())
                                           : add_der(&id, X509_get_subject_name(responder), i2d_X509_NAME);
  if (!named || !CBB_flush(&data) || !add_time(&data, spec.produced_at, spec.behind_produced_at) ||
      !CBB_add_asn1(&data, &singles, CBS_ASN1_SEQUENCE)) {
    return false;
  }
  for (const OcspSingle& single : spec.singles) {
    if (!add_single(&singles, single, spec.issuer)) return false;
  }
  if (!CBB_flush(&data)) return false;
  if (spec.critical_extension && !add_critical_extension(&data, kExplicit | 1)) return false;
  return CBB_flush(out) != 0;
}

bool sign(const OcspSpec& spec, const EVP_MD* digest, const CBB& data, std::vector<uint8_t>& signature) {
  bssl::ScopedEVP_MD_CTX ctx;
  size_t size = 0;
  EVP_PKEY_CTX* key_ctx = nullptr;
  if (!EVP_DigestSignInit(ctx.get(), &key_ctx, digest, nullptr, spec.key) ||
      (spec.pss && (!EVP_PKEY_CTX_set_rsa_padding(key_ctx, RSA_PKCS1_PSS_PADDING) ||
                    !EVP_PKEY_CTX_set_rsa_pss_saltlen(key_ctx, -1))) ||
      !EVP_DigestSign(ctx.get(), nullptr, &size, CBB_data(&data), CBB_len(&data))) {
    return false;
  }
  signature.resize(size);
  if (!EVP_DigestSign(ctx.get(), signature.data(), &size, CBB_data(&data), CBB_len(&data))) return false;
  signature.resize(size);
  return true;
}

// RSASSA-PSS-params, RFC 4055 3.1.
bool add_pss_algorithm(CBB* out, const EVP_MD* digest) {
  CBB sequence, params, hash, generator, mgf1, salt;
  return CBB_add_asn1(out, &sequence, CBS_ASN1_SEQUENCE) && OBJ_nid2cbb(&sequence, NID_rsassaPss) &&
         CBB_add_asn1(&sequence, &params, CBS_ASN1_SEQUENCE) && CBB_add_asn1(&params, &hash, kExplicit | 0) &&
         EVP_marshal_digest_algorithm(&hash, digest) && CBB_add_asn1(&params, &generator, kExplicit | 1) &&
         CBB_add_asn1(&generator, &mgf1, CBS_ASN1_SEQUENCE) && OBJ_nid2cbb(&mgf1, NID_mgf1) &&
         EVP_marshal_digest_algorithm(&mgf1, digest) && CBB_add_asn1(&params, &salt, kExplicit | 2) &&
         CBB_add_asn1_uint64(&salt, EVP_MD_size(digest)) && CBB_flush(out);
}

bool add_algorithm(CBB* out, const EVP_PKEY* key, const EVP_MD* digest, bool pss) {
  if (pss) return add_pss_algorithm(out, digest);
  int nid = NID_ED25519;
  const int key_nid = EVP_PKEY_id(key);
  CBB sequence;
  return (digest == nullptr || OBJ_find_sigid_by_algs(&nid, EVP_MD_type(digest), key_nid)) &&
         CBB_add_asn1(out, &sequence, CBS_ASN1_SEQUENCE) && OBJ_nid2cbb(&sequence, nid) &&
         (key_nid != EVP_PKEY_RSA || add_octets(&sequence, CBS_ASN1_NULL, nullptr, 0)) && CBB_flush(out);
}

// BasicOCSPResponse.
bool add_basic(CBB* out, const OcspSpec& spec) {
  X509* signer = spec.signer != nullptr ? spec.signer : spec.issuer;
  const EVP_MD* digest = spec.digest != nullptr                      ? spec.digest
                         : EVP_PKEY_id(spec.key) == EVP_PKEY_ED25519 ? nullptr
                                                                     : EVP_sha256();
  bssl::ScopedCBB data;
  std::vector<uint8_t> signature;
  CBB basic, bits;
  X509* responder = spec.responder != nullptr ? spec.responder : signer;
  if (!CBB_init(data.get(), 512) || !add_response_data(data.get(), spec, responder) ||
      !sign(spec, digest, *data.get(), signature) || !CBB_add_asn1(out, &basic, CBS_ASN1_SEQUENCE) ||
      !CBB_add_bytes(&basic, CBB_data(data.get()), CBB_len(data.get())) ||
      !add_algorithm(&basic, spec.key, digest, spec.pss) ||
      !CBB_add_asn1(&basic, &bits, CBS_ASN1_BITSTRING) || !CBB_add_u8(&bits, 0) ||
      !CBB_add_bytes(&bits, signature.data(), signature.size()) || !CBB_flush(&basic)) {
    return false;
  }
  CBB tagged, list;
  if (spec.send_signer &&
      (!CBB_add_asn1(&basic, &tagged, kExplicit | 0) || !CBB_add_asn1(&tagged, &list, CBS_ASN1_SEQUENCE) ||
       !add_der(&list, signer, i2d_X509))) {
    return false;
  }
  return CBB_flush(out) != 0;
}

bool add_response(CBB* out, const OcspSpec& spec) {
  CBB response, tagged, bytes, basic;
  if (!CBB_add_asn1(out, &response, CBS_ASN1_SEQUENCE) ||
      !add_octets(&response, CBS_ASN1_ENUMERATED, &spec.response_status, 1)) {
    return false;
  }
  if (spec.response_status != 0) return CBB_flush(out) != 0;
  return CBB_add_asn1(&response, &tagged, kExplicit | 0) &&
         CBB_add_asn1(&tagged, &bytes, CBS_ASN1_SEQUENCE) && OBJ_nid2cbb(&bytes, NID_id_pkix_OCSP_basic) &&
         CBB_add_asn1(&bytes, &basic, CBS_ASN1_OCTETSTRING) && add_basic(&basic, spec) && CBB_flush(out);
}

}  // namespace

std::string make_ocsp_response(const OcspSpec& spec) {
  bssl::ScopedCBB out;
  if (!CBB_init(out.get(), 1024) || !add_response(out.get(), spec)) return {};
  return {reinterpret_cast<const char*>(CBB_data(out.get())), CBB_len(out.get())};
}

}  // namespace godwit::embedded
