// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/tls_text.h"

#include <memory>
#include <vector>

#include <gtest/gtest.h>

namespace godwit::fetch {
namespace {

constexpr PeerCertificates::Reader kReader = {
    [](const void*) {
      return std::vector<CertificateInfo>{{.subject = "CN=a\x1b[31m",
                                           .issuer = "CN=Root",
                                           .not_before = 1714521601,
                                           .not_after = 4102444799,
                                           .sha256 = "00",
                                           .names = {"a.example", "b", "c", "d", "e", "192.0.2.1", "g", "h"},
                                           .public_key_pin = "sha256//AAAA"},
                                          {.sha256 = "ff"}};
    },
    [](const void*) { return OcspInfo(); }, [](const void*) { return std::vector<SctInfo>(); }};

PeerCertificates chain() {
  return {std::make_shared<int>(0), kReader};
}

constexpr char kChain[] =
    "*   subject: CN=a\\x1B[31m\n"
    "*     for: a.example, b, c, d, e, 192.0.2.1 and 2 more\n"
    "*     issuer: CN=Root\n"
    "*     valid: 2024-05-01 00:00:01 to 2099-12-31 23:59:59 UTC\n"
    "*     public key: sha256//AAAA\n"
    "*   not a certificate, with SHA-256: ff\n";

TEST(TlsText, OfAHandshake) {
  TlsInfo tls{
      .version = "TLSv1.3", .cipher = "TLS_AES_128_GCM_SHA256", .group = "X25519", .alpn = "http/1.1"};
  EXPECT_EQ(tls_text(tls), "* TLSv1.3, TLS_AES_128_GCM_SHA256, X25519, ALPN http/1.1\n");
  tls.peer = chain();
  EXPECT_EQ(tls_text(tls), std::string("* TLSv1.3, TLS_AES_128_GCM_SHA256, X25519, ALPN http/1.1\n"
                                       "* certificates, the server's own first:\n") +
                               kChain);
  tls = {.version = "TLSv1.2",
         .cipher = "C",
         .resumed = true,
         .early_data = EarlyData::accepted,
         .ocsp = OcspStatus::good,
         .peer = chain()};
  EXPECT_EQ(tls_text(tls),
            std::string("* TLSv1.2, C, resumed, early data accepted, OCSP good\n"
                        "* certificates of the session that is resumed, the server's own first:\n") +
                kChain);
}

TEST(TlsText, OfARefusal) {
  EXPECT_EQ(tls_text({}), "");
  EXPECT_EQ(tls_text({.peer = chain()}),
            std::string("* certificates that were refused, the server's own first:\n") + kChain);
}

}  // namespace
}  // namespace godwit::fetch
