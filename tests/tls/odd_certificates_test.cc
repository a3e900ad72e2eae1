// SPDX-License-Identifier: MIT
// Certificates as only a test, or an attacker, makes them.
#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/digest.h>
#include <openssl/err.h>
#include <openssl/mem.h>
#include <openssl/x509.h>

#include "godwit/tests/support/certificates.h"
#include "godwit/tests/support/chain_verdict.h"

namespace godwit::tls {
namespace {

using test::ca_spec;
using test::Certificate;
using test::CertificateSpec;
using test::leaf_spec;
using test::make_certificate;

class OddCertificatesTest : public testing::Test {
 protected:
  // refusal gives the sentence with which a chain is refused, empty if it is not.
  std::string refusal(const std::vector<const Certificate*>& sent, std::string_view host = "a.example") {
    const test::ChainVerdict verdict = test::judge({&root_}, sent, host);
    EXPECT_EQ(verdict.good, verdict.failure.kind == FailureKind::none);
    EXPECT_EQ(verdict.good, verdict.failure.sentence.empty());
    failure_ = verdict.failure;
    return failure_.sentence;
  }

  std::string leaf(const CertificateSpec& spec, std::string_view host = "a.example") {
    const Certificate made = make_certificate(spec, &root_);
    return refusal({&made}, host);
  }

