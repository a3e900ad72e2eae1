// SPDX-License-Identifier: MIT
#include "godwit/tls/verify.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/mem.h>
#include <openssl/x509.h>

#include "godwit/tests/support/certificates.h"
#include "godwit/tests/support/chain_verdict.h"

namespace godwit::tls {
namespace {

using namespace std::literals;
using test::ca_spec;
using test::Certificate;
using test::CertificateSpec;
using test::ChainVerdict;
using test::judge;
using test::kJune2024;
using test::kMay2024;
using test::leaf_spec;
using test::make_ca;
using test::make_certificate;

constexpr int64_t kJune2030 = 1906502400;  // 2030-06-01

void expect_good(const ChainVerdict& verdict) {
  EXPECT_TRUE(verdict.good) << verdict.failure.sentence;
  EXPECT_EQ(verdict.failure.kind, FailureKind::none);
}

void expect_refused(const ChainVerdict& verdict, CertificateReason reason, std::string_view sentence,
                    int alert) {
  EXPECT_FALSE(verdict.good);
  EXPECT_EQ(verdict.failure.kind, FailureKind::certificate);
  EXPECT_EQ(name(verdict.failure.reason), name(reason));
  EXPECT_EQ(verdict.failure.sentence, sentence);
  EXPECT_EQ(verdict.alert, alert);
}

class VerifyTest : public testing::Test {
 protected:
  Certificate root_ = make_ca("Godwit Root");

