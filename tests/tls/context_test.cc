// SPDX-License-Identifier: MIT
#include "godwit/tls/context.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "godwit/tests/support/certificates.h"

namespace godwit::tls {
namespace {

using test::Certificate;
using test::leaf_spec;
using test::make_ca;
using test::make_certificate;

std::string write_file(const std::string& name, const std::string& text) {
  const std::string path = std::string(std::getenv("TEST_TMPDIR")) + "/" + name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

std::string error_of(const ContextOptions& options) {
  const ContextResult result = Context::make(options);
  EXPECT_EQ(result.context == nullptr, !result.error.empty());
  return result.error;
}

ContextOptions with_roots(std::vector<Pem> roots) {
  ContextOptions options;
  options.system_roots = false;
  options.roots = std::move(roots);
  return options;
}

TEST(Roots, TheSystemStoreIsParsedOnce) {
  const RootsResult first = Roots::system();
  ASSERT_TRUE(first.roots) << first.error;
  EXPECT_GT(first.roots->size(), 50u);
  std::shared_ptr<const Roots> from_thread;
  std::thread([&] { from_thread = Roots::system().roots; }).join();
  EXPECT_EQ(first.roots, from_thread);
  const ContextResult one = Context::make({});
  ASSERT_TRUE(one.context) << one.error;
  EXPECT_EQ(one.context->roots(), first.roots.get());
}

TEST(Roots, NoStoreIsAClearFailure) {
  const char* const paths[] = {"/nowhere/a.pem", "/nowhere/b.pem"};
  const RootsResult none = Roots::find_system(nullptr, paths);
  EXPECT_FALSE(none.roots);
  EXPECT_EQ(none.error,
            "no system roots: /nowhere/a.pem: No such file or directory; /nowhere/b.pem: No such file or "
            "directory");
}

TEST(Roots, TheEnvironmentOverridesThePaths) {
  const std::string one = write_file("one.pem", make_ca("One").pem());
  const std::string two = write_file("two.pem", make_ca("One").pem() + make_ca("Two").pem());
  const char* const paths[] = {"/nowhere/a.pem", two.c_str()};
  EXPECT_EQ(Roots::find_system(nullptr, paths).roots->size(), 2u);
  EXPECT_EQ(Roots::find_system("", paths).roots->size(), 2u);
  EXPECT_EQ(Roots::find_system(one.c_str(), paths).roots->size(), 1u);
  const RootsResult missing = Roots::find_system("/nowhere/c.pem", paths);
  EXPECT_FALSE(missing.roots);
  EXPECT_EQ(missing.error, "no system roots in SSL_CERT_FILE: /nowhere/c.pem: No such file or directory");
}

TEST(Roots, OneBadCertificateSpoilsAFileGivenButNotTheSystemStore) {
  const std::string bad = "-----BEGIN CERTIFICATE-----\nMAMCAQU=\n-----END CERTIFICATE-----\n";
  const std::string path = write_file("bad.pem", make_ca("Good").pem() + bad);
  const char* const paths[] = {path.c_str()};
  const RootsResult found = Roots::find_system(nullptr, paths);
  ASSERT_TRUE(found.roots) << found.error;
  EXPECT_EQ(found.roots->size(), 1u);
  EXPECT_TRUE(error_of(with_roots({Pem::from_file(path)})).starts_with(path + ": certificate 2: "));
  const std::string only_bad = write_file("only_bad.pem", bad);
  const char* const bad_paths[] = {only_bad.c_str()};
  EXPECT_EQ(Roots::find_system(nullptr, bad_paths).error,
            "no system roots: " + only_bad + ": no usable certificate");
}

TEST(Roots, ExtraOnesAddToTheSystems) {
  ContextOptions options;
  const std::string pem = make_ca("Extra").pem();
  options.roots = {Pem::from_text(pem), Pem::from_text(pem)};
  const ContextResult result = Context::make(options);
  ASSERT_TRUE(result.context) << result.error;
  EXPECT_EQ(result.context->roots()->size(), Roots::system().roots->size() + 2);
}

TEST(Roots, AFolderOfPemFiles) {
  const std::string folder = std::string(std::getenv("TEST_TMPDIR")) + "/folder";
  std::filesystem::create_directories(folder + "/below");
  const std::string one = make_ca("One").pem();
  write_file("folder/a.pem", one);
  std::filesystem::create_symlink("a.pem", folder + "/0a1b2c3d.0");  // as c_rehash does
  std::filesystem::create_symlink("gone.pem", folder + "/4e5f6a7b.0");
  write_file("folder/b.crt", make_ca("Two").pem() + make_ca("Three").pem());
  write_file("folder/README", "not a certificate");
  write_file("folder/broken.pem", one.substr(0, one.size() / 2));
  write_file("folder/key.pem", make_ca("Four").key_pem());
  write_file("folder/below/c.pem", make_ca("Five").pem());
  const RootsResult found = Roots::make({.system = false, .folders = {folder}});
  ASSERT_TRUE(found.roots) << found.error;
  EXPECT_EQ(found.roots->size(), 3u);
  const RootsResult all = Roots::make({.pems = {Pem::from_text(make_ca("Six").pem())}, .folders = {folder}});
  ASSERT_TRUE(all.roots) << all.error;
  EXPECT_EQ(all.roots->size(), Roots::system().roots->size() + 4);
}

TEST(Roots, AFolderThatHasNone) {
  const auto error = [](const std::string& folder) {
    return Roots::make({.system = false, .folders = {folder}}).error;
  };
  const std::string base = std::getenv("TEST_TMPDIR");
  std::filesystem::create_directories(base + "/empty");
  EXPECT_EQ(error(base + "/empty"), base + "/empty: no certificate in it");
  EXPECT_EQ(error("/nowhere"), "/nowhere: No such file or directory");
  std::filesystem::create_directories(base + "/keys");
  write_file("keys/a.pem", make_ca("One").key_pem());
  EXPECT_EQ(error(base + "/keys"), base + "/keys/a.pem: no usable certificate");
}

TEST(Roots, TheSameContentIsParsedOnce) {
  const std::string pem = make_ca("One").pem();
  const std::string path = write_file("shared.pem", pem);
  const auto make = [](Pem source, bool system = false) {
    return Roots::make({.system = system, .pems = {std::move(source)}}).roots;
  };
  std::shared_ptr<const Roots> first = make(Pem::from_file(path));
  ASSERT_TRUE(first);
  EXPECT_EQ(make(Pem::from_text(pem)), first);
  EXPECT_NE(make(Pem::from_text(pem), true), first);
  // What changed is seen.
  write_file("shared.pem", make_ca("Two").pem());
  EXPECT_NE(make(Pem::from_file(path)), first);
  // Nothing is kept for nobody.
  const std::weak_ptr<const Roots> watched = first;
  first.reset();
  EXPECT_TRUE(watched.expired());
}

TEST(Context, RootsThatAreNone) {
  EXPECT_EQ(error_of(with_roots({})),
            "no roots: neither the system's nor any given, so no certificate could be verified");
  EXPECT_EQ(error_of(with_roots({Pem::from_file("/nowhere/ca.pem")})),
            "/nowhere/ca.pem: No such file or directory");
  EXPECT_EQ(error_of(with_roots({Pem::from_file("/")})), "/: Is a directory");
  EXPECT_EQ(error_of(with_roots({Pem::from_file("/dev/zero")})), "/dev/zero: larger than 33554432 bytes");
  EXPECT_EQ(error_of(with_roots({Pem::from_text("not PEM at all")})),
            "the PEM text given: no certificate in it");
  EXPECT_EQ(error_of(with_roots({Pem::from_text(make_ca("One").key_pem())})),
            "the PEM text given: no certificate in it");
  const std::string pem = make_ca("One").pem();
  EXPECT_TRUE(error_of(with_roots({Pem::from_text(pem.substr(0, pem.size() / 2))}))
                  .starts_with("the PEM text given: not PEM: "));
}

TEST(Context, NoRootsAreNeededToVerifyNothing) {
  ContextOptions options = with_roots({});
  options.verify = false;
  const ContextResult result = Context::make(options);
  ASSERT_TRUE(result.context) << result.error;
  EXPECT_FALSE(result.context->verify());
}

TEST(Context, Versions) {
  ContextOptions options;
  options.min_version = Version::tls1_3;
  options.max_version = Version::tls1_2;
  EXPECT_EQ(error_of(options), "min_version is above max_version");
}

TEST(Context, Alpn) {
  ContextOptions options;
  options.alpn = {""};
  EXPECT_EQ(error_of(options), "alpn: a protocol is not of 1 to 255 octets");
  options.alpn = {std::string(256, 'x')};
  EXPECT_EQ(error_of(options), "alpn: a protocol is not of 1 to 255 octets");
  options.alpn = {std::string(255, 'x')};
  EXPECT_EQ(error_of(options), "");
  options.alpn = std::vector<std::string>(256, std::string(255, 'x'));
  EXPECT_EQ(error_of(options), "alpn: the list is longer than TLS can carry");
  options.alpn = {};
  EXPECT_EQ(error_of(options), "");
}

TEST(Context, ClientCertificates) {
  const Certificate one = make_certificate(leaf_spec("one.example"));
  const Certificate two = make_certificate(leaf_spec("two.example"));
  const std::string key = write_file("one.key", one.key_pem());
  const std::string certificate = write_file("one.crt", one.pem());
  const auto error = [](Pem cert, Pem private_key) {
    ContextOptions options;
    options.certificate = std::move(cert);
    options.private_key = std::move(private_key);
    return error_of(options);
  };
  EXPECT_EQ(error(Pem::from_file(certificate), Pem::from_file(key)), "");
  // Both in one file, in either order, as curl takes them.
  EXPECT_EQ(error(Pem::from_text(one.key_pem() + one.pem()), Pem::from_text(one.pem() + one.key_pem())), "");
  EXPECT_EQ(error(Pem::from_file(certificate), {}),
            certificate + ": client certificate without a private key");
  EXPECT_EQ(error({}, Pem::from_file(key)), key + ": private key without a client certificate");
  EXPECT_EQ(error(Pem::from_file(certificate), Pem::from_file(certificate)),
            certificate + ": no private key in it");
  EXPECT_EQ(error(Pem::from_file(certificate), Pem::from_file("/nowhere/key")),
            "/nowhere/key: No such file or directory");
  EXPECT_TRUE(error(Pem::from_text(two.pem()), Pem::from_file(key))
                  .starts_with(
                      "client certificate in the PEM text given does not go with the private key in " + key));
  EXPECT_EQ(error(Pem::from_file(certificate), Pem::from_text("-----BEGIN RSA PRIVATE KEY-----\n"
                                                              "Proc-Type: 4,ENCRYPTED\n"
                                                              "DEK-Info: AES-128-CBC,"
                                                              "00112233445566778899AABBCCDDEEFF\n\n"
                                                              "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
                                                              "-----END RSA PRIVATE KEY-----\n")),
            "the PEM text given: the private key is encrypted, and no password is given");
}

TEST(Context, ListsAreChecked) {
  ContextOptions options;
  options.ciphers = "ECDHE-RSA-AES128-GCM-SHA256:X";
  EXPECT_EQ(error_of(options), "ciphers: \"X\" is not known");
  options = {};
  options.groups = "X";
  EXPECT_EQ(error_of(options), "groups: \"X\" is not known");
  options = {};
  options.pins = "X";
  EXPECT_EQ(error_of(options), "pins: \"X\" is not sha256// and 32 octets in base64");
  options = {};
  options.key_log_file = "/nowhere/log";
  EXPECT_EQ(error_of(options), "key log: /nowhere/log: No such file or directory");
}

TEST(Context, TheClockIsTheCallers) {
  ContextOptions options;
  options.now = [] { return int64_t{42}; };
  EXPECT_EQ(Context::make(options).context->now(), 42);
  EXPECT_GT(Context::make({}).context->now(), 1700000000);
}

}  // namespace
}  // namespace godwit::tls
