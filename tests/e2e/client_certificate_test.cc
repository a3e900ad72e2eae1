// SPDX-License-Identifier: MIT
// Who we are to a server that wants to know: our certificate in every form, right and wrong.
#include <cstdlib>
#include <optional>
#include <string>

#include <openssl/bio.h>
#include <openssl/cipher.h>
#include <openssl/mem.h>
#include <openssl/pem.h>
#include <openssl/pkcs8.h>

#include "godwit/tests/e2e/loopback_client.h"
#include "godwit/tests/e2e/nginx.h"
#include "godwit/tests/support/certificates.h"

namespace godwit::testing {
namespace {

std::string contents(BIO* bio) {
  const uint8_t* data = nullptr;
  size_t size = 0;
  BIO_mem_contents(bio, &data, &size);
  return {reinterpret_cast<const char*>(data), size};
}

std::string encrypted_key(const test::Certificate& certificate, std::string password) {
  const bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  EXPECT_TRUE(PEM_write_bio_PKCS8PrivateKey(bio.get(), certificate.key.get(), EVP_aes_256_cbc(),
                                            password.data(), static_cast<int>(password.size()), nullptr,
                                            nullptr));
  return contents(bio.get());
}

std::string pkcs12(const test::Certificate& certificate, const std::string& password) {
  const bssl::UniquePtr<PKCS12> made(PKCS12_create(password.c_str(), nullptr, certificate.key.get(),
                                                   certificate.x509.get(), nullptr, 0, 0, 0, 0, 0));
  const bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  EXPECT_TRUE(made && i2d_PKCS12_bio(bio.get(), made.get()));
  return contents(bio.get());
}

struct ClientCertificateTest : LoopbackTest {
  void SetUp() override {
    LoopbackTest::SetUp();
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    nginx.emplace(std::string(std::getenv("TEST_TMPDIR")) + "/nginx_" + info->name());
    ASSERT_EQ(nginx->problem(), "");
  }
  void TearDown() override {
    nginx.reset();
    LoopbackTest::TearDown();
  }

  test::CertificateSpec client_spec() {
    test::CertificateSpec spec;
    spec.common_name = "a client";
    spec.extended_key_usage = "clientAuth";
    return spec;
  }

  ClientOptions options(TlsVersion version = TlsVersion::tls1_3) {
    ClientOptions o;
    o.tls.ca_pem = nginx->ca_pem();
    o.tls.server_name = "clients.example";
    o.tls.max_version = version;
    o.timeouts.total = std::chrono::seconds(30);
    return o;
  }

  // visit gives "200 CN=a client", or what went wrong.
  std::string visit(const ClientOptions& o) {
    Recorder r;
    LoopbackClient client(o);
    Request request;
    request.url = nginx->tls_url("/");
    request.headers.add("Host", "clients.example");
    client.send(std::move(request), r);
    client.run();
    return r.error ? r.message : std::to_string(r.status) + ' ' + r.body;
  }

  // problem gives what the client says of options that are of no use.
  std::string problem(const ClientOptions& o) {
    Loop loop;
    Client client(loop, o);
    return std::string(client.problem());
  }

  std::optional<Nginx> nginx;
};

TEST_F(ClientCertificateTest, InEveryForm) {
  const test::Certificate mine = test::make_certificate(client_spec(), &nginx->ca());
  for (const TlsVersion version : {TlsVersion::tls1_2, TlsVersion::tls1_3}) {
    ClientOptions o = options(version);
    o.tls.cert_pem = mine.pem();
    o.tls.key_pem = mine.key_pem();
    EXPECT_EQ(visit(o), "200 CN=a client");
    o.tls.key_pem = encrypted_key(mine, "open sesame");
    o.tls.key_password = "open sesame";
    EXPECT_EQ(visit(o), "200 CN=a client");
    o = options(version);
    o.tls.cert_pem = mine.pem() + mine.key_pem();
    EXPECT_EQ(visit(o), "200 CN=a client");
    o = options(version);
    o.tls.pkcs12 = pkcs12(mine, "open sesame");
    o.tls.key_password = "open sesame";
    EXPECT_EQ(visit(o), "200 CN=a client");
  }
}

TEST_F(ClientCertificateTest, ThroughAnIntermediate) {
  const test::Certificate middle = test::make_certificate(test::ca_spec("Middle"), &nginx->ca());
  const test::Certificate mine = test::make_certificate(client_spec(), &middle);
  ClientOptions o = options();
  o.tls.cert_pem = mine.pem() + middle.pem();
  o.tls.key_pem = mine.key_pem();
  // nginx's ssl_verify_depth is 1, and counts the intermediate.
  EXPECT_EQ(visit(o), "200 CN=a client");
}

TEST_F(ClientCertificateTest, MissingOrNotTheServersAnswerIsItsPage) {
  const test::Certificate stranger = test::make_certificate(client_spec());
  test::CertificateSpec old = client_spec();
  old.not_after = 1714521600;  // 2024-05-01
  const test::Certificate expired = test::make_certificate(old, &nginx->ca());
  for (const TlsVersion version : {TlsVersion::tls1_2, TlsVersion::tls1_3}) {
    ClientOptions o = options(version);
    std::string answer = visit(o);
    EXPECT_TRUE(answer.starts_with("400 ")) << answer;
    EXPECT_NE(answer.find("No required SSL certificate was sent"), std::string::npos) << answer;
    for (const test::Certificate* bad : {&stranger, &expired}) {
      o.tls.cert_pem = bad->pem();
      o.tls.key_pem = bad->key_pem();
      answer = visit(o);
      EXPECT_TRUE(answer.starts_with("400 ")) << answer;
      EXPECT_NE(answer.find("The SSL certificate error"), std::string::npos) << answer;
    }
  }
}

TEST_F(ClientCertificateTest, WhatIsOfNoUseIsNamed) {
  const test::Certificate mine = test::make_certificate(client_spec(), &nginx->ca());
  const test::Certificate other = test::make_certificate(client_spec(), &nginx->ca());
  ClientOptions o = options();
  o.tls.cert_pem = mine.pem();
  o.tls.key_pem = other.key_pem();
  EXPECT_EQ(
      problem(o),
      "client certificate in the PEM text given does not go with the private key in the PEM text given");
  o.tls.key_pem = encrypted_key(mine, "right");
  o.tls.key_password = "wrong";
  EXPECT_NE(problem(o).find("password"), std::string::npos) << problem(o);
  o.tls.key_password = "";
  EXPECT_EQ(problem(o), "the PEM text given: the private key is encrypted, and no password is given");
  o = options();
  o.tls.pkcs12 = pkcs12(mine, "right");
  o.tls.key_password = "wrong";
  EXPECT_NE(problem(o).find("password"), std::string::npos) << problem(o);
  o = options();
  o.tls.key_pem = mine.key_pem();
  EXPECT_NE(problem(o).find("no certificate"), std::string::npos) << problem(o);
}

}  // namespace
}  // namespace godwit::testing
