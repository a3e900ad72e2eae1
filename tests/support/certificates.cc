// SPDX-License-Identifier: MIT
#include "godwit/tests/support/certificates.h"

#include <cstdlib>
#include <map>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/digest.h>
#include <openssl/ec_key.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace godwit::test {
namespace {

void check(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "certificate could not be made: %s\n", what);
  ERR_print_errors_fp(stderr);
  std::abort();
}

bssl::UniquePtr<EVP_PKEY> make_ec(int curve) {
  bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(curve));
  check(ec && EC_KEY_generate_key(ec.get()), "EC key");
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  check(key && EVP_PKEY_set1_EC_KEY(key.get(), ec.get()), "EC key");
  return key;
}

bssl::UniquePtr<EVP_PKEY> make_ed25519() {
  bssl::UniquePtr<EVP_PKEY_CTX> ctx(EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nullptr));
  EVP_PKEY* key = nullptr;
  check(ctx && EVP_PKEY_keygen_init(ctx.get()) && EVP_PKEY_keygen(ctx.get(), &key), "Ed25519 key");
  return bssl::UniquePtr<EVP_PKEY>(key);
}

// RSA keys take long to make: one of each size serves every certificate of the program.
bssl::UniquePtr<EVP_PKEY> shared_rsa(int bits, BN_ULONG exponent = RSA_F4) {
  static std::map<std::pair<int, BN_ULONG>, bssl::UniquePtr<EVP_PKEY>> keys;
  bssl::UniquePtr<EVP_PKEY>& key = keys[{bits, exponent}];
  if (!key) {
    bssl::UniquePtr<RSA> rsa(RSA_new());
    bssl::UniquePtr<BIGNUM> e(BN_new());
    check(
        rsa && e && BN_set_word(e.get(), exponent) && RSA_generate_key_ex(rsa.get(), bits, e.get(), nullptr),
        "RSA key");
    key.reset(EVP_PKEY_new());
    check(key && EVP_PKEY_set1_RSA(key.get(), rsa.get()), "RSA key");
  }
  return bssl::UpRef(key);
}

bssl::UniquePtr<EVP_PKEY> make_key(KeyType type) {
  switch (type) {
    case KeyType::p256:
      return make_ec(NID_X9_62_prime256v1);
    case KeyType::p224:
      return make_ec(NID_secp224r1);
    case KeyType::ed25519:
      return make_ed25519();
    case KeyType::rsa1024:
      return shared_rsa(1024);
    case KeyType::rsa2048:
      return shared_rsa(2048);
    case KeyType::rsa_e3:
      return shared_rsa(2048, 3);
  }
  std::abort();
}

const EVP_MD* digest_for(const EVP_PKEY* signer, Digest digest) {
  if (EVP_PKEY_id(signer) == EVP_PKEY_ED25519) return nullptr;
  return digest == Digest::sha256 ? EVP_sha256() : digest == Digest::sha1 ? EVP_sha1() : EVP_md5();
}

