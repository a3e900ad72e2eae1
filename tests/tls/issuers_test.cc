// SPDX-License-Identifier: MIT
// What issuers may and may not do, and which path is taken when there are several.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/tests/support/certificates.h"
#include "godwit/tests/support/chain_verdict.h"

namespace godwit::tls {
namespace {

using test::ca_spec;
using test::Certificate;
using test::CertificateSpec;
using test::kMay2024;
using test::leaf_spec;
using test::make_certificate;

class IssuersTest : public testing::Test {
 protected:
  // refusal gives the sentence with which a chain is refused, empty if it is not.
  static std::string refusal(const std::vector<const Certificate*>& roots,
                             const std::vector<const Certificate*>& sent,
                             std::string_view host = "a.example") {
    const test::ChainVerdict verdict = test::judge(roots, sent, host);
    EXPECT_EQ(verdict.good, verdict.failure.sentence.empty());
    return verdict.failure.sentence;
  }

  // Of a leaf by an issuer of this kind, itself by the root.
  std::string below(const CertificateSpec& issuer, const CertificateSpec& leaf,
                    std::string_view host = "a.example") {
    const Certificate middle = make_certificate(issuer, &root_);
    const Certificate made = make_certificate(leaf, &middle);
    return refusal({&root_}, {&made, &middle}, host);
  }

  std::string constrained(const std::string& constraints, const CertificateSpec& leaf,
                          std::string_view host = "a.example") {
    CertificateSpec spec = ca_spec("Godwit Middle");
    spec.name_constraints = constraints;
    return below(spec, leaf, host);
  }

  static CertificateSpec for_ip(std::string ip) {
    CertificateSpec spec;
    spec.ip = {std::move(ip)};
    return spec;
  }

  static std::string outside(std::string_view subject) {
    return "certificate for " + std::string(subject) + " is outside of the names that its issuers may use";
  }

