// SPDX-License-Identifier: MIT
#include "godwit/tls/pss_parameters.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <openssl/digest.h>
#include <openssl/err.h>
#include <openssl/nid.h>

namespace godwit::tls {
namespace {

// DER by hand: `tag` and what is in it.
std::string tlv(uint8_t tag, std::string_view content) {
  return std::string(1, static_cast<char>(tag)) + static_cast<char>(content.size()) + std::string(content);
}

std::string hash(char last, bool with_null = true) {
  using namespace std::literals;
  return tlv(0x30, tlv(0x06, "\x60\x86\x48\x01\x65\x03\x04\x02"s + last) + (with_null ? "\x05\x00"s : ""));
}

const std::string kSha1 = tlv(0x30, tlv(0x06, "\x2b\x0e\x03\x02\x1a"));
constexpr char k256 = 1, k384 = 2, k512 = 3, k224 = 4;

std::string mgf1(const std::string& digest) {
  return tlv(0x30, tlv(0x06, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08") + digest);
}

std::string parameters(const std::string& digest, const std::string& generator, char salt,
                       const std::string& more = {}) {
  return tlv(0x30,
             tlv(0xa0, digest) + tlv(0xa1, generator) + tlv(0xa2, tlv(0x02, std::string(1, salt))) + more);
}

int read(std::string_view der) {
  const EVP_MD* digest = pss_digest({reinterpret_cast<const uint8_t*>(der.data()), der.size()});
  ERR_clear_error();
  return digest == nullptr ? NID_undef : EVP_MD_type(digest);
}

TEST(PssParameters, TheThreeForms) {
  EXPECT_EQ(read(parameters(hash(k256), mgf1(hash(k256)), 32)), NID_sha256);
  EXPECT_EQ(read(parameters(hash(k384), mgf1(hash(k384)), 48)), NID_sha384);
  EXPECT_EQ(read(parameters(hash(k512), mgf1(hash(k512)), 64)), NID_sha512);
  EXPECT_EQ(read(parameters(hash(k256, false), mgf1(hash(k256, false)), 32)), NID_sha256);
}

TEST(PssParameters, NoOthers) {
  const std::string good = hash(k256);
  for (const std::string& der : {
           parameters(kSha1, mgf1(kSha1), 20),
           parameters(hash(k224), mgf1(hash(k224)), 28),
           parameters(good, mgf1(hash(k512)), 32),
           parameters(good, mgf1(kSha1), 32),
           parameters(good, mgf1(good), 20),
           parameters(good, mgf1(good), 0),
           parameters(good, good, 32),
           parameters(good, mgf1(good), 32, tlv(0xa3, tlv(0x02, "\x02"))),
           tlv(0x30, ""),
           tlv(0x30, tlv(0xa0, good)),
           tlv(0x30, tlv(0xa0, good) + tlv(0xa1, mgf1(good))),
           std::string("\x05\x00", 2),
           std::string(),
       }) {
    EXPECT_EQ(read(der), NID_undef);
  }
}

TEST(PssParameters, CutAtEveryOctetAndWithOneMore) {
  const std::string der = parameters(hash(k256), mgf1(hash(k256)), 32);
  for (size_t size = 0; size < der.size(); ++size) EXPECT_EQ(read(der.substr(0, size)), NID_undef) << size;
  EXPECT_EQ(read(der + '\0'), NID_undef);
}

}  // namespace
}  // namespace godwit::tls
