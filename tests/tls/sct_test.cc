// SPDX-License-Identifier: MIT
#include "godwit/tls/sct.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "godwit/tests/support/certificates.h"
#include "godwit/tests/support/sct_list.h"

namespace godwit::tls {
namespace {

using namespace std::literals;
using test::length_prefixed;
using test::sct;
using test::sct_list;

std::vector<Sct> parsed(const std::string& list) {
  return parse_sct_list({reinterpret_cast<const uint8_t*>(list.data()), list.size()});
}

TEST(Sct, Lists) {
  const std::string list = sct_list({sct('a', 1717200000123), sct('b', 5)});
  const std::vector<Sct> scts = parsed(list);
  ASSERT_EQ(scts.size(), 2u);
  EXPECT_EQ(std::string(scts[0].log_id.begin(), scts[0].log_id.end()), std::string(32, 'a'));
  EXPECT_EQ(scts[0].timestamp, 1717200000123u);
  EXPECT_EQ(scts[1].log_id[31], 'b');
  EXPECT_EQ(scts[1].timestamp, 5u);
}

TEST(Sct, OtherVersionsAreSkipped) {
  EXPECT_EQ(parsed(sct_list({"\1anything"s, sct('b', 5)})).size(), 1u);
}

TEST(Sct, CutAtEveryOctetAndWithOneMore) {
  const std::string list = sct_list({sct('a', 1), sct('b', 2)});
  for (size_t size = 0; size < list.size(); ++size) {
    EXPECT_TRUE(parsed(list.substr(0, size)).empty()) << size;
    // The lengths of the list made to fit.
    if (size > 2) {
      EXPECT_LT(parsed(length_prefixed(list.substr(2, size - 2))).size(), 2u) << size;
    }
  }
  EXPECT_TRUE(parsed(list + '\0').empty());
  EXPECT_TRUE(parsed(sct_list({sct('a', 1) + '\0'})).empty());
  EXPECT_TRUE(parsed(sct_list({""})).empty());
}

TEST(Sct, LongListsAreNotRead) {
  EXPECT_EQ(parsed(sct_list(std::vector<std::string>(kMaxScts, sct('a', 1)))).size(), kMaxScts);
  EXPECT_TRUE(parsed(sct_list(std::vector<std::string>(kMaxScts + 1, sct('a', 1)))).empty());
}

TEST(Sct, InsideOfCertificates) {
  const std::string list = sct_list({sct('a', 7)});
  test::CertificateSpec spec = test::leaf_spec("a.example");
  EXPECT_TRUE(embedded_sct_list(test::make_certificate(spec).x509.get()).empty());
  const std::string octets = "\x04"s + static_cast<char>(list.size()) + list;
  spec.extensions = {{"1.3.6.1.4.1.11129.2.4.2", test::extension_der(octets)}};
  const test::Certificate made = test::make_certificate(spec);
  const std::span<const uint8_t> found = embedded_sct_list(made.x509.get());
  EXPECT_EQ(std::string(found.begin(), found.end()), list);
  spec.extensions[0].second = test::extension_der(list);
  EXPECT_TRUE(embedded_sct_list(test::make_certificate(spec).x509.get()).empty());
}

}  // namespace
}  // namespace godwit::tls
