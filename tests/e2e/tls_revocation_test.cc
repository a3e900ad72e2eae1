// SPDX-License-Identifier: MIT
// What real servers staple to their certificates.
#include <cstdlib>
#include <memory>
#include <string>

#include "godwit/tests/e2e/loopback_client.h"
#include "godwit/tests/e2e/nginx.h"

namespace godwit::testing {
namespace {

using StapleOf = embedded::LeafProfile::Staple;

struct TlsRevocationTest : LoopbackTest {
  // One exchange with a server whose CA is `ca`.
  void get(const std::string& url, const std::string& ca, bool required, Recorder& recorder) {
    ClientOptions options;
    options.tls.ca_pem = ca;
    options.tls.require_ocsp = required;
    options.timeouts.total = std::chrono::seconds(30);
    LoopbackClient client(options);
    client.get(url, recorder);
    client.run();
  }

  // What nginx staples, which openssl made. `expected` are the outcomes without and with need.
  void expect_of_nginx(Staple staple, std::string_view status, std::string_view optional,
                       std::string_view required) {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    Nginx nginx(std::string(std::getenv("TEST_TMPDIR")) + "/nginx_" + info->name(), staple);
    ASSERT_EQ(nginx.problem(), "");
    nginx.put("page", "page");
    for (const bool need : {false, true}) {
      Recorder recorder;
      get(nginx.tls_url("/page"), nginx.ca_pem(), need, recorder);
      EXPECT_EQ(name(recorder.error.code), need ? required : optional) << recorder.message << nginx.errors();
      EXPECT_EQ(recorder.ocsp, status);
      message = recorder.message;
    }
  }

  std::string message;
};

TEST_F(TlsRevocationTest, NginxStaplesAGoodResponseOfOpenssl) {
  expect_of_nginx(Staple::good, "good", "ok", "ok");
}

TEST_F(TlsRevocationTest, NginxStaplesARevocationOfOpenssl) {
  expect_of_nginx(Staple::revoked, "revoked", "certificate-rejected", "certificate-rejected");
  EXPECT_EQ(message.substr(message.find("certificate for")),
            "certificate for 127.0.0.1 was revoked on 2026-01-02 (key compromise), "
            "by its stapled OCSP response");
}

TEST_F(TlsRevocationTest, NginxStaplesNothing) {
  expect_of_nginx(Staple::none, "none", "ok", "certificate-rejected");
  EXPECT_EQ(message.substr(message.find("certificate for")),
            "certificate for 127.0.0.1 came without an OCSP response, which is "
            "required");
}

TEST_F(TlsRevocationTest, WhatTheEmbeddedServerStaples) {
  const struct {
    StapleOf staple;
    std::string_view status, optional, required;
  } rows[] = {
      {StapleOf::none, "none", "ok", "certificate-rejected"},
      {StapleOf::good, "good", "ok", "ok"},
      {StapleOf::revoked, "revoked", "certificate-rejected", "certificate-rejected"},
      {StapleOf::unknown, "unknown", "ok", "certificate-rejected"},
      {StapleOf::expired, "expired", "ok", "certificate-rejected"},
      {StapleOf::unrelated, "unrelated", "ok", "certificate-rejected"},
      {StapleOf::garbage, "malformed", "ok", "certificate-rejected"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.status);
    std::string problem;
    const auto stapling = embedded::Server::start({.leaf = {.staple = row.staple}}, problem);
    ASSERT_TRUE(stapling) << problem;
    for (const bool need : {false, true}) {
      Recorder recorder;
      get(stapling->https_url("/bytes/1"), stapling->ca_pem(), need, recorder);
      EXPECT_EQ(name(recorder.error.code), need ? row.required : row.optional) << recorder.message;
      EXPECT_EQ(recorder.ocsp, row.status);
    }
  }
}

TEST_F(TlsRevocationTest, TheResponseCanBeHad) {
  std::string problem;
  const auto stapling = embedded::Server::start({.leaf = {.staple = StapleOf::good}}, problem);
  ASSERT_TRUE(stapling) << problem;
  Recorder recorder;
  OcspInfo ocsp;
  recorder.hook = [&](Response& r, std::string_view event) {
    if (event == "done" && r.tls()) ocsp = r.tls()->peer.ocsp();
  };
  get(stapling->https_url("/bytes/1"), stapling->ca_pem(), false, recorder);
  EXPECT_EQ(outcome(recorder), "ok");
  EXPECT_EQ(ocsp.der.substr(0, 1), "\x30");
  EXPECT_EQ(ocsp.this_update, ocsp.produced_at);
  EXPECT_GT(ocsp.next_update, ocsp.this_update);
  EXPECT_EQ(ocsp.revoked_at, 0);
}

}  // namespace
}  // namespace godwit::testing
