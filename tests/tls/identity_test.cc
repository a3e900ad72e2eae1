// SPDX-License-Identifier: MIT
#include "godwit/tls/identity.h"

#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>
#include <openssl/base64.h>
#include <openssl/bio.h>
#include <openssl/cipher.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs8.h>

#include "godwit/tests/support/certificates.h"

namespace godwit::tls {
namespace {

using test::ca_spec;
using test::Certificate;
using test::leaf_spec;
using test::make_ca;
using test::make_certificate;

// Made by OpenSSL 3 with its defaults: PBKDF2, AES-256-CBC, an HMAC of SHA-256. The password is "secret".
constexpr std::string_view kOpensslPkcs12 =
    "MIID/AIBAzCCA7IGCSqGSIb3DQEHAaCCA6MEggOfMIIDmzCCAlIGCSqGSIb3DQEHBqCCAkMwggI/AgEAMIICOAYJKoZI"
    "hvcNAQcBMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAh31cOoP2IB4gICCAAwDAYIKoZIhvcNAgkFADAdBglg"
    "hkgBZQMEASoEEEaR/cwQ9tEuoRxlzL6wNAeAggHQuL2YZ2flRhif0KHCOfDWks9SZZTdX0a/KRcTziJOZFMhMeOyfhSp"
    "avLLlGw7T/s2I2GJ/PupqqacwVP5nGHOeQ5jfVZOgGKpxcM0Tezuo4+YztDeJ413TRUdVXrii5+A7NpW/89CnmeRPPKO"
    "O6RRfKlQYo6VzMAsvmqqGqp5/27CMIfx4Qr1hb77Xn6lU8OQZ2K5k8XvbYaheQd1oYE8V+rmHAyC1SDnnNN9NRo+REwO"
    "Ffl7lHQf0bUfRztuUn4KpsjgTYWc97F81rufZAYZfubUf7m1S0EahOID6jlqLoNUh1l1tlR76R+eYk0NQx6eBRxOgpJS"
    "tzzFb1fAc5WGka4LY/DA51rzHHgqxhaQKFeW41ZYNzdF+5Pm3IVV8VXJk/q3H7poDYmm0igBupFgByxktfNivzA/TvVZ"
    "R3hOXlxEZMVL5FKhvik0k00yN1VFryMeLAFaMRjVJ/mZB2H9ZaHzR3EtSPOHQ1CElweWCcvcYm2HYbyXhZpoPEPjtjIw"
    "NkjMUuYxnsydQRvQofJDKsYt1HunLOtVvTi7BvDaSnZ4ogDUygrKxdhJpIujsQ0NqE8efxdYPmzMtZhc/JS0pm46pSkx"
    "wd8dyVfYD1U1v8swggFBBgkqhkiG9w0BBwGgggEyBIIBLjCCASowggEmBgsqhkiG9w0BDAoBAqCB7zCB7DBXBgkqhkiG"
    "9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQIiCi2HgAtCU4CAggAMAwGCCqGSIb3DQIJBQAwHQYJYIZIAWUDBAEqBBCN/hgK"
    "+ki4c/bhiIZABv5sBIGQvnhzjB0utyzNYC7KJTFFq8wSgDK/bBY9Kj9qS/PNlmUxE4+pr950qQ017gqlXJ2Oui9yp+8V"
    "4p1NHWK7Ywng/2y+m35VVGgMBlEilowoxb8Mv3gLUrC8PvlhX0Tj6ckyjazrJ8omDQ+AIajuLS5N6vLHxCxwnRAzD+Vm"
    "DiduLd6o9+IjcaEAfCDDNacp1EF4MSUwIwYJKoZIhvcNAQkVMRYEFARA/OITDRabPHDRSauTcmf4oPeOMEEwMTANBglg"
    "hkgBZQMEAgEFAAQgeBXAiCT8KcgKWWuGKenx53FOzWMcxEPR7gNgnO7A47QECPYrtZq3/thRAgIIAA==";
constexpr std::string_view kOpensslEncryptedKey =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiQxJH89GIDLwICCAAw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEJFUmkbFlSIw+oArC0hHiEcEgZDd\n"
    "5qpkWl+ibNZ9X3Q+SScX5K8Pi9qxqCKeboSyY9tISuN/PARVbpLJPTTaFkxiZsr6\n"
    "fnVlhwO99EXBWRprYuCr6Mzz2eOhu0yYI1hS42aN9oY4yMktAxUwWpwUu9Z1hX/B\n"
    "zv2YiGy3no6iNQCELv6Fs03UhV1srWq3HTgxO7GUo0KuwAYYD/mZn1A0jHZpA9U=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";
constexpr std::string_view kOpensslCertificate =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBcTCCARegAwIBAgIUalQy5DXG6lFqXWqNR9hmjkN2gtYwCgYIKoZIzj0EAwIw\n"
    "DjEMMAoGA1UEAwwDcDEyMB4XDTI2MTEyNTEzMjI0MFoXDTQ2MTEyMDEzMjI0MFow\n"
    "DjEMMAoGA1UEAwwDcDEyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEHG0GPMCP\n"
    "M+TM7flq6cHUS6WP105vLsD1z2WXyLSE1a7NZusGaudhb2rS43k+kD7MoijcGYWA\n"
    "TjEZstbjIy00TaNTMFEwHQYDVR0OBBYEFNYQc4B+4M1GLA5F79ICaMk31cyzMB8G\n"
    "A1UdIwQYMBaAFNYQc4B+4M1GLA5F79ICaMk31cyzMA8GA1UdEwEB/wQFMAMBAf8w\n"
    "CgYIKoZIzj0EAwIDSAAwRQIhAMk59Lgbrr1Dt4kZ9PJerSTftq+RidHjNKGweRA6\n"
    "Gx0XAiAjoNsd26cW1bbVmxkue75VyOgDEJvFaaWZinwC9iap8Q==\n"
    "-----END CERTIFICATE-----\n";

std::string write_file(const std::string& name, std::string_view text) {
  const std::string path = std::string(std::getenv("TEST_TMPDIR")) + "/" + name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

std::string decoded(std::string_view base64) {
  std::string out(base64.size(), '\0');
  size_t size = 0;
  EXPECT_TRUE(EVP_DecodeBase64(reinterpret_cast<uint8_t*>(out.data()), &size, out.size(),
                               reinterpret_cast<const uint8_t*>(base64.data()), base64.size()));
  out.resize(size);
  return out;
}

// A container of these certificates, in this order, and the key, if there is one.
std::string pkcs12(const EVP_PKEY* key, const std::vector<const Certificate*>& certificates,
                   const char* password) {
  bssl::UniquePtr<STACK_OF(X509)> others(sk_X509_new_null());
  for (const Certificate* certificate : certificates) {
    bssl::PushToStack(others.get(), bssl::UpRef(certificate->x509));
  }
  const bssl::UniquePtr<PKCS12> made(
      PKCS12_create(password, nullptr, key, nullptr, others.get(), 0, 0, 0, 0, 0));
  uint8_t* der = nullptr;
  const int size = i2d_PKCS12(made.get(), &der);
  const bssl::UniquePtr<uint8_t> owned(der);
  return {reinterpret_cast<const char*>(der), static_cast<size_t>(size)};
}

std::string encrypted_pem(const Certificate& certificate, std::string password) {
  const bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), certificate.key.get(), EVP_aes_128_cbc(), password.data(),
                                static_cast<int>(password.size()), nullptr, nullptr);
  const uint8_t* data = nullptr;
  size_t size = 0;
  BIO_mem_contents(bio.get(), &data, &size);
  return {reinterpret_cast<const char*>(data), size};
}

std::string error_of(const IdentityOptions& options) {
  Identity identity;
  return read_identity(options, identity);
}

std::vector<std::string> subjects(const Identity& identity) {
  std::vector<std::string> names;
  for (const auto& der : identity.chain) {
    const bssl::UniquePtr<X509> certificate(X509_parse_from_buffer(der.get()));
    char name[64] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name, sizeof(name));
    names.emplace_back(name);
  }
  return names;
}

