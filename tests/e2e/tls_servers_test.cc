// SPDX-License-Identifier: MIT
// TLS with servers and proxies that have other libraries than ours: OpenSSL in apache and haproxy, GnuTLS in
// squid.
#include <cstdlib>
#include <string>

#include "godwit/tests/e2e/apache.h"
#include "godwit/tests/e2e/haproxy.h"
#include "godwit/tests/e2e/loopback_client.h"
#include "godwit/tests/e2e/squid.h"

namespace godwit::testing {
namespace {

constexpr TlsVersion kVersions[] = {TlsVersion::tls1_2, TlsVersion::tls1_3};

std::string folder(std::string_view server) {
  const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
  return std::string(std::getenv("TEST_TMPDIR")) + '/' + std::string(server) + '_' + info->name();
}

ClientOptions trusting_only(const test::Certificate& ca, TlsVersion version = TlsVersion::tls1_3) {
  ClientOptions o;
  o.tls.ca_pem = ca.pem();
  o.tls.max_version = version;
  o.timeouts.total = std::chrono::seconds(30);
  return o;
}

struct TlsServersTest : LoopbackTest {
  // One exchange; `last` has its connection closed behind it.
  static Recorder get(LoopbackClient& client, const std::string& url, bool last = false,
                      std::string_view host = {}) {
    Recorder recorder;
    Request request;
    request.url = url;
    if (!host.empty()) request.headers.add("Host", std::string(host));
    if (last) request.headers.add("Connection", "close");
    client.send(std::move(request), recorder);
    client.run();
    return recorder;
  }

