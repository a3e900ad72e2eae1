// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <openssl/evp.h>
#include <openssl/x509.h>

namespace godwit::test {

// rsa_e3 is an RSA key of 2048 bits whose exponent is 3.
enum class KeyType { p256, p224, ed25519, rsa1024, rsa2048, rsa_e3 };
enum class Digest { sha256, sha1, md5 };

// kValidFrom and kValidUntil are the default dates: 2020-01-01 and 2040-01-01.
inline constexpr int64_t kValidFrom = 1577836800;
inline constexpr int64_t kValidUntil = 2208988800;

// CertificateSpec describes a certificate to make. Extensions are written in OpenSSL's configuration
// syntax; an empty one is left out.
struct CertificateSpec {
  int version = 3;
  std::string common_name;
  std::vector<std::string> dns;  // dNSName entries, any octets
  std::vector<std::string> ip;   // iPAddress entries, as text
  int64_t not_before = kValidFrom;
  int64_t not_after = kValidUntil;
  KeyType key = KeyType::p256;
  EVP_PKEY* key_of = nullptr;      // an existing key, instead of a new one
  Digest digest = Digest::sha256;  // of the issuer's signature
  bool pss = false;                // by an RSA issuer: RSASSA-PSS
  std::string extended_key_usage = "serverAuth";
  std::string basic_constraints;  // "critical,CA:TRUE"
  std::string name_constraints;   // "critical,permitted;DNS:example"
  std::string authority_info;     // "caIssuers;URI:http://a.example/ca"
  std::string key_usage;          // "critical,digitalSignature"
  bool must_staple = false;       // the TLS Feature extension, RFC 7633
  // extensions: any others, by name or OID: {"1.2.3.4", "critical,DER:0500"}.
  std::vector<std::pair<std::string, std::string>> extensions;
};

// Certificate is one with its private key.
struct Certificate {
  bssl::UniquePtr<X509> x509;
  bssl::UniquePtr<EVP_PKEY> key;

  std::string pem() const;
  std::string key_pem() const;
};

// extension_der writes octets as the value of one of CertificateSpec::extensions.
std::string extension_der(std::string_view octets);

// make_certificate makes and signs one; without an issuer it signs itself. A broken spec aborts the test.
Certificate make_certificate(const CertificateSpec& spec, const Certificate* issuer = nullptr);

// ca_spec is a CA's, make_ca a root from it, and leaf_spec a server's for one DNS name.
CertificateSpec ca_spec(std::string common_name);
Certificate make_ca(std::string common_name);
CertificateSpec leaf_spec(std::string dns);

}  // namespace godwit::test