TEST(Identity, EncryptedPem) {
  const Certificate made = make_certificate(leaf_spec("a.example"));
  IdentityOptions options;
  options.certificate = Pem::from_text(made.pem());
  options.private_key = Pem::from_text(encrypted_pem(made, "open sesame"));
  options.password = "open sesame";
  EXPECT_EQ(error_of(options), "");
  options.password = "open";
  EXPECT_EQ(error_of(options),
            "the PEM text given: the private key can't be decrypted with the password given");
  options.password = std::string(5000, 'x');
  EXPECT_EQ(error_of(options),
            "the PEM text given: the private key can't be decrypted with the password given");
  options.password = "";
  EXPECT_EQ(error_of(options), "the PEM text given: the private key is encrypted, and no password is given");
  // A password that is not needed does no harm.
  options.private_key = Pem::from_text(made.key_pem());
  options.password = "open sesame";
  EXPECT_EQ(error_of(options), "");
}

TEST(Identity, WhatOpensslMakes) {
  IdentityOptions pem;
  pem.certificate = Pem::from_text(std::string(kOpensslCertificate));
  pem.private_key = Pem::from_text(std::string(kOpensslEncryptedKey));
  pem.password = "secret";
  EXPECT_EQ(error_of(pem), "");
  IdentityOptions container;
  container.pkcs12.octets = decoded(kOpensslPkcs12);
  container.password = "secret";
  Identity identity;
  ASSERT_EQ(read_identity(container, identity), "");
  EXPECT_EQ(subjects(identity), std::vector<std::string>{"p12"});
  EXPECT_NE(identity.key, nullptr);
}