  Certificate root_ = test::make_ca("Godwit Root");
};

// A CA that was certified anew, with the same key and name: whichever of the two is sent first.
TEST_F(IssuersTest, AnExpiredOneBesideAGoodOne) {
  CertificateSpec spec = ca_spec("Godwit Middle");
  const Certificate good = make_certificate(spec, &root_);
  spec.key_of = good.key.get();
  spec.not_after = kMay2024;
  const Certificate expired = make_certificate(spec, &root_);
  const Certificate leaf = make_certificate(leaf_spec("a.example"), &good);
  EXPECT_EQ(refusal({&root_}, {&leaf, &good, &expired}), "");
  EXPECT_EQ(refusal({&root_}, {&leaf, &expired, &good}), "");
  EXPECT_EQ(refusal({&root_}, {&leaf, &expired}),
            "certificate of Godwit Middle, which vouches for a.example, is expired since 2024-05-01");
}

// What old CAs did when their root was too young to be known: the old path has ended, the young root is
// known.
TEST_F(IssuersTest, AnExpiredCrossSignatureBesideATrustedRoot) {
  const Certificate old_root = test::make_ca("Old Root");
  CertificateSpec spec = ca_spec("Godwit Root");
  spec.key_of = root_.key.get();
  spec.not_after = kMay2024;
  const Certificate cross = make_certificate(spec, &old_root);
  const Certificate middle = make_certificate(ca_spec("Godwit Middle"), &root_);
  const Certificate leaf = make_certificate(leaf_spec("a.example"), &middle);
  EXPECT_EQ(refusal({&root_, &old_root}, {&leaf, &middle, &cross}), "");
  EXPECT_EQ(refusal({&old_root}, {&leaf, &middle, &cross}),
            "certificate of Godwit Root, which vouches for a.example, is expired since 2024-05-01");
}

TEST_F(IssuersTest, AnyOneSentTwice) {
  const Certificate middle = make_certificate(ca_spec("Godwit Middle"), &root_);
  const Certificate leaf = make_certificate(leaf_spec("a.example"), &middle);
  EXPECT_EQ(refusal({&root_}, {&leaf, &leaf, &middle, &middle, &root_, &root_, &leaf}), "");
}

TEST_F(IssuersTest, ARootOfVersion1) {
  CertificateSpec spec;
  spec.version = 1;
  spec.common_name = "Ancient Root";
  spec.extended_key_usage.clear();
  const Certificate root = make_certificate(spec);
  const Certificate leaf = make_certificate(leaf_spec("a.example"), &root);
  EXPECT_EQ(refusal({&root}, {&leaf}), "");
  // Below a root, version 1 can't say that it is a CA.
  EXPECT_EQ(below(spec, leaf_spec("a.example")),
            "certificate of Ancient Root, which vouches for a.example, is not one of a CA");
}

TEST_F(IssuersTest, ARootMaySignItselfWithSha1) {
  CertificateSpec spec = ca_spec("Old Root");
  spec.key = test::KeyType::rsa2048;
  spec.digest = test::Digest::sha1;
  const Certificate root = make_certificate(spec);
  const Certificate leaf = make_certificate(leaf_spec("a.example"), &root);
  EXPECT_EQ(refusal({&root}, {&leaf}), "");
}

TEST_F(IssuersTest, PurposesOfAnIssuerBindThoseBelow) {
  CertificateSpec spec = ca_spec("Godwit Middle");
  spec.extended_key_usage = "clientAuth,emailProtection";
  EXPECT_EQ(below(spec, leaf_spec("a.example")),
            "certificate of Godwit Middle, which vouches for a.example, is not meant for TLS servers");
  spec.extended_key_usage = "serverAuth";
  EXPECT_EQ(below(spec, leaf_spec("a.example")), "");
}

TEST_F(IssuersTest, AnIssuerThatMayNotSignCertificates) {
  CertificateSpec spec = ca_spec("Godwit Middle");
  spec.key_usage = "critical,digitalSignature,cRLSign";
  EXPECT_EQ(below(spec, leaf_spec("a.example")),
            "certificate for a.example leads to Godwit Middle, which is not trusted");
  spec.key_usage = "critical,keyCertSign";
  EXPECT_EQ(below(spec, leaf_spec("a.example")), "");
}

// Its key is for signing, which is all that TLS does with it.
TEST_F(IssuersTest, ACaMayBeAServer) {
  CertificateSpec spec = leaf_spec("a.example");
  spec.basic_constraints = "critical,CA:TRUE";
  const Certificate leaf = make_certificate(spec, &root_);
  EXPECT_EQ(refusal({&root_}, {&leaf}), "");
}

TEST_F(IssuersTest, APurposeOfAnyIsNoServers) {
  CertificateSpec spec = leaf_spec("a.example");
  spec.extended_key_usage = "2.5.29.37.0";
  const Certificate leaf = make_certificate(spec, &root_);
  EXPECT_EQ(refusal({&root_}, {&leaf}), "certificate for a.example is not meant for TLS servers");
}

// BoringSSL knows no constraints on addresses: it refuses what they would be about, and nothing else.
TEST_F(IssuersTest, ConstraintsOnAddresses) {
  for (const char* constraint :
       {"permitted;IP:192.0.2.0/255.255.255.0", "excluded;IP:192.0.2.0/255.255.255.0",
        "excluded;IP:2001:db8::/ffff:ffff::"}) {
    SCOPED_TRACE(constraint);
    EXPECT_EQ(constrained(constraint, for_ip("192.0.2.7"), "192.0.2.7"),
              "certificate for 192.0.2.7 has names of a kind on which its issuers set constraints that can't "
              "be checked");
    EXPECT_EQ(constrained(constraint, leaf_spec("a.example")), "");
  }
  EXPECT_EQ(constrained("permitted;DNS:example", for_ip("192.0.2.7"), "192.0.2.7"), "");
}

TEST_F(IssuersTest, ConstraintsOnOtherNamesLeaveHostsAlone) {
  EXPECT_EQ(constrained("permitted;email:example.org", leaf_spec("a.example")), "");
  CertificateSpec spec;
  spec.extensions = {{"subjectAltName", "DNS:a.example,email:root@a.example"}};
  EXPECT_EQ(constrained("permitted;email:example.org", spec), outside("a.example"));
  EXPECT_EQ(constrained("permitted;email:a.example", spec), "");
}

TEST_F(IssuersTest, ExcludedNames) {
  EXPECT_EQ(constrained("excluded;DNS:b.example", leaf_spec("a.example")), "");
  EXPECT_EQ(constrained("excluded;DNS:example", leaf_spec("a.example")), outside("a.example"));
  EXPECT_EQ(constrained("excluded;DNS:A.EXAMPLE", leaf_spec("a.example")), outside("a.example"));
  EXPECT_EQ(constrained("permitted;DNS:example,excluded;DNS:a.example", leaf_spec("a.example")),
            outside("a.example"));
  // A name that the server is not asked by spoils the certificate all the same.
  CertificateSpec two = leaf_spec("a.example");
  two.dns.push_back("b.example");
  EXPECT_EQ(constrained("excluded;DNS:b.example", two), outside("a.example"));
}

// A wildcard is not itself below what is excluded, but what it stands for may be.
TEST_F(IssuersTest, AWildcardIsNoWayAroundAnExcludedName) {
  const CertificateSpec wildcard = leaf_spec("*.b.example");
  EXPECT_EQ(constrained("excluded;DNS:bad.b.example", wildcard, "good.b.example"), "");
  for (const char* host : {"bad.b.example", "BAD.b.example", "bad.b.example."}) {
    EXPECT_EQ(constrained("excluded;DNS:bad.b.example", wildcard, host), outside("*.b.example")) << host;
  }
  EXPECT_EQ(constrained("excluded;DNS:.bad.b.example", wildcard, "bad.b.example"), "");
  EXPECT_EQ(constrained("excluded;DNS:b.example", wildcard, "good.b.example"), outside("*.b.example"));
}

TEST_F(IssuersTest, ARootIsBoundByItsOwnConstraints) {
  CertificateSpec spec = ca_spec("Small Root");
  spec.name_constraints = "critical,permitted;DNS:b.example";
  const Certificate root = make_certificate(spec);
  const Certificate leaf = make_certificate(leaf_spec("a.example"), &root);
  EXPECT_EQ(refusal({&root}, {&leaf}), outside("a.example"));
}

TEST_F(IssuersTest, APathOfNoLength) {
  CertificateSpec spec = ca_spec("Godwit Middle");
  spec.basic_constraints = "critical,CA:TRUE,pathlen:0";
  EXPECT_EQ(below(spec, leaf_spec("a.example")), "");
  const Certificate middle = make_certificate(spec, &root_);
  const Certificate lower = make_certificate(ca_spec("Godwit Lower"), &middle);
  const Certificate leaf = make_certificate(leaf_spec("a.example"), &lower);
  EXPECT_EQ(refusal({&root_}, {&leaf, &lower, &middle}),
            "certificate of Godwit Middle, which vouches for a.example, allows fewer certificates below it "
            "than there are");
}

TEST_F(IssuersTest, SmallExponentsAreAsGoodAsOthers) {
  CertificateSpec spec = ca_spec("Godwit Middle");
  spec.key = test::KeyType::rsa_e3;
  CertificateSpec leaf = leaf_spec("a.example");
  leaf.key = test::KeyType::ed25519;
  EXPECT_EQ(below(spec, leaf), "");
}

TEST_F(IssuersTest, AHugeCertificate) {
  CertificateSpec spec = leaf_spec("a.example");
  for (int i = 0; i < 5000; ++i) spec.dns.push_back("host" + std::to_string(i) + ".a.example");
  const Certificate leaf = make_certificate(spec, &root_);
  EXPECT_EQ(refusal({&root_}, {&leaf}, "host4999.a.example"), "");
  const std::string told = refusal({&root_}, {&leaf}, "b.example");
  EXPECT_TRUE(told.starts_with("certificate is for a.example, host0.a.example, ")) << told;
  EXPECT_TRUE(told.ends_with(", not b.example")) << told;
  EXPECT_LT(told.size(), 1000u);
}

}  // namespace
}  // namespace godwit::tls
