// SPDX-License-Identifier: MIT
#include "godwit/core/net/tls_profile.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "godwit/tests/support/certificates.h"

namespace godwit::net {
namespace {

std::string problem(const TlsOptions& options) {
  return std::string(TlsProfile(options).problem());
}

std::string write_file(const std::string& name, const std::string& text) {
  const std::string path = std::string(std::getenv("TEST_TMPDIR")) + "/" + name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

size_t roots(const TlsOptions& options) {
  TlsProfile profile(options);
  EXPECT_EQ(profile.problem(), "");
  return profile.context()->roots()->size();
}

TEST(TlsProfile, RootsThatAreGivenAddUpAndReplaceTheSystems) {
  const size_t system = roots({});
  EXPECT_GT(system, 50u);
  TlsOptions options;
  options.ca_pem = test::make_ca("One").pem();
  EXPECT_EQ(roots(options), 1u);
  options.ca_file = write_file("two.pem", test::make_ca("Two").pem());
  EXPECT_EQ(roots(options), 2u);
  const std::string folder = std::string(std::getenv("TEST_TMPDIR")) + "/roots";
  std::filesystem::create_directories(folder);
  write_file("roots/three.pem", test::make_ca("Three").pem());
  options.ca_folder = folder;
  EXPECT_EQ(roots(options), 3u);
  options.system_roots = true;
  EXPECT_EQ(roots(options), system + 3);
}

TEST(TlsProfile, OurCertificateInAllItsForms) {
  const test::Certificate own = test::make_certificate(test::leaf_spec("a.example"));
  TlsOptions options;
  options.cert_pem = own.pem() + own.key_pem();
  EXPECT_EQ(problem(options), "");
  options.cert_pem = own.pem();
  EXPECT_EQ(problem(options), "the PEM text given: no private key in it");
  options.key_file = write_file("own.key", own.key_pem());
  EXPECT_EQ(problem(options), "");
  options.cert_pem.clear();
  EXPECT_EQ(problem(options), "a private key is given (" + options.key_file + "), but no certificate");
  options = {};
  options.pkcs12 = "none";
  EXPECT_TRUE(problem(options).starts_with("the PKCS#12 container given: not PKCS#12: ")) << problem(options);
  options.cert_pem = own.pem();
  EXPECT_EQ(problem(options),
            "the PKCS#12 container given: a PKCS#12 container and a PEM certificate or key are given, one is "
            "meant");
}

TEST(TlsProfile, WhatIsWrongIsNamed) {
  TlsOptions options;
  options.min_version = TlsVersion::tls1_3;
  options.max_version = TlsVersion::tls1_2;
  EXPECT_EQ(problem(options), "min_version is above max_version");
  options = {};
  options.alpn = {"http/1.1", "h2"};
  EXPECT_EQ(problem(options), "alpn: http/1.1 and http/1.0 are spoken, not \"h2\"");
  options = {};
  options.ciphers = "X";
  EXPECT_EQ(problem(options), "ciphers: \"X\" is not known");
  TlsProfile named(options, "old");
  EXPECT_EQ(named.problem(), "TLS profile \"old\": ciphers: \"X\" is not known");
}

TEST(TlsProfile, TheKeyLogOfTheEnvironment) {
  const std::string path = std::string(std::getenv("TEST_TMPDIR")) + "/env.log";
  setenv("SSLKEYLOGFILE", path.c_str(), 1);
  TlsOptions off;
  off.key_log_from_environment = false;
  EXPECT_EQ(problem(off), "");
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_EQ(problem({}), "");
  EXPECT_TRUE(std::filesystem::exists(path));
  setenv("SSLKEYLOGFILE", "/nowhere/log", 1);
  EXPECT_EQ(problem({}), "key log: /nowhere/log: No such file or directory");
  unsetenv("SSLKEYLOGFILE");
}

TEST(TlsProfile, NamesOfAConnection) {
  TlsOptions options;
  const auto names = [&options] {
    const TlsProfile profile(options);
    const tls::EngineOptions engine = profile.engine_options("a.example", "a.example:443");
    return std::string(engine.server_name) + ' ' + std::string(engine.verify_name) +
           (engine.send_server_name ? "" : " unsent");
  };
  EXPECT_EQ(names(), "a.example a.example");
  options.server_name = "front.example";
  EXPECT_EQ(names(), "front.example a.example");
  options.verify_name = "b.example";
  EXPECT_EQ(names(), "front.example b.example");
  options = {};
  options.send_server_name = false;
  EXPECT_EQ(names(), "a.example a.example unsent");
}

}  // namespace
}  // namespace godwit::net
