// SPDX-License-Identifier: MIT
// What HttpsConnections share: a context that is handed to them, or the one of their loop.
#include "godwit/core/tls_context.h"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "godwit/core/blocking/http_connection.h"
#include "godwit/core/http_connection.h"
#include "godwit/tests/e2e/watchdog.h"
#include "godwit/tools/embedded_server/server.h"

namespace godwit::testing {
namespace {

struct TlsContexts : ::testing::Test {
  // The one server of this program is what its system trusts: the store is read once per process.
  static void SetUpTestSuite() {
    std::string error;
    server = embedded::Server::start({}, error).release();
    ASSERT_NE(server, nullptr) << error;
    const std::string file = std::string(std::getenv("TEST_TMPDIR")) + "/roots.pem";
    std::ofstream(file) << server->ca_pem();
    setenv("SSL_CERT_FILE", file.c_str(), 1);
  }
  static void TearDownTestSuite() { delete std::exchange(server, nullptr); }

  static HttpConnectionOptions bounded() { return {.timeout = std::chrono::seconds(20)}; }
  static TlsOptions trusting() { return {.ca_pem = server->ca_pem()}; }

  // ask makes one request and tells "full" or "resumed" of the handshake, or what went wrong.
  static std::string ask(Loop& loop, HttpsConnection&& c) {
    std::string out = "nothing";
    if (const Error error = c.request("GET", "/bytes/10")) return describe(error, c.diagnosis());
    EXPECT_FALSE(c.getresponse([&out](HttpResponse& r, const Error& e) {
      out = e ? describe(e, r.diagnosis()) : r.tls()->resumed ? "resumed" : "full";
      if (e) return;
      EXPECT_FALSE(r.read_all(100, [](Bytes, const Error&) {}));
    }));
    loop.run();
    return out;
  }

  Watchdog watchdog{"TlsContext", std::chrono::seconds(50)};
  static embedded::Server* server;
};
embedded::Server* TlsContexts::server = nullptr;

// row: 1.9/constructor
TEST_F(TlsContexts, ConnectionsOfOneContextResumeEachOthersSessions) {
  Loop loop;
  TlsContext context(trusting());
  const uint16_t port = server->https_port();
  EXPECT_EQ(context.problem(), "");
  EXPECT_EQ(ask(loop, HttpsConnection(loop, "localhost", port, bounded(), context)), "full");
  EXPECT_EQ(ask(loop, HttpsConnection(loop, "localhost", port, bounded(), context)), "resumed");
  const TlsContext same = context;
  const std::string where = "localhost:" + std::to_string(port);
  EXPECT_EQ(ask(loop, HttpsConnection(loop, where, bounded(), same)), "resumed");

  TlsContext other(trusting());
  EXPECT_EQ(ask(loop, HttpsConnection(loop, "localhost", port, bounded(), other)), "full");
  TlsContext loaded(trusting());
  EXPECT_EQ(loaded.load_sessions(context.save_sessions()), "");
  EXPECT_EQ(ask(loop, HttpsConnection(loop, "localhost", port, bounded(), loaded)), "resumed");
  EXPECT_NE(loaded.load_sessions("rubbish"), "");
}

// row: 1.9/default-context
TEST_F(TlsContexts, TlsOptionsAsTheyComeAreSharedOnALoop) {
  Loop loop;
  const uint16_t port = server->https_port();
  EXPECT_EQ(ask(loop, HttpsConnection(loop, "localhost", port, bounded())), "full");
  EXPECT_EQ(ask(loop, HttpsConnection(loop, "localhost", port, bounded())), "resumed");
  HttpConnectionOptions own = bounded();
  own.tls = trusting();
  EXPECT_EQ(ask(loop, HttpsConnection(loop, "localhost", port, own)), "full") << "other options";
  EXPECT_EQ(ask(loop, HttpsConnection(loop, "localhost", port, own)), "full") << "each for itself";
  Loop second;
  EXPECT_EQ(ask(second, HttpsConnection(second, "localhost", port, bounded())), "full");
}

TEST_F(TlsContexts, AContextLivesAsLongAsItsConnections) {
  Loop loop;
  auto context = std::make_unique<TlsContext>(trusting());
  HttpsConnection c(loop, "localhost", server->https_port(), bounded(), *context);
  context.reset();
  EXPECT_EQ(ask(loop, std::move(c)), "full");
}

TEST_F(TlsContexts, ThereIsOneSourceOfTlsOptions) {
  Loop loop;
  HttpConnectionOptions both = bounded();
  both.tls.pins = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  HttpsConnection c(loop, "localhost", server->https_port(), both, TlsContext(trusting()));
  EXPECT_EQ(c.request("GET", "/").code, Errc::invalid_option);
  EXPECT_EQ(c.diagnosis(), "there are TLS options beside a TLS context");
  EXPECT_EQ(c.connect([](const Error&) { FAIL(); }).code, Errc::invalid_option);
}

TEST_F(TlsContexts, WhatIsWrongWithItIsToldByIt) {
  Loop loop;
  TlsContext context({.ca_file = "/nowhere/roots.pem"});
  EXPECT_NE(context.problem().find("/nowhere/roots.pem"), std::string_view::npos) << context.problem();
  const std::string told = ask(loop, HttpsConnection(loop, "localhost", 443, bounded(), context));
  EXPECT_EQ(told, "invalid-option in resolve: " + std::string(context.problem()));
}

// row: 1.9/constructor
TEST_F(TlsContexts, ProgramsThatWaitShareThemToo) {
  TlsContext context(trusting());
  for (const bool resumed : {false, true}) {
    blocking::HttpsConnection c("localhost", server->https_port(), bounded(), context);
    ASSERT_FALSE(c.request("GET", "/bytes/10"));
    blocking::HttpResponse r = c.getresponse();
    ASSERT_TRUE(r) << describe(r.error(), r.diagnosis());
    EXPECT_EQ(r.read().value.size(), 10u);
    EXPECT_EQ(context.save_sessions().empty(), false) << resumed;
  }
}

}  // namespace
}  // namespace godwit::testing
