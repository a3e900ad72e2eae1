// SPDX-License-Identifier: MIT
#include "godwit/tls/preferences.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

namespace godwit::tls {
namespace {

struct PreferencesTest : testing::Test {
  bssl::UniquePtr<SSL_CTX> ctx{SSL_CTX_new(TLS_with_buffers_method())};

  std::string offered() {
    std::string text;
    const STACK_OF(SSL_CIPHER)* ciphers = SSL_CTX_get_ciphers(ctx.get());
    for (size_t i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
      if (!text.empty()) text += ' ';
      text += SSL_CIPHER_get_name(sk_SSL_CIPHER_value(ciphers, i));
    }
    return text;
  }
};

TEST_F(PreferencesTest, CiphersByEitherName) {
  EXPECT_EQ(set_ciphers(ctx.get(), "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES128-GCM-SHA256"), "");
  EXPECT_EQ(offered(), "ECDHE-RSA-CHACHA20-POLY1305 ECDHE-RSA-AES128-GCM-SHA256");
  EXPECT_EQ(set_ciphers(ctx.get(), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, ECDHE-ECDSA-AES256-GCM-SHA384"),
            "");
  EXPECT_EQ(offered(), "ECDHE-RSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES256-GCM-SHA384");
}

TEST_F(PreferencesTest, CiphersThatCanNotBeOffered) {
  const struct {
    std::string_view names, error;
  } kCases[] = {
      {"ECDHE-RSA-AES128-GCM-SHA256:NO-SUCH-CIPHER", "ciphers: \"NO-SUCH-CIPHER\" is not known"},
      {"AES128-GCM-SHA256", "ciphers: AES128-GCM-SHA256 gives no forward secrecy, which is required"},
      {"TLS_AES_128_GCM_SHA256",
       "ciphers: TLS_AES_128_GCM_SHA256 is of TLS 1.3, whose ciphers BoringSSL chooses itself"},
      // The language of cipher lists is not spoken: a list says what it says.
      {"HIGH", "ciphers: \"HIGH\" is not known"},
      {"ALL", "ciphers: \"ALL\" is not known"},
      {"!ECDHE-RSA-AES128-GCM-SHA256", "ciphers: \"!ECDHE-RSA-AES128-GCM-SHA256\" is not known"},
      {"ECDHE+AESGCM", "ciphers: \"ECDHE+AESGCM\" is not known"},
      {"\x1b[0m", "ciphers: \"\\x1b[0m\" is not known"},
      {" : ", "ciphers: no name in the list"},
  };
  for (const auto& c : kCases) EXPECT_EQ(set_ciphers(ctx.get(), c.names), c.error);
}

TEST_F(PreferencesTest, Groups) {
  EXPECT_EQ(set_groups(ctx.get(), "X25519:P-256"), "");
  EXPECT_EQ(set_groups(ctx.get(), "P-384"), "");
  EXPECT_EQ(set_groups(ctx.get(), "X25519:X448"), "groups: \"X448\" is not known");
  EXPECT_EQ(set_groups(ctx.get(), ""), "groups: no name in the list");
}

}  // namespace
}  // namespace godwit::tls
