// SPDX-License-Identifier: MIT
#include "godwit/tls/identity.h"

#include <utility>

#include <openssl/bytestring.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/mem.h>
#include <openssl/pkcs8.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "godwit/tls/error_queue.h"
#include "godwit/tls/read_file.h"

namespace godwit::tls {
namespace {

bool belongs_to(const EVP_PKEY* key, X509* certificate) {
  const bssl::UniquePtr<EVP_PKEY> public_key(X509_get_pubkey(certificate));
  return public_key && EVP_PKEY_cmp(public_key.get(), key) == 1;
}

bool append(X509* certificate, std::vector<bssl::UniquePtr<CRYPTO_BUFFER>>& out) {
  uint8_t* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  if (size < 0) return false;
  const bssl::UniquePtr<uint8_t> owned(der);
  out.emplace_back(CRYPTO_BUFFER_new(der, static_cast<size_t>(size), nullptr));
  return out.back() != nullptr;
}

// Containers hold certificates in any order: ours is the one of the key, and each issuer follows.
std::string put_in_order(STACK_OF(X509) * certificates, const std::string& label, Identity& out) {
  X509* next = nullptr;
  for (size_t i = 0; i < sk_X509_num(certificates) && next == nullptr; ++i) {
    if (belongs_to(out.key.get(), sk_X509_value(certificates, i))) next = sk_X509_value(certificates, i);
  }
  if (next == nullptr) return label + ": no certificate in it goes with its private key";
  while (next != nullptr && out.chain.size() < sk_X509_num(certificates)) {
    X509* const current = std::exchange(next, nullptr);
    if (!append(current, out.chain)) return "out of memory";
    for (size_t i = 0; i < sk_X509_num(certificates); ++i) {
      X509* candidate = sk_X509_value(certificates, i);
      if (candidate != current && X509_check_issued(candidate, current) == X509_V_OK) next = candidate;
    }
  }
  return {};
}

std::string read_pkcs12(const Pkcs12& source, const std::string& password, Identity& out) {
  std::string storage;
  if (!source.file.empty()) {
    if (std::string error = read_file(source.file, storage); !error.empty()) return error;
  }
  const std::string& octets = source.file.empty() ? source.octets : storage;
  CBS der;
  CBS_init(&der, reinterpret_cast<const uint8_t*>(octets.data()), octets.size());
  const bssl::UniquePtr<STACK_OF(X509)> certificates(sk_X509_new_null());
  EVP_PKEY* key = nullptr;
  ERR_clear_error();
  if (!certificates || !PKCS12_get_key_and_certs(&key, certificates.get(), &der, password.c_str())) {
    const uint32_t error = ERR_peek_last_error();
    ERR_clear_error();
    const bool wrong =
        ERR_GET_LIB(error) == ERR_LIB_PKCS8 && ERR_GET_REASON(error) == PKCS8_R_INCORRECT_PASSWORD;
    if (wrong && password.empty()) return source.label() + ": needs a password";
    if (wrong) return source.label() + ": can't be opened with the password given";
    return source.label() + ": not PKCS#12: " + reason_text(error);
  }
  out.key.reset(key);
  if (!out.key) return source.label() + ": no private key in it";
  return put_in_order(certificates.get(), source.label(), out);
}

std::string read_pem(const IdentityOptions& options, Identity& out) {
  if (options.private_key.empty())
    return options.certificate.label() + ": client certificate without a private key";
  if (options.certificate.empty())
    return options.private_key.label() + ": private key without a client certificate";
  if (std::string error = read_certificates(options.certificate, out.chain); !error.empty()) return error;
  if (std::string error = read_private_key(options.private_key, options.password, out.key); !error.empty())
    return error;
  const bssl::UniquePtr<X509> own(X509_parse_from_buffer(out.chain.front().get()));
  const bool parsed = own != nullptr;
  const bool belongs = parsed && belongs_to(out.key.get(), own.get());
  ERR_clear_error();
  if (!parsed) return options.certificate.label() + ": the client certificate can't be parsed";
  if (belongs) return {};
  return "client certificate in " + options.certificate.label() + " does not go with the private key in " +
         options.private_key.label();
}

}  // namespace

std::string read_identity(const IdentityOptions& options, Identity& out) {
  if (options.pkcs12.empty()) return read_pem(options, out);
  if (options.certificate.empty() && options.private_key.empty())
    return read_pkcs12(options.pkcs12, options.password, out);
  return options.pkcs12.label() +
         ": a PKCS#12 container and a PEM certificate or key are given, one is meant";
}

}  // namespace godwit::tls