// replace_last_octet changes that of each object identifier `oid`.
void replace_last_octet(bssl::UniquePtr<X509>& x509, const std::string& oid, char octet) {
  uint8_t* der = nullptr;
  const int size = i2d_X509(x509.get(), &der);
  check(size > 0, "DER");
  std::string patched(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  for (size_t at = 0; (at = patched.find(oid, at)) != std::string::npos; at += oid.size()) {
    patched[at + oid.size() - 1] = octet;
  }
  const auto* begin = reinterpret_cast<const uint8_t*>(patched.data());
  x509.reset(d2i_X509(nullptr, &begin, static_cast<long>(patched.size())));
  check(x509 != nullptr, "patched certificate");
}

// Newer versions of BoringSSL make no certificates with the oldest digests any more: there one is signed with
// SHA-256, and says that it is not.
void sign(bssl::UniquePtr<X509>& x509, EVP_PKEY* signer, Digest digest) {
  if (X509_sign(x509.get(), signer, digest_for(signer, digest))) return;
  ERR_clear_error();
  check(digest != Digest::sha256 && X509_sign(x509.get(), signer, EVP_sha256()), "signature");
  replace_last_octet(x509, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b", digest == Digest::sha1 ? '\x05' : '\x04');
}

bool try_sign_pss(X509* x509, EVP_PKEY* signer, const EVP_MD* digest) {
  bssl::ScopedEVP_MD_CTX ctx;
  EVP_PKEY_CTX* key_ctx = nullptr;
  return EVP_DigestSignInit(ctx.get(), &key_ctx, digest, nullptr, signer) &&
         EVP_PKEY_CTX_set_rsa_padding(key_ctx, RSA_PKCS1_PSS_PADDING) &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(key_ctx, -1) && X509_sign_ctx(x509, ctx.get());
}

// Likewise, but that the parameters have no place for SHA-1's name: SHA-224, which is too short as well.
void sign_pss(bssl::UniquePtr<X509>& x509, EVP_PKEY* signer, Digest digest) {
  if (try_sign_pss(x509.get(), signer, digest_for(signer, digest))) return;
  ERR_clear_error();
  check(digest != Digest::sha256 && try_sign_pss(x509.get(), signer, EVP_sha256()), "PSS signature");
  replace_last_octet(x509, "\x60\x86\x48\x01\x65\x03\x04\x02\x01", '\x04');
}

void add_extension(X509* x509, int nid, const std::string& value) {
  if (value.empty()) return;
  bssl::UniquePtr<X509_EXTENSION> extension(
      X509V3_EXT_nconf_nid(nullptr, nullptr, nid, const_cast<char*>(value.c_str())));
  check(extension && X509_add_ext(x509, extension.get(), -1), value.c_str());
}

void add_extension(X509* x509, const std::string& name, const std::string& value) {
  bssl::UniquePtr<X509_EXTENSION> extension(
      X509V3_EXT_nconf(nullptr, nullptr, const_cast<char*>(name.c_str()), const_cast<char*>(value.c_str())));
  check(extension && X509_add_ext(x509, extension.get(), -1), name.c_str());
}

// Built by hand: the configuration syntax can't say a NUL.
void add_alt_names(X509* x509, const CertificateSpec& spec) {
  if (spec.dns.empty() && spec.ip.empty()) return;
  bssl::UniquePtr<GENERAL_NAMES> names(GENERAL_NAMES_new());
  const auto push = [&](int type, ASN1_STRING* value) {
    bssl::UniquePtr<GENERAL_NAME> name(GENERAL_NAME_new());
    GENERAL_NAME_set0_value(name.get(), type, value);
    check(bssl::PushToStack(names.get(), std::move(name)), "alternative name");
  };
  for (const std::string& dns : spec.dns) {
    ASN1_IA5STRING* value = ASN1_IA5STRING_new();
    check(ASN1_STRING_set(value, dns.data(), static_cast<int>(dns.size())), "dNSName");
    push(GEN_DNS, value);
  }
  for (const std::string& ip : spec.ip) {
    ASN1_OCTET_STRING* value = a2i_IPADDRESS(ip.c_str());
    check(value != nullptr, "iPAddress");
    push(GEN_IPADD, value);
  }
  check(X509_add1_ext_i2d(x509, NID_subject_alt_name, names.get(), 0, 0), "subjectAltName");
}

template <typename Write>
std::string to_pem(Write write) {
  bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  check(bio && write(bio.get()), "PEM");
  const uint8_t* data = nullptr;
  size_t size = 0;
  BIO_mem_contents(bio.get(), &data, &size);
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace

std::string Certificate::pem() const {
  return to_pem([&](BIO* bio) { return PEM_write_bio_X509(bio, x509.get()); });
}

std::string Certificate::key_pem() const {
  return to_pem([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
}

std::string extension_der(std::string_view octets) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "DER:";
  for (const char c : octets) {
    text += kDigits[static_cast<uint8_t>(c) >> 4];
    text += kDigits[c & 15];
  }
  return text;
}

Certificate make_certificate(const CertificateSpec& spec, const Certificate* issuer) {
  static long serial = 1000;
  Certificate made;
  made.key = spec.key_of != nullptr ? bssl::UpRef(spec.key_of) : make_key(spec.key);
  made.x509.reset(X509_new());
  X509* x509 = made.x509.get();
  check(X509_set_version(x509, spec.version - 1) && ASN1_INTEGER_set(X509_get_serialNumber(x509), ++serial),
        "version");
  check(ASN1_TIME_set(X509_getm_notBefore(x509), spec.not_before) &&
            ASN1_TIME_set(X509_getm_notAfter(x509), spec.not_after),
        "dates");
  X509_NAME* subject = X509_get_subject_name(x509);
  if (!spec.common_name.empty()) {
    check(X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
                                     reinterpret_cast<const uint8_t*>(spec.common_name.data()),
                                     static_cast<int>(spec.common_name.size()), -1, 0),
          "common name");
  }
  check(X509_set_issuer_name(x509, issuer ? X509_get_subject_name(issuer->x509.get()) : subject), "issuer");
  check(X509_set_pubkey(x509, made.key.get()), "public key");
  add_alt_names(x509, spec);
  add_extension(x509, NID_ext_key_usage, spec.extended_key_usage);
  add_extension(x509, NID_basic_constraints, spec.basic_constraints);
  add_extension(x509, NID_name_constraints, spec.name_constraints);
  add_extension(x509, NID_info_access, spec.authority_info);
  add_extension(x509, NID_key_usage, spec.key_usage);
  if (spec.must_staple) add_extension(x509, "1.3.6.1.5.5.7.1.24", "DER:3003020105");
  for (const auto& [name, value] : spec.extensions) add_extension(x509, name, value);
  EVP_PKEY* signer = issuer ? issuer->key.get() : made.key.get();
  if (spec.pss) {
    sign_pss(made.x509, signer, spec.digest);
  } else {
    sign(made.x509, signer, spec.digest);
  }
  return made;
}

CertificateSpec ca_spec(std::string common_name) {
  CertificateSpec spec;
  spec.common_name = std::move(common_name);
  spec.extended_key_usage.clear();
  spec.basic_constraints = "critical,CA:TRUE";
  return spec;
}

Certificate make_ca(std::string common_name) {
  return make_certificate(ca_spec(std::move(common_name)));
}

CertificateSpec leaf_spec(std::string dns) {
  CertificateSpec spec;
  spec.dns = {std::move(dns)};
  return spec;
}

}  // namespace godwit::test