TEST(Identity, Pkcs12InAnyOrder) {
  const Certificate root = make_ca("Root");
  const Certificate middle = make_certificate(ca_spec("Middle"), &root);
  test::CertificateSpec spec = leaf_spec("a.example");
  spec.common_name = "own";
  const Certificate own = make_certificate(spec, &middle);
  const Certificate stray = make_ca("Stray");
  const std::vector<const Certificate*> kOrders[] = {
      {&own, &middle}, {&middle, &own}, {&stray, &middle, &own}, {&own, &stray, &middle}};
  for (const auto& order : kOrders) {
    IdentityOptions options;
    options.pkcs12.file = write_file("order.p12", pkcs12(own.key.get(), order, "word"));
    options.password = "word";
    Identity identity;
    ASSERT_EQ(read_identity(options, identity), "");
    EXPECT_EQ(subjects(identity), (std::vector<std::string>{"own", "Middle"}));
  }
}

TEST(Identity, Pkcs12ThatIsNone) {
  const Certificate own = make_certificate(leaf_spec("a.example"));
  const Certificate other = make_certificate(leaf_spec("b.example"));
  const auto error = [](std::string octets, std::string password) {
    IdentityOptions options;
    options.pkcs12.octets = std::move(octets);
    options.password = std::move(password);
    return error_of(options);
  };
  const std::string good = pkcs12(own.key.get(), {&own}, "word");
  EXPECT_EQ(error(good, "word"), "");
  EXPECT_EQ(error(good, "wrong"), "the PKCS#12 container given: can't be opened with the password given");
  EXPECT_EQ(error(good, ""), "the PKCS#12 container given: needs a password");
  EXPECT_EQ(error(pkcs12(own.key.get(), {&other}, "word"), "word"),
            "the PKCS#12 container given: no certificate in it goes with its private key");
  EXPECT_EQ(error(pkcs12(nullptr, {&own}, "word"), "word"),
            "the PKCS#12 container given: no private key in it");
  EXPECT_TRUE(error("no DER", "word").starts_with("the PKCS#12 container given: not PKCS#12: "));
  for (size_t cut = 0; cut < good.size(); cut += 7) EXPECT_NE(error(good.substr(0, cut), "word"), "") << cut;
  IdentityOptions missing;
  missing.pkcs12.file = "/nowhere/a.p12";
  EXPECT_EQ(error_of(missing), "/nowhere/a.p12: No such file or directory");
}

TEST(Identity, OneKindAtATime) {
  IdentityOptions both;
  both.pkcs12.file = "a.p12";
  both.certificate = Pem::from_file("a.pem");
  EXPECT_EQ(error_of(both),
            "a.p12: a PKCS#12 container and a PEM certificate or key are given, one is meant");
}

}  // namespace
}  // namespace godwit::tls