  ChainVerdict leaf(const CertificateSpec& spec, std::string_view host = "a.example",
                    int64_t now = kJune2024) {
    const Certificate made = make_certificate(spec, &root_);
    return judge({&root_}, {&made}, host, now);
  }
};

TEST_F(VerifyTest, Valid) {
  expect_good(leaf(leaf_spec("a.example")));
}

TEST_F(VerifyTest, ValidThroughAnIntermediateAndWithTheRootSent) {
  const Certificate middle = make_certificate(ca_spec("Godwit Middle"), &root_);
  const Certificate made = make_certificate(leaf_spec("a.example"), &middle);
  expect_good(judge({&root_}, {&made, &middle}));
  expect_good(judge({&root_}, {&made, &middle, &root_}));
  const Certificate stray = make_ca("Unrelated");
  expect_good(judge({&root_}, {&made, &stray, &middle}));
}

TEST_F(VerifyTest, DatesToTheSecond) {
  CertificateSpec spec = leaf_spec("a.example");
  spec.not_before = kMay2024;
  spec.not_after = kJune2030;
  expect_good(leaf(spec, "a.example", kMay2024));
  expect_good(leaf(spec, "a.example", kJune2030 - 1));
  expect_refused(leaf(spec, "a.example", kMay2024 - 1), CertificateReason::not_yet_valid,
                 "certificate for a.example is not valid before 2024-05-01", 45);
  expect_refused(leaf(spec, "a.example", kJune2030 + 1), CertificateReason::expired,
                 "certificate for a.example is expired since 2030-06-01", 45);
}

TEST_F(VerifyTest, AnExpiredIssuerIsNamed) {
  CertificateSpec spec = ca_spec("Godwit Middle");
  spec.not_after = kMay2024;
  const Certificate middle = make_certificate(spec, &root_);
  const Certificate made = make_certificate(leaf_spec("a.example"), &middle);
  expect_refused(judge({&root_}, {&made, &middle}), CertificateReason::expired,
                 "certificate of Godwit Middle, which vouches for a.example, is expired since 2024-05-01",
                 45);
}

TEST_F(VerifyTest, HostNames) {
  CertificateSpec spec = leaf_spec("b.example");
  expect_refused(leaf(spec), CertificateReason::wrong_host, "certificate is for b.example, not a.example",
                 42);
  spec.dns = {"b.example", "*.c.example", "d.example", "e.example", "f.example"};
  spec.ip = {"192.0.2.1"};
  expect_good(leaf(spec, "f.example"));
  expect_good(leaf(spec, "x.c.example"));
  expect_good(leaf(spec, "192.0.2.1"));
  expect_refused(leaf(spec), CertificateReason::wrong_host,
                 "certificate is for b.example, *.c.example, d.example and 3 more, not a.example", 42);
}

TEST_F(VerifyTest, WildcardTooBroad) {
  expect_refused(leaf(leaf_spec("*.example")), CertificateReason::wrong_host,
                 "certificate is for *.example, not a.example", 42);
  expect_refused(leaf(leaf_spec("*")), CertificateReason::wrong_host, "certificate is for *, not a.example",
                 42);
}

TEST_F(VerifyTest, ANulInANameMatchesNothing) {
  expect_refused(leaf(leaf_spec("a.example\0.evil.example"s)), CertificateReason::wrong_host,
                 "certificate is for a.example\\x00.evil.example, not a.example", 42);
}

TEST_F(VerifyTest, Addresses) {
  CertificateSpec spec;
  spec.ip = {"192.0.2.1", "2001:db8::1"};
  expect_good(leaf(spec, "192.0.2.1"));
  expect_good(leaf(spec, "2001:db8:0::1"));
  expect_refused(leaf(spec, "192.0.2.2"), CertificateReason::wrong_host,
                 "certificate is for 192.0.2.1, 2001:db8::1, not 192.0.2.2", 42);
  expect_refused(leaf(spec, "2001:db8::2"), CertificateReason::wrong_host,
                 "certificate is for 192.0.2.1, 2001:db8::1, not 2001:db8::2", 42);
  // The octets of one kind that begin those of the other.
  spec.ip = {"c000:201::"};
  expect_refused(leaf(spec, "192.0.2.1"), CertificateReason::wrong_host,
                 "certificate is for c000:201::, not 192.0.2.1", 42);
  // An address written as a name doesn't count, nor does a name for an address.
  expect_refused(leaf(leaf_spec("192.0.2.1"), "192.0.2.1"), CertificateReason::wrong_host,
                 "certificate is for 192.0.2.1, not 192.0.2.1", 42);
}

TEST_F(VerifyTest, TheCommonNameIsNeverLookedAt) {
  CertificateSpec spec;
  spec.common_name = "a.example";
  expect_refused(leaf(spec), CertificateReason::wrong_host, "certificate is for no host, not a.example", 42);
  spec.dns = {"b.example"};
  expect_refused(leaf(spec), CertificateReason::wrong_host, "certificate is for b.example, not a.example",
                 42);
}

TEST_F(VerifyTest, SelfSigned) {
  const Certificate made = make_certificate(leaf_spec("a.example"));
  expect_refused(judge({&root_}, {&made}), CertificateReason::self_signed,
                 "certificate for a.example is self-signed and not trusted", 48);
  expect_good(judge({&made}, {&made}));
  expect_refused(judge({&made}, {&made}, "b.example"), CertificateReason::wrong_host,
                 "certificate is for a.example, not b.example", 42);
}

TEST_F(VerifyTest, UnknownRoot) {
  const Certificate other = make_ca("Other Root");
  const Certificate made = make_certificate(leaf_spec("a.example"), &other);
  expect_refused(judge({&root_}, {&made}), CertificateReason::unknown_root,
                 "certificate for a.example leads to Other Root, which is not trusted", 48);
  expect_refused(judge({&root_}, {&made, &other}), CertificateReason::unknown_root,
                 "certificate for a.example leads to Other Root, which is not trusted", 48);
  expect_refused(judge({}, {&made}), CertificateReason::unknown_root,
                 "certificate for a.example leads to Other Root, which is not trusted", 48);
}

TEST_F(VerifyTest, MissingIntermediate) {
  const Certificate middle = make_certificate(ca_spec("Godwit Middle"), &root_);
  CertificateSpec spec = leaf_spec("a.example");
  spec.authority_info = "caIssuers;URI:http://ca.example/middle.der";
  const Certificate made = make_certificate(spec, &middle);
  expect_refused(judge({&root_}, {&made}), CertificateReason::missing_intermediate,
                 "certificate for a.example was sent without the one of its issuer, Godwit Middle", 48);
}

TEST_F(VerifyTest, MoreThanTheLeafSentIsNoMissingIntermediate) {
  const Certificate other = make_ca("Other Root");
  const Certificate middle = make_certificate(ca_spec("Other Middle"), &other);
  CertificateSpec spec = leaf_spec("a.example");
  spec.authority_info = "caIssuers;URI:http://ca.example/middle.der";
  const Certificate made = make_certificate(spec, &middle);
  expect_refused(judge({&root_}, {&made, &middle}), CertificateReason::unknown_root,
                 "certificate for a.example leads to Other Root, which is not trusted", 48);
}

// A server may go on sending a path to a root that has expired since, beside one that is trusted.
TEST_F(VerifyTest, ATrustedRootWinsOverACrossSignatureThatIsSent) {
  CertificateSpec old_spec = ca_spec("Old Root");
  old_spec.not_after = kMay2024;
  const Certificate old_root = make_certificate(old_spec);
  CertificateSpec cross_spec = ca_spec("Godwit Root");
  cross_spec.key_of = root_.key.get();
  const Certificate cross = make_certificate(cross_spec, &old_root);
  const Certificate middle = make_certificate(ca_spec("Godwit Middle"), &root_);
  const Certificate made = make_certificate(leaf_spec("a.example"), &middle);
  expect_good(judge({&root_}, {&made, &middle, &cross}));
  expect_good(judge({&root_, &old_root}, {&made, &middle, &cross, &old_root}));
}

TEST_F(VerifyTest, ARootOfTheSameNameWithAnotherKeyProvesNothing) {
  const Certificate impostor = make_ca("Godwit Root");
  const Certificate made = make_certificate(leaf_spec("a.example"), &impostor);
  const ChainVerdict verdict = judge({&root_}, {&made});
  expect_refused(verdict, CertificateReason::bad_signature,
                 "certificate for a.example has a signature that is wrong", 42);
}

TEST_F(VerifyTest, WeakKeys) {
  CertificateSpec spec = leaf_spec("a.example");
  spec.key = test::KeyType::rsa1024;
  expect_refused(leaf(spec), CertificateReason::weak_key,
                 "certificate for a.example has a weak key: RSA key of 1024 bits", 42);
  spec.key = test::KeyType::p224;
  expect_refused(leaf(spec), CertificateReason::weak_key,
                 "certificate for a.example has a weak key: EC key of 224 bits", 42);
  for (const test::KeyType key : {test::KeyType::rsa2048, test::KeyType::p256, test::KeyType::ed25519}) {
    spec.key = key;
    expect_good(leaf(spec));
  }
}

TEST_F(VerifyTest, AWeakKeyOfAnIssuer) {
  CertificateSpec spec = ca_spec("Weak Root");
  spec.key = test::KeyType::rsa1024;
  const Certificate weak = make_certificate(spec);
  const Certificate made = make_certificate(leaf_spec("a.example"), &weak);
  expect_refused(
      judge({&weak}, {&made}), CertificateReason::weak_key,
      "certificate of Weak Root, which vouches for a.example, has a weak key: RSA key of 1024 bits", 42);
}

TEST_F(VerifyTest, WeakSignatures) {
  CertificateSpec issuer = ca_spec("RSA Root");
  issuer.key = test::KeyType::rsa2048;
  issuer.digest = test::Digest::sha1;  // on itself: not judged
  const Certificate root = make_certificate(issuer);
  CertificateSpec spec = leaf_spec("a.example");
  const Certificate good = make_certificate(spec, &root);
  expect_good(judge({&root}, {&good}));
  spec.digest = test::Digest::sha1;
  const Certificate sha1 = make_certificate(spec, &root);
  expect_refused(judge({&root}, {&sha1}), CertificateReason::weak_signature,
                 "certificate for a.example is signed with sha1WithRSAEncryption, which is not accepted", 42);
  spec.digest = test::Digest::md5;
  const Certificate md5 = make_certificate(spec, &root);
  expect_refused(judge({&root}, {&md5}), CertificateReason::weak_signature,
                 "certificate for a.example is signed with md5WithRSAEncryption, which is not accepted", 42);
}

TEST_F(VerifyTest, PssSignatures) {
  CertificateSpec issuer = ca_spec("RSA Root");
  issuer.key = test::KeyType::rsa2048;
  const Certificate root = make_certificate(issuer);
  CertificateSpec spec = leaf_spec("a.example");
  spec.pss = true;
  const Certificate good = make_certificate(spec, &root);
  expect_good(judge({&root}, {&good}));
  spec.digest = test::Digest::sha1;
  const Certificate sha1 = make_certificate(spec, &root);
  expect_refused(judge({&root}, {&sha1}), CertificateReason::weak_signature,
                 "certificate for a.example is signed with rsassaPss, which is not accepted", 42);
}

TEST_F(VerifyTest, Purposes) {
  CertificateSpec spec = leaf_spec("a.example");
  for (const char* usage : {"clientAuth", "emailProtection,codeSigning", "msSGC", "nsSGC"}) {
    spec.extended_key_usage = usage;
    expect_refused(leaf(spec), CertificateReason::wrong_purpose,
                   "certificate for a.example is not meant for TLS servers", 43);
  }
  spec.extended_key_usage = "clientAuth,serverAuth";
  expect_good(leaf(spec));
  spec.extended_key_usage = "";  // absent: any purpose
  expect_good(leaf(spec));
}

TEST_F(VerifyTest, AnIssuerMustBeACa) {
  const Certificate middle = make_certificate(leaf_spec("middle.example"), &root_);
  const Certificate made = make_certificate(leaf_spec("a.example"), &middle);
  const ChainVerdict verdict = judge({&root_}, {&made, &middle});
  EXPECT_FALSE(verdict.good);
  EXPECT_NE(verdict.failure.reason, CertificateReason::none);
}

TEST_F(VerifyTest, PathLength) {
  CertificateSpec spec = ca_spec("Short");
  spec.basic_constraints = "critical,CA:TRUE,pathlen:0";
  const Certificate shorter = make_certificate(spec, &root_);
  const Certificate middle = make_certificate(ca_spec("Godwit Middle"), &shorter);
  const Certificate made = make_certificate(leaf_spec("a.example"), &middle);
  expect_refused(judge({&root_}, {&made, &middle, &shorter}), CertificateReason::path_length,
                 "certificate of Short, which vouches for a.example, allows fewer certificates below it than "
                 "there are",
                 42);
}

TEST_F(VerifyTest, NameConstraints) {
  CertificateSpec spec = ca_spec("Narrow");
  spec.name_constraints = "critical,permitted;DNS:b.example";
  const Certificate narrow = make_certificate(spec, &root_);
  const Certificate inside = make_certificate(leaf_spec("x.b.example"), &narrow);
  expect_good(judge({&root_}, {&inside, &narrow}, "x.b.example"));
  const Certificate outside = make_certificate(leaf_spec("a.example"), &narrow);
  expect_refused(judge({&root_}, {&outside, &narrow}), CertificateReason::name_constraint,
                 "certificate for a.example is outside of the names that its issuers may use", 42);
}

TEST_F(VerifyTest, LongChains) {
  for (const size_t intermediates : {9u, 11u}) {
    std::vector<Certificate> made;
    made.push_back(make_certificate(ca_spec("CA 0"), &root_));
    while (made.size() < intermediates) {
      made.push_back(make_certificate(ca_spec("CA " + std::to_string(made.size())), &made.back()));
    }
    const Certificate end = make_certificate(leaf_spec("a.example"), &made.back());
    std::vector<const Certificate*> sent = {&end};
    for (auto it = made.rbegin(); it != made.rend(); ++it) sent.push_back(&*it);
    EXPECT_EQ(judge({&root_}, sent).good, intermediates == 9) << intermediates;
  }
}

TEST_F(VerifyTest, ThePathIsValidUntilItsFirstCertificateEnds) {
  CertificateSpec ca = ca_spec("CA");
  CertificateSpec end = leaf_spec("a.example");
  const Certificate leaf = make_certificate(end, &root_);
  EXPECT_EQ(judge({&root_}, {&leaf}).verified.valid_until, test::kValidUntil);
  ca.not_after = kJune2030;
  const Certificate middle = make_certificate(ca, &root_);
  const Certificate below = make_certificate(end, &middle);
  EXPECT_EQ(judge({&root_}, {&below, &middle}).verified.valid_until, kJune2030);
  end.not_after = kJune2024 + 1;
  const Certificate brief = make_certificate(end, &middle);
  EXPECT_EQ(judge({&root_}, {&brief, &middle}).verified.valid_until, kJune2024 + 1);
}

TEST_F(VerifyTest, Pins) {
  const Certificate made = make_certificate(leaf_spec("a.example"), &root_);
  const Pin own = pin_of(made.x509.get());
  const Pin other = pin_of(root_.x509.get());
  expect_good(judge({&root_}, {&made}, "a.example", kJune2024, {other, own}));
  // A key of the path is not the server's.
  expect_refused(judge({&root_}, {&made, &root_}, "a.example", kJune2024, {other}),
                 CertificateReason::not_pinned,
                 "certificate for a.example has a key that is not pinned: " + pin_text(own), 42);
  // What a pin allows must be sound all the same.
  const Certificate self = make_certificate(leaf_spec("a.example"));
  expect_refused(judge({&root_}, {&self}, "a.example", kJune2024, {pin_of(self.x509.get())}),
                 CertificateReason::self_signed, "certificate for a.example is self-signed and not trusted",
                 48);
}

TEST_F(VerifyTest, WildcardOverAPublicSuffix) {
  expect_refused(leaf(leaf_spec("*.co.uk"), "a.co.uk"), CertificateReason::wrong_host,
                 "certificate is for *.co.uk, not a.co.uk", 42);
  expect_good(leaf(leaf_spec("*.a.co.uk"), "b.a.co.uk"));
}

TEST_F(VerifyTest, InternationalisedNames) {
  expect_good(leaf(leaf_spec("xn--bcher-kva.example"), "xn--bcher-kva.example"));
  expect_good(leaf(leaf_spec("*.xn--bcher-kva.example"), "a.xn--bcher-kva.example"));
  // A certificate holds A-labels (RFC 5280 7.2): UTF-8 in one is not a name.
  expect_refused(leaf(leaf_spec("b\xc3\xbc"
                                "cher.example"),
                      "xn--bcher-kva.example"),
                 CertificateReason::wrong_host,
                 "certificate is for b\\xc3\\xbccher.example, not xn--bcher-kva.example", 42);
}

TEST_F(VerifyTest, PartialWildcards) {
  for (const char* pattern :
       {"a*.b.example", "*a.b.example", "a.*.example", "*.*.example", "xn--*.b.example"}) {
    const ChainVerdict verdict = leaf(leaf_spec(pattern), "aa.b.example");
    EXPECT_EQ(verdict.failure.reason, CertificateReason::wrong_host) << pattern;
  }
  expect_refused(leaf(leaf_spec("*.example.org"), "a.b.example.org"), CertificateReason::wrong_host,
                 "certificate is for *.example.org, not a.b.example.org", 42);
  expect_refused(leaf(leaf_spec("*.example.org"), "example.org"), CertificateReason::wrong_host,
                 "certificate is for *.example.org, not example.org", 42);
}

TEST_F(VerifyTest, GarbageInsteadOfACertificate) {
  bssl::UniquePtr<X509_STORE> store(X509_STORE_new());
  bssl::UniquePtr<STACK_OF(CRYPTO_BUFFER)> chain(sk_CRYPTO_BUFFER_new_null());
  const uint8_t garbage[] = {0x30, 0x03, 0x02, 0x01, 0x05};
  bssl::PushToStack(chain.get(),
                    bssl::UniquePtr<CRYPTO_BUFFER>(CRYPTO_BUFFER_new(garbage, sizeof(garbage), nullptr)));
  Failure failure;
  uint8_t alert = 0;
  Verified verified;
  EXPECT_FALSE(verify_chain({.store = store.get(), .host = "a.example", .now = kJune2024}, chain.get(),
                            failure, &alert, verified));
  EXPECT_EQ(failure.reason, CertificateReason::unparsable);
  EXPECT_EQ(failure.sentence, "certificate 1 of those that the server sent can't be parsed");
}

}  // namespace
}  // namespace godwit::tls
