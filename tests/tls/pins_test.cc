// SPDX-License-Identifier: MIT
#include "godwit/tls/pins.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>

#include "godwit/tests/support/certificates.h"

namespace godwit::tls {
namespace {

TEST(Pins, AreReadAndWritten) {
  const test::Certificate one = test::make_ca("One");
  const test::Certificate two = test::make_ca("Two");
  const std::string first = pin_text(pin_of(one.x509.get()));
  EXPECT_EQ(first.size(), 8u + 44u);
  std::vector<Pin> pins;
  EXPECT_EQ(parse_pins(first + ';' + pin_text(pin_of(two.x509.get())), pins), "");
  ASSERT_EQ(pins.size(), 2u);
  EXPECT_EQ(pins[0], pin_of(one.x509.get()));
  EXPECT_EQ(pins[1], pin_of(two.x509.get()));
  EXPECT_NE(pins[0], pins[1]);
}

// The certificate, and its pin by: openssl x509 -pubkey -noout | openssl pkey -pubin -outform DER |
// openssl dgst -sha256 -binary | base64
constexpr char kCertificate[] =
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
constexpr char kPin[] = "sha256//AimxNWIbbhRPHESI7paiQKg59YCtVZpRHBUxHJ7Sbq8=";

TEST(Pins, AreThoseOfOtherPrograms) {
  const bssl::UniquePtr<BIO> bio(BIO_new_mem_buf(kCertificate, -1));
  const bssl::UniquePtr<X509> certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  ASSERT_TRUE(certificate);
  EXPECT_EQ(pin_text(pin_of(certificate.get())), kPin);
}

TEST(Pins, ThatAreNone) {
  const std::string good = "sha256//AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
  for (const std::string& bad :
       {std::string("/etc/ssl/key.pem"), std::string("sha256//"), good.substr(0, good.size() - 1),
        "sha1//" + good.substr(8), good + "A", std::string("sha256//") + std::string(44, '*')}) {
    std::vector<Pin> pins;
    EXPECT_EQ(parse_pins(good + ';' + bad, pins),
              "pins: \"" + bad + "\" is not sha256// and 32 octets in base64");
  }
  std::vector<Pin> pins;
  EXPECT_NE(parse_pins("", pins), "");
  EXPECT_NE(parse_pins(good + ";", pins), "");
}

}  // namespace
}  // namespace godwit::tls
