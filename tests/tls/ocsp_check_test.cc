// SPDX-License-Identifier: MIT
#include "godwit/tls/ocsp_check.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <openssl/digest.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include "godwit/tests/support/certificates.h"
#include "godwit/tls/ocsp_response.h"
#include "godwit/tools/embedded_server/ocsp.h"

namespace godwit::tls {
namespace {

using embedded::make_ocsp_response;
using embedded::OcspSingle;
using embedded::OcspSpec;
using test::ca_spec;
using test::Certificate;
using test::CertificateSpec;
using test::leaf_spec;
using test::make_ca;
using test::make_certificate;

constexpr int64_t kDay = 86'400;
constexpr int64_t kNow = 1717200000;  // 2024-06-01

std::span<const uint8_t> octets(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

CertificateSpec responder_spec() {
  CertificateSpec spec;
  spec.common_name = "Godwit Responder";
  spec.extended_key_usage = "OCSPSigning";
  return spec;
}

class OcspCheckTest : public testing::Test {
 protected:
  OcspSpec spec(OcspSingle::Status status = OcspSingle::Status::good) {
    return {.issuer = root_.x509.get(),
            .singles = {{.certificate = leaf_.x509.get(),
                         .status = status,
                         .this_update = kNow - kDay,
                         .next_update = kNow + 6 * kDay}},
            .key = root_.key.get(),
            .produced_at = kNow - kDay};
  }

  OcspVerdict verdict(const OcspSpec& spec, int64_t now = kNow) {
    return check(make_ocsp_response(spec), now);
  }

  OcspVerdict check(std::string_view response, int64_t now = kNow) {
    // At the end of an allocation of its own, so that a sanitizer sees each octet read behind it.
    const auto copy = std::make_unique<uint8_t[]>(response.size());
    std::copy(response.begin(), response.end(), copy.get());
    const OcspVerdict verdict =
        check_ocsp({copy.get(), response.size()}, leaf_.x509.get(), root_.x509.get(), now);
    EXPECT_EQ(ERR_peek_error(), 0u);
    return verdict;
  }

  std::string_view status(const OcspSpec& spec, int64_t now = kNow) {
    return name(verdict(spec, now).status);
  }

  // One signed by another certificate than the issuer.
  std::string_view delegated(const CertificateSpec& made, const Certificate* by = nullptr) {
    const Certificate responder = make_certificate(made, by != nullptr ? by : &root_);
    OcspSpec response = spec();
    response.signer = responder.x509.get();
    response.key = responder.key.get();
    response.send_signer = true;
    return status(response);
  }

  Certificate root_ = make_ca("Godwit Root");
  Certificate leaf_ = make_certificate(leaf_spec("a.example"), &root_);
};

TEST_F(OcspCheckTest, Good) {
  const OcspVerdict good = verdict(spec());
  EXPECT_EQ(name(good.status), "good");
  EXPECT_EQ(good.valid_from, kNow - kDay);
  EXPECT_EQ(good.valid_until, kNow + 6 * kDay);
}

TEST_F(OcspCheckTest, NoneIsNone) {
  EXPECT_EQ(name(check("").status), "none");
}

TEST_F(OcspCheckTest, RevokedWithDateAndReason) {
  OcspSpec response = spec(OcspSingle::Status::revoked);
  response.singles[0].revoked_at = kNow - 2 * kDay;
  response.singles[0].reason = 1;
  const OcspVerdict revoked = verdict(response);
  EXPECT_EQ(name(revoked.status), "revoked");
  EXPECT_EQ(revoked.revoked_at, kNow - 2 * kDay);
  EXPECT_EQ(revocation_reason(revoked.reason), "key compromise");
  response.singles[0].reason.reset();
  EXPECT_EQ(revocation_reason(verdict(response).reason), "");
}

TEST_F(OcspCheckTest, UnknownToTheResponder) {
  EXPECT_EQ(status(spec(OcspSingle::Status::unknown)), "unknown");
}

TEST_F(OcspCheckTest, DatesToTheSecondWithClocksThatDiffer) {
  const OcspSpec response = spec();
  const int64_t from = kNow - kDay, until = kNow + 6 * kDay;
  EXPECT_EQ(status(response, from - kOcspSkew), "good");
  EXPECT_EQ(status(response, from - kOcspSkew - 1), "not-yet-valid");
  EXPECT_EQ(status(response, until + kOcspSkew), "good");
  EXPECT_EQ(status(response, until + kOcspSkew + 1), "expired");
  EXPECT_EQ(verdict(response, until + kDay).valid_until, until);
}

TEST_F(OcspCheckTest, WithoutANextUpdateOneHoldsForADay) {
  OcspSpec response = spec();
  response.singles[0].next_update.reset();
  const int64_t until = kNow - kDay + kOcspUnboundedLife;
  EXPECT_EQ(status(response, until + kOcspSkew), "good");
  EXPECT_EQ(status(response, until + kOcspSkew + 1), "expired");
}

TEST_F(OcspCheckTest, ARevocationOutlivesItsResponseUnlessItIsAHold) {
  OcspSpec response = spec(OcspSingle::Status::revoked);
  EXPECT_EQ(status(response, kNow + 400 * kDay), "revoked");
  EXPECT_EQ(status(response, kNow - 2 * kDay), "not-yet-valid");
  response.singles[0].reason = 6;
  EXPECT_EQ(status(response), "revoked");
  EXPECT_EQ(status(response, kNow + 400 * kDay), "expired");
}

TEST_F(OcspCheckTest, NamesOfTheIssuerByEachHash) {
  for (const EVP_MD* hash : {EVP_sha1(), EVP_sha256(), EVP_sha384()}) {
    OcspSpec response = spec();
    response.singles[0].hash = hash;
    EXPECT_EQ(status(response), "good") << EVP_MD_type(hash);
  }
}

TEST_F(OcspCheckTest, OtherCertificatesAreUnrelated) {
  const Certificate other = make_certificate(leaf_spec("a.example"), &root_);  // another serial number
  OcspSpec response = spec(OcspSingle::Status::revoked);
  response.singles[0].certificate = other.x509.get();
  EXPECT_EQ(status(response), "unrelated");
  // The same issuer's name, another key.
  const Certificate impostor = make_ca("Godwit Root");
  response = spec(OcspSingle::Status::revoked);
  response.issuer = impostor.x509.get();
  response.key = impostor.key.get();
  EXPECT_EQ(status(response), "unrelated");
  response.singles.clear();
  EXPECT_EQ(status(response), "unrelated");
}

// Another name with the same key: a CA that was renamed, or one that shares its key.
TEST_F(OcspCheckTest, TheIssuersNameCountsBesideItsKey) {
  CertificateSpec renamed_spec = ca_spec("Renamed Root");
  renamed_spec.key_of = root_.key.get();
  const Certificate renamed = make_certificate(renamed_spec);
  const Certificate other = make_certificate(leaf_spec("a.example"), &renamed);
  ASSERT_TRUE(X509_set_serialNumber(other.x509.get(), X509_get_serialNumber(leaf_.x509.get())));
  OcspSpec response = spec(OcspSingle::Status::revoked);
  response.singles[0].certificate = other.x509.get();
  EXPECT_EQ(status(response), "unrelated");
  EXPECT_EQ(delegated(responder_spec(), &renamed), "untrusted");
}

TEST_F(OcspCheckTest, OfSeveralTheWorstThatHoldsCounts) {
  const Certificate other = make_certificate(leaf_spec("b.example"), &root_);
  OcspSpec response = spec();
  const OcspSingle good = response.singles[0];
  OcspSingle stranger = good, old = good, unknown = good, revoked = good;
  stranger.certificate = other.x509.get();
  stranger.status = OcspSingle::Status::revoked;
  old.next_update = kNow - kDay / 2;
  unknown.status = OcspSingle::Status::unknown;
  revoked.status = OcspSingle::Status::revoked;
  response.singles = {stranger, old, good};
  EXPECT_EQ(status(response), "good");
  response.singles = {good, old, stranger};
  EXPECT_EQ(status(response), "good");
  response.singles = {good, unknown};
  EXPECT_EQ(status(response), "unknown");
  response.singles = {unknown, revoked, good};
  EXPECT_EQ(status(response), "revoked");
  response.singles = {stranger, old};
  EXPECT_EQ(status(response), "expired");
}

TEST_F(OcspCheckTest, SignaturesOfStrangersProveNothing) {
  const Certificate other = make_ca("Other Root");
  for (const OcspSingle::Status said : {OcspSingle::Status::good, OcspSingle::Status::revoked}) {
    OcspSpec response = spec(said);
    response.key = other.key.get();  // in the issuer's name
    EXPECT_EQ(status(response), "untrusted");
    response.signer = other.x509.get();  // in its own
    response.send_signer = true;
    EXPECT_EQ(status(response), "untrusted");
    // The server itself.
    response.signer = leaf_.x509.get();
    response.key = leaf_.key.get();
    EXPECT_EQ(status(response), "untrusted");
  }
}

TEST_F(OcspCheckTest, ResponderByNameOrByKey) {
  OcspSpec response = spec();
  response.responder_by_key = true;
  EXPECT_EQ(status(response), "good");
  // Signed by the issuer, who says to be another.
  const Certificate other = make_ca("Other Root");
  response.signer = other.x509.get();
  EXPECT_EQ(status(response), "untrusted");
  response.responder_by_key = false;
  EXPECT_EQ(status(response), "untrusted");
}

TEST_F(OcspCheckTest, Delegates) {
  EXPECT_EQ(delegated(responder_spec()), "good");
  CertificateSpec made = responder_spec();
  made.key_usage = "critical,digitalSignature";
  EXPECT_EQ(delegated(made), "good");
  made.key_usage = "critical,keyEncipherment";
  EXPECT_EQ(delegated(made), "untrusted");
  for (const char* usage : {"", "serverAuth", "anyExtendedKeyUsage"}) {
    made = responder_spec();
    made.extended_key_usage = usage;
    EXPECT_EQ(delegated(made), "untrusted") << usage;
  }
}

TEST_F(OcspCheckTest, DelegatesHaveDates) {
  CertificateSpec made = responder_spec();
  made.not_after = kNow - 1;
  EXPECT_EQ(delegated(made), "untrusted");
  made.not_after = kNow + kDay;
  EXPECT_EQ(delegated(made), "good");
  made.not_before = kNow + 1;
  EXPECT_EQ(delegated(made), "untrusted");
}

TEST_F(OcspCheckTest, DelegatesComeFromTheIssuerItself) {
  const Certificate other = make_ca("Other Root");
  EXPECT_EQ(delegated(responder_spec(), &other), "untrusted");
  const Certificate impostor = make_ca("Godwit Root");
  EXPECT_EQ(delegated(responder_spec(), &impostor), "untrusted");
  const Certificate middle = make_certificate(ca_spec("Godwit Middle"), &root_);
  EXPECT_EQ(delegated(responder_spec(), &middle), "untrusted");
}

TEST_F(OcspCheckTest, ADelegateMustBeTheOneThatIsNamed) {
  const Certificate responder = make_certificate(responder_spec(), &root_);
  CertificateSpec second_spec = responder_spec();
  second_spec.common_name = "Second Responder";
  const Certificate second = make_certificate(second_spec, &root_);
  for (const bool by_key : {false, true}) {
    OcspSpec response = spec();
    response.signer = responder.x509.get();
    response.key = responder.key.get();
    response.send_signer = true;
    response.responder_by_key = by_key;
    EXPECT_EQ(status(response), "good");
    response.responder = second.x509.get();
    EXPECT_EQ(status(response), "untrusted");
  }
}

TEST_F(OcspCheckTest, DelegatesAreSignedStrongly) {
  CertificateSpec ca = ca_spec("RSA Root");
  ca.key = test::KeyType::rsa2048;
  root_ = make_certificate(ca);
  leaf_ = make_certificate(leaf_spec("a.example"), &root_);
  CertificateSpec made = responder_spec();
  EXPECT_EQ(delegated(made), "good");
  made.digest = test::Digest::sha1;
  EXPECT_EQ(delegated(made), "untrusted");
}

TEST_F(OcspCheckTest, ADelegateWithAnExtensionThatMustBeUnderstoodIsNot) {
  CertificateSpec made = responder_spec();
  made.extensions = {{"1.2.3.4", "DER:0500"}};
  EXPECT_EQ(delegated(made), "good");
  made.extensions = {{"1.2.3.4", "critical,DER:0500"}};
  EXPECT_EQ(delegated(made), "untrusted");
}

TEST_F(OcspCheckTest, ADelegateThatIsNotSentIsUnknown) {
  const Certificate responder = make_certificate(responder_spec(), &root_);
  OcspSpec response = spec();
  response.signer = responder.x509.get();
  response.key = responder.key.get();
  EXPECT_EQ(status(response), "untrusted");
}

TEST_F(OcspCheckTest, WeakKeysAndSignaturesProveNothing) {
  CertificateSpec made = responder_spec();
  made.key = test::KeyType::rsa2048;
  EXPECT_EQ(delegated(made), "good");
  made.key = test::KeyType::ed25519;
  EXPECT_EQ(delegated(made), "good");
  made.key = test::KeyType::rsa1024;
  EXPECT_EQ(delegated(made), "untrusted");
  made.key = test::KeyType::p224;
  EXPECT_EQ(delegated(made), "untrusted");
  const Certificate rsa = make_certificate(
      [] {
        CertificateSpec rsa_spec = responder_spec();
        rsa_spec.key = test::KeyType::rsa2048;
        return rsa_spec;
      }(),
      &root_);
  OcspSpec response = spec();
  response.signer = rsa.x509.get();
  response.key = rsa.key.get();
  response.send_signer = true;
  response.digest = EVP_sha1();
  const std::string der = make_ocsp_response(response);
  // Versions of BoringSSL that sign nothing with SHA-1 any more are no worry.
  if (!der.empty()) {
    EXPECT_EQ(name(check(der).status), "untrusted");
  }
}

TEST_F(OcspCheckTest, PssSignatures) {
  CertificateSpec made = responder_spec();
  made.key = test::KeyType::rsa2048;
  const Certificate rsa = make_certificate(made, &root_);
  OcspSpec response = spec();
  response.signer = rsa.x509.get();
  response.key = rsa.key.get();
  response.send_signer = true;
  response.pss = true;
  for (const EVP_MD* digest : {EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
    response.digest = digest;
    EXPECT_EQ(status(response), "good") << EVP_MD_type(digest);
  }
  response.digest = EVP_sha1();
  std::string der = make_ocsp_response(response);
  // As above.
  if (!der.empty()) {
    EXPECT_EQ(name(check(der).status), "untrusted");
  }
  response.digest = EVP_sha256();
  der = make_ocsp_response(response);
  const size_t at = der.find("20240531");
  ASSERT_NE(at, std::string::npos);
  der[at + 9] ^= 1;
  EXPECT_EQ(name(check(der).status), "untrusted");
}

TEST_F(OcspCheckTest, AnExtensionThatMustBeUnderstoodIsNot) {
  OcspSpec response = spec();
  response.critical_extension = true;
  EXPECT_EQ(status(response), "malformed");
  response = spec();
  response.singles[0].critical_extension = true;
  EXPECT_EQ(status(response), "malformed");
}

TEST_F(OcspCheckTest, ErrorsOfTheResponder) {
  for (const uint8_t code : {1, 2, 3, 5, 6}) {
    OcspSpec response = spec();
    response.response_status = code;
    EXPECT_EQ(status(response), "unsuccessful");
  }
}

TEST_F(OcspCheckTest, CutAtEveryOctetAndWithOneMore) {
  const Certificate responder = make_certificate(responder_spec(), &root_);
  OcspSpec response = spec(OcspSingle::Status::revoked);
  response.singles[0].reason = 4;
  response.signer = responder.x509.get();
  response.key = responder.key.get();
  response.send_signer = true;
  const std::string der = make_ocsp_response(response);
  ASSERT_EQ(name(check(der).status), "revoked");
  for (size_t size = 1; size < der.size(); ++size) {
    EXPECT_EQ(name(check(std::string_view(der).substr(0, size)).status), "malformed") << size;
  }
  EXPECT_EQ(name(check(der + '\0').status), "malformed");
}

TEST_F(OcspCheckTest, NoChangedOctetMakesARevocationGood) {
  const std::string der = make_ocsp_response(spec(OcspSingle::Status::revoked));
  for (size_t at = 0; at < der.size(); ++at) {
    for (const int flip : {0x01, 0x80, 0x21, 0xff}) {
      std::string changed = der;
      changed[at] = static_cast<char>(changed[at] ^ flip);
      const OcspStatus status = check(changed).status;
      EXPECT_NE(name(status), "good") << at;
      // The parameters of the signature's algorithm and a few lengths in long form are not signed.
      if (status == OcspStatus::revoked) {
        EXPECT_GT(at, der.size() / 2);
      }
    }
  }
}

TEST_F(OcspCheckTest, Garbage) {
  EXPECT_EQ(name(check("garbage").status), "malformed");
  EXPECT_EQ(name(check(std::string("\x30\x80\0\0", 4)).status), "malformed");
  EXPECT_EQ(name(check(std::string("\x30\x84\xff\xff\xff\xff", 6)).status), "malformed");
}

TEST_F(OcspCheckTest, LongResponsesAreNotRead) {
  OcspSpec response = spec();
  response.singles.assign(500, response.singles[0]);
  std::string der = make_ocsp_response(response);
  EXPECT_LT(der.size(), kMaxOcspResponse);
  EXPECT_EQ(name(check(der).status), "good");
  response.singles.assign(700, response.singles[0]);
  der = make_ocsp_response(response);
  EXPECT_GT(der.size(), kMaxOcspResponse);
  EXPECT_EQ(name(check(der).status), "malformed");
}

TEST_F(OcspCheckTest, TimesThatAreNone) {
  const std::string der = make_ocsp_response(spec());
  const size_t at = der.find("2024");
  ASSERT_NE(at, std::string::npos);
  for (const char* text : {"20241331000000Z", "20240230000000Z", "20240501240000Z", "20240501006000Z",
                           "20240501000060Z", "2024050100000aZ", "20240501000000+", "20240001000000Z"}) {
    std::string changed = der;
    changed.replace(at, 15, text);
    OcspResponse response;
    EXPECT_FALSE(parse_ocsp_response(octets(changed), response)) << text;
  }
}

TEST_F(OcspCheckTest, TimesWithOctetsBehindTheirEnd) {
  OcspSpec changed = spec();
  EXPECT_EQ(status(changed), "good");
  for (const std::string& behind :
       {std::string(1, '\0'), std::string("Z"), std::string("+0100"), std::string(" ")}) {
    changed.behind_produced_at = behind;
    EXPECT_EQ(status(changed), "malformed") << behind.size();
  }
}

TEST_F(OcspCheckTest, MustStaple) {
  EXPECT_FALSE(demands_staple(leaf_.x509.get()));
  CertificateSpec made = leaf_spec("a.example");
  made.must_staple = true;
  const Certificate demanding = make_certificate(made, &root_);
  EXPECT_TRUE(demands_staple(demanding.x509.get()));
  made.must_staple = false;
  made.extensions = {{"1.3.6.1.5.5.7.1.24", "DER:3006020111020105"}};  // status_request_v2 beside it
  const Certificate both = make_certificate(made, &root_);
  EXPECT_TRUE(demands_staple(both.x509.get()));
  for (const char* value : {"DER:3003020111", "DER:67617262616765", "DER:307f"}) {
    made.extensions[0].second = value;
    const Certificate another = make_certificate(made, &root_);
    EXPECT_FALSE(demands_staple(another.x509.get()));
  }
}

}  // namespace
}  // namespace godwit::tls