  // What is the same with each server: pages on a kept connection, then a session that is resumed.
  static void expect_service(const test::Certificate& ca, const std::string& url, const std::string& page) {
    for (const TlsVersion version : kVersions) {
      SCOPED_TRACE(version == TlsVersion::tls1_3 ? "TLSv1.3" : "TLSv1.2");
      LoopbackClient client(trusting_only(ca, version));
      const struct {
        bool last, reused, resumed;
      } rows[] = {{false, false, false}, {false, true, false}, {true, true, false}, {true, false, true}};
      for (const auto& row : rows) {
        const Recorder r = get(client, url, row.last);
        EXPECT_EQ(outcome(r), "ok") << r.message;
        EXPECT_EQ(r.body, page);
        EXPECT_EQ(r.reused, row.reused);
        EXPECT_EQ(r.tls_resumed, row.resumed);
        EXPECT_EQ(r.tls_version, version == TlsVersion::tls1_3 ? "TLSv1.3" : "TLSv1.2");
      }
    }
  }
};

TEST_F(TlsServersTest, ApacheServesAndResumes) {
  Apache apache(folder("apache"));
  ASSERT_EQ(apache.problem(), "");
  apache.put("page", std::string(300000, 'p'));
  expect_service(apache.ca(), apache.tls_url("/page"), std::string(300000, 'p'));
}

TEST_F(TlsServersTest, ApacheAsksForACertificateInTheHandshake) {
  Apache apache(folder("apache"));
  ASSERT_EQ(apache.problem(), "");
  apache.put("page", "page");
  test::CertificateSpec spec;
  spec.extended_key_usage = "clientAuth";
  const test::Certificate mine = test::make_certificate(spec, &apache.ca());
  for (const TlsVersion version : kVersions) {
    ClientOptions o = trusting_only(apache.ca(), version);
    o.tls.server_name = "clients.example";
    {
      LoopbackClient without(o);
      const Recorder r = get(without, apache.tls_url("/page"), false, "clients.example");
      EXPECT_EQ(r.error.code, Errc::tls_failed) << r.message;
      EXPECT_NE(r.message.find("peer sent alert "), std::string::npos) << r.message;
    }
    o.tls.cert_pem = mine.pem();
    o.tls.key_pem = mine.key_pem();
    LoopbackClient with(o);
    const Recorder r = get(with, apache.tls_url("/page"), false, "clients.example");
    EXPECT_EQ(outcome(r), "ok") << r.message;
    EXPECT_EQ(r.body, "page");
  }
}

// What apache does for a part of its pages alone comes when the request was read. It is never of use with us,
// and the user must be able to tell why.
TEST_F(TlsServersTest, ApacheAsksForACertificateTooLate) {
  Apache apache(folder("apache"));
  ASSERT_EQ(apache.problem(), "");
  apache.put("clients/page", "page");
  test::CertificateSpec spec;
  spec.extended_key_usage = "clientAuth";
  const test::Certificate mine = test::make_certificate(spec, &apache.ca());
  ClientOptions o = trusting_only(apache.ca(), TlsVersion::tls1_2);
  o.tls.cert_pem = mine.pem();
  o.tls.key_pem = mine.key_pem();
  {
    LoopbackClient client(o);
    const Recorder r = get(client, apache.tls_url("/clients/page"));
    EXPECT_EQ(r.error.code, Errc::tls_failed) << r.message;
    EXPECT_NE(r.message.find("peer asked to renegotiate, which is always refused"), std::string::npos)
        << r.message;
  }
  o.tls.max_version = TlsVersion::tls1_3;
  LoopbackClient client(o);
  const Recorder r = get(client, apache.tls_url("/clients/page"));
  EXPECT_EQ(r.status, 403) << r.message;
  EXPECT_NE(r.body.find("Cannot perform Post-Handshake Authentication"), std::string::npos) << r.body;
}

TEST_F(TlsServersTest, HaproxyServesAndResumes) {
  const Haproxy haproxy(folder("haproxy"));
  ASSERT_EQ(haproxy.problem(), "");
  expect_service(haproxy.ca(), haproxy.tls_url("/"), "late");
}

TEST_F(TlsServersTest, HaproxyTakesEarlyData) {
  const Haproxy haproxy(folder("haproxy"));
  ASSERT_EQ(haproxy.problem(), "");
  ClientOptions o = trusting_only(haproxy.ca());
  o.tls.early_data = true;
  LoopbackClient client(o);
  EXPECT_EQ(get(client, haproxy.tls_url("/"), true).body, "late");
  const Recorder r = get(client, haproxy.tls_url("/"), true);
  EXPECT_EQ(outcome(r), "ok") << r.message;
  EXPECT_TRUE(r.tls_early_data);
}

TEST_F(TlsServersTest, ThroughSquidByTls) {
  const Squid squid(folder("squid"));
  ASSERT_EQ(squid.problem(), "");
  for (const TlsVersion version : kVersions) {
    ClientOptions o = trusting_only(squid.ca(), version);
    o.tls.ca_pem = server().ca_pem();
    o.proxy.url = squid.tls_url();
    o.proxy.tls.ca_pem = squid.ca().pem();
    o.proxy.tls.max_version = version;
    LoopbackClient client(o);
    // To squid itself with one layer of TLS, to the server behind it with two.
    for (const std::string& url : {server().http_url("/bytes/3000000"), server().https_url("/bytes/3000000"),
                                   server().https_url("/bytes/10")}) {
      const Recorder r = get(client, url);
      EXPECT_EQ(outcome(r), "ok") << r.message;
      EXPECT_EQ(r.status, 200);
      EXPECT_EQ(r.reused, url.ends_with("/10"));
    }
    EXPECT_TRUE(get(client, server().https_url("/bytes/1"), true).reused);
    const Recorder again = get(client, server().https_url("/bytes/1"), true);
    EXPECT_EQ(outcome(again), "ok") << again.message;
    EXPECT_TRUE(again.tls_resumed);
  }
  EXPECT_TRUE(squid.logged("CONNECT 127.0.0.1:")) << squid.requests();
}

TEST_F(TlsServersTest, ASquidThatIsNotTrusted) {
  const Squid squid(folder("squid"));
  ASSERT_EQ(squid.problem(), "");
  ClientOptions o = trusting_only(squid.ca());
  o.tls.ca_pem = server().ca_pem();
  o.proxy.url = squid.tls_url();
  o.proxy.tls.ca_pem = server().ca_pem();
  LoopbackClient client(o);
  const Recorder r = get(client, server().https_url("/bytes/1"));
  EXPECT_EQ(r.error.code, Errc::certificate_rejected) << r.message;
  EXPECT_NE(r.message.find("proxy"), std::string::npos) << r.message;
}

// To its port without TLS: what comes back must not be taken for a handshake that went wrong for reasons of
// certificates.
TEST_F(TlsServersTest, ASquidThatSpeaksNoTls) {
  const Squid squid(folder("squid"));
  ASSERT_EQ(squid.problem(), "");
  ClientOptions o = trusting_only(squid.ca());
  o.proxy.url = "https" + squid.url().substr(4);
  o.proxy.tls.ca_pem = squid.ca().pem();
  LoopbackClient client(o);
  const Recorder r = get(client, server().https_url("/bytes/1"));
  EXPECT_EQ(r.error.code, Errc::tls_not_tls) << r.message;
  EXPECT_NE(r.message.find("proxy 127.0.0.1:"), std::string::npos) << r.message;
}

}  // namespace
}  // namespace godwit::testing
