// SPDX-License-Identifier: MIT
#include "godwit/tools/embedded_server/certificate.h"

#include <chrono>
#include <ctime>
#include <utility>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/ec_key.h>
#include <openssl/evp.h>
#include <openssl/nid.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "godwit/tools/embedded_server/ocsp.h"

namespace godwit::embedded {
namespace {

bssl::UniquePtr<EVP_PKEY> make_key() {
  bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1));
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  if (!ec || !key || !EC_KEY_generate_key(ec.get()) || !EVP_PKEY_set1_EC_KEY(key.get(), ec.get()))
    return nullptr;
  return key;
}

bool set_name(X509_NAME* name, const char* common_name) {
  return X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8,
                                    reinterpret_cast<const uint8_t*>("godwit tests"), -1, -1, 0) &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const uint8_t*>(common_name),
                                    -1, -1, 0);
}

bool add_extension(X509* cert, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
  bssl::UniquePtr<X509_EXTENSION> extension(
      X509V3_EXT_nconf_nid(nullptr, &context, nid, const_cast<char*>(value)));
  return extension && X509_add_ext(cert, extension.get(), -1);
}

bool set_validity(X509* cert, std::chrono::seconds not_before, std::chrono::seconds not_after) {
  const time_t now = std::time(nullptr);
  return ASN1_TIME_set(X509_getm_notBefore(cert), now + static_cast<time_t>(not_before.count())) &&
         ASN1_TIME_set(X509_getm_notAfter(cert), now + static_cast<time_t>(not_after.count()));
}

bool set_random_serial(X509* cert) {
  uint8_t bytes[16];
  if (!RAND_bytes(bytes, sizeof bytes)) return false;
  bytes[0] = (bytes[0] & 0x7f) | 0x40;
  bssl::UniquePtr<BIGNUM> number(BN_bin2bn(bytes, sizeof bytes, nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(cert)) != nullptr;
}

bssl::UniquePtr<X509> begin_certificate(EVP_PKEY* key, const char* common_name) {
  bssl::UniquePtr<X509> cert(X509_new());
  const bool ok = cert && X509_set_version(cert.get(), 2) && set_random_serial(cert.get()) &&
                  set_name(X509_get_subject_name(cert.get()), common_name) &&
                  X509_set_pubkey(cert.get(), key);
  if (!ok) return nullptr;
  return cert;
}

bssl::UniquePtr<X509> make_ca(EVP_PKEY* key) {
  bssl::UniquePtr<X509> cert = begin_certificate(key, "godwit embedded CA");
  if (!cert) return nullptr;
  X509* ca = cert.get();
  const bool ok = set_validity(ca, std::chrono::hours(-24), std::chrono::hours(24 * 365)) &&
                  X509_set_issuer_name(ca, X509_get_subject_name(ca)) &&
                  add_extension(ca, ca, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                  add_extension(ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                  add_extension(ca, ca, NID_subject_key_identifier, "hash") &&
                  X509_sign(ca, key, EVP_sha256());
  if (!ok) return nullptr;
  return cert;
}

bssl::UniquePtr<X509> make_leaf(EVP_PKEY* key, const LeafProfile& profile, X509* ca, EVP_PKEY* ca_key) {
  bssl::UniquePtr<X509> cert = begin_certificate(key, "localhost");
  if (!cert) return nullptr;
  X509* leaf = cert.get();
  X509* issuer = profile.self_signed ? leaf : ca;
  const bool ok = set_validity(leaf, profile.not_before, profile.not_after) &&
                  X509_set_issuer_name(leaf, X509_get_subject_name(issuer)) &&
                  add_extension(leaf, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
                  add_extension(leaf, issuer, NID_key_usage, "critical,digitalSignature") &&
                  add_extension(leaf, issuer, NID_ext_key_usage, "serverAuth") &&
                  add_extension(leaf, issuer, NID_subject_key_identifier, "hash") &&
                  add_extension(leaf, issuer, NID_authority_key_identifier, "keyid") &&
                  add_extension(leaf, issuer, NID_subject_alt_name, profile.subject_alt_names.c_str()) &&
                  X509_sign(leaf, profile.self_signed ? key : ca_key, EVP_sha256());
  if (!ok) return nullptr;
  return cert;
}

// The CA's word on the certificate; empty on failure.
std::string make_staple(LeafProfile::Staple staple, X509* leaf, X509* ca, EVP_PKEY* ca_key) {
  using Staple = LeafProfile::Staple;
  constexpr int64_t kHour = 3'600;
  const int64_t now = std::time(nullptr);
  if (staple == Staple::garbage) return "garbage";
  OcspSingle single{.certificate = staple == Staple::unrelated ? ca : leaf,
                    .this_update = now - 2 * kHour,
                    .next_update = staple == Staple::expired ? now - kHour : now + 7 * 24 * kHour};
  if (staple == Staple::unknown) single.status = OcspSingle::Status::unknown;
  if (staple == Staple::revoked) {
    single.status = OcspSingle::Status::revoked;
    single.revoked_at = now - kHour;
    single.reason = 1;
  }
  return make_ocsp_response(
      {.issuer = ca, .singles = {single}, .key = ca_key, .produced_at = single.this_update});
}

std::string to_pem(X509* cert) {
  bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  const uint8_t* bytes = nullptr;
  size_t size = 0;
  if (!bio || !PEM_write_bio_X509(bio.get(), cert) || !BIO_mem_contents(bio.get(), &bytes, &size)) return {};
  return {reinterpret_cast<const char*>(bytes), size};
}

int select_alpn(SSL*, const uint8_t** out, uint8_t* out_size, const uint8_t* in, unsigned in_size, void*) {
  static constexpr uint8_t kOurs[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  uint8_t* selected = nullptr;
  const int found = SSL_select_next_proto(&selected, out_size, kOurs, sizeof kOurs, in, in_size);
  *out = selected;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

Certificate make_certificate(const LeafProfile& profile) {
  bssl::UniquePtr<EVP_PKEY> ca_key = make_key();
  bssl::UniquePtr<EVP_PKEY> key = make_key();
  if (!ca_key || !key) return {};
  bssl::UniquePtr<X509> ca = make_ca(ca_key.get());
  if (!ca) return {};
  bssl::UniquePtr<X509> leaf = make_leaf(key.get(), profile, ca.get(), ca_key.get());
  std::string pem = to_pem(ca.get());
  if (!leaf || pem.empty()) return {};
  std::string ocsp;
  if (profile.staple != LeafProfile::Staple::none) {
    ocsp = make_staple(profile.staple, leaf.get(), ca.get(), ca_key.get());
    if (ocsp.empty()) return {};
  }
  return {std::move(key), std::move(leaf), std::move(pem), std::move(ocsp)};
}

bssl::UniquePtr<SSL_CTX> make_server_context(const Certificate& certificate) {
  bssl::UniquePtr<SSL_CTX> context(SSL_CTX_new(TLS_method()));
  const bool ok =
      context && SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) &&
      SSL_CTX_use_certificate(context.get(), certificate.leaf.get()) &&
      SSL_CTX_use_PrivateKey(context.get(), certificate.key.get()) &&
      (certificate.ocsp.empty() ||
       SSL_CTX_set_ocsp_response(context.get(), reinterpret_cast<const uint8_t*>(certificate.ocsp.data()),
                                 certificate.ocsp.size()));
  if (!ok) return nullptr;
  SSL_CTX_set_alpn_select_cb(context.get(), select_alpn, nullptr);
  return context;
}

}  // namespace godwit::embedded