  // with_key_octets is a server's certificate in which octets of its key are others, signed after that.
  Certificate with_key_octets(test::KeyType key, std::string_view octets, std::string_view others) {
    CertificateSpec spec = leaf_spec("a.example");
    spec.key = key;
    Certificate made = make_certificate(spec, &root_);
    uint8_t* der = nullptr;
    const int size = i2d_X509(made.x509.get(), &der);
    std::string text(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
    OPENSSL_free(der);
    const size_t at = text.find(octets);
    EXPECT_NE(at, std::string::npos);
    text.replace(at, octets.size(), others);
    const auto* begin = reinterpret_cast<const uint8_t*>(text.data());
    made.x509.reset(d2i_X509(nullptr, &begin, static_cast<long>(text.size())));
    EXPECT_TRUE(made.x509 && X509_sign(made.x509.get(), root_.key.get(), EVP_sha256()));
    ERR_clear_error();
    return made;
  }

  Certificate root_ = test::make_ca("Godwit Root");
  Failure failure_;
};

TEST_F(OddCertificatesTest, NamesOfOtherKindsNameNoHost) {
  CertificateSpec spec;
  spec.common_name = "a.example";
  spec.extensions = {{"subjectAltName", "email:root@a.example,URI:https://a.example/,RID:1.2.3.4"}};
  EXPECT_EQ(leaf(spec), "certificate is for no host, not a.example");
  EXPECT_EQ(failure_.reason, CertificateReason::wrong_host);
}

TEST_F(OddCertificatesTest, AListOfNoNames) {
  CertificateSpec spec;
  spec.common_name = "a.example";
  spec.extensions = {{"2.5.29.17", "DER:3000"}};
  EXPECT_NE(leaf(spec), "");
}

TEST_F(OddCertificatesTest, NamesInAnyCaseWithAndWithoutTheRoot) {
  EXPECT_EQ(leaf(leaf_spec("A.EXAMPLE")), "");
  EXPECT_EQ(leaf(leaf_spec("a.example"), "A.Example"), "");
  EXPECT_EQ(leaf(leaf_spec("under_score.a.example"), "under_score.a.example"), "");
  EXPECT_EQ(leaf(leaf_spec("*.a.example"), "under_score.a.example"), "");
  EXPECT_NE(leaf(leaf_spec("a.example."), "a.example"), "");
  // A wildcard stands for an A-label, but is never a part of one.
  EXPECT_EQ(leaf(leaf_spec("*.a.example"), "xn--bcher-kva.a.example"), "");
  EXPECT_NE(leaf(leaf_spec("xn--*.a.example"), "xn--bcher-kva.a.example"), "");
}

TEST_F(OddCertificatesTest, AnExtensionTwice) {
  CertificateSpec spec = leaf_spec("b.example");
  spec.extensions = {{"subjectAltName", "DNS:a.example"}};
  EXPECT_NE(leaf(spec), "");
  EXPECT_NE(leaf(spec, "b.example"), "");
}

TEST_F(OddCertificatesTest, ACriticalExtensionThatNobodyKnows) {
  CertificateSpec spec = leaf_spec("a.example");
  spec.extensions = {{"1.3.6.1.4.1.55555.1", "DER:0500"}};
  EXPECT_EQ(leaf(spec), "") << "it does not matter unless it is critical";
  spec.extensions = {{"1.3.6.1.4.1.55555.1", "critical,DER:0500"}};
  EXPECT_EQ(leaf(spec), "certificate for a.example is refused: unhandled critical extension");
  EXPECT_EQ(failure_.reason, CertificateReason::invalid);
}

TEST_F(OddCertificatesTest, AnExtensionThatCanNotBeRead) {
  CertificateSpec spec = leaf_spec("a.example");
  spec.basic_constraints = "";
  spec.extensions = {{"2.5.29.19", "critical,DER:0500"}};
  EXPECT_NE(leaf(spec), "");
}

// Two that vouch for each other, and a crowd of them with one name.
TEST_F(OddCertificatesTest, KeysThatAreNone) {
  const std::string told = "certificate for a.example has a key of an unknown kind, or one that is none";
  // prime239v3, a curve that nobody has; points of the right length that are on no curve.
  const Certificate curve = with_key_octets(test::KeyType::p256, "\x2a\x86\x48\xce\x3d\x03\x01\x07",
                                            "\x2a\x86\x48\xce\x3d\x03\x01\x06");
  EXPECT_EQ(refusal({&curve}), told);
  const Certificate point =
      with_key_octets(test::KeyType::p256, {"\x03\x42\x00\x04", 4}, {"\x03\x42\x00\x05", 4});
  EXPECT_EQ(refusal({&point}), told);
  // RSA with the exponents 65536 and 1.
  const std::string_view f4("\x02\x03\x01\x00\x01", 5);
  const Certificate even = with_key_octets(test::KeyType::rsa2048, f4, {"\x02\x03\x01\x00\x00", 5});
  EXPECT_EQ(refusal({&even}), told);
  const Certificate one = with_key_octets(test::KeyType::rsa2048, f4, {"\x02\x03\x00\x00\x01", 5});
  EXPECT_EQ(refusal({&one}), told);
}

TEST_F(OddCertificatesTest, CirclesEnd) {
  CertificateSpec a_spec = ca_spec("A");
  const Certificate a = make_certificate(a_spec);
  CertificateSpec b_spec = ca_spec("B");
  const Certificate b = make_certificate(b_spec, &a);
  a_spec.key_of = a.key.get();
  const Certificate a_by_b = make_certificate(a_spec, &b);
  const Certificate end = make_certificate(leaf_spec("a.example"), &b);
  EXPECT_NE(refusal({&end, &b, &a_by_b}), "");
  std::vector<const Certificate*> sent = {&end};
  for (int i = 0; i < 200; ++i) {
    sent.push_back(&b);
    sent.push_back(&a_by_b);
  }
  EXPECT_NE(refusal(sent), "");
}

TEST_F(OddCertificatesTest, ChainsWithoutEndTakeNoLonger) {
  std::vector<Certificate> made;
  made.reserve(300);
  made.push_back(make_certificate(ca_spec("CA 0")));
  while (made.size() < 300) {
    made.push_back(make_certificate(ca_spec("CA " + std::to_string(made.size())), &made.back()));
  }
  const Certificate end = make_certificate(leaf_spec("a.example"), &made.back());
  std::vector<const Certificate*> sent = {&end};
  for (auto it = made.rbegin(); it != made.rend(); ++it) sent.push_back(&*it);
  const auto before = std::chrono::steady_clock::now();
  EXPECT_NE(refusal(sent), "");
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(2));
}

// Many issuers of one name, each with another key: the first is tried, not all.
TEST_F(OddCertificatesTest, ACrowdOfIssuersOfOneName) {
  const Certificate first = test::make_ca("Twin");
  std::vector<Certificate> twins;
  for (int i = 0; i < 100; ++i) twins.push_back(test::make_ca("Twin"));
  const Certificate end = make_certificate(leaf_spec("a.example"), &first);
  std::vector<const Certificate*> sent = {&end};
  for (const Certificate& twin : twins) sent.push_back(&twin);
  const auto before = std::chrono::steady_clock::now();
  EXPECT_NE(refusal(sent), "");
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(2));
}

}  // namespace
}  // namespace godwit::tls
