// SPDX-License-Identifier: MIT
// T1 and T2: handshakes that are cut, spoilt, or end with a certificate that must be refused.
#include <array>

#include "godwit/tests/e2e/loopback_client.h"
#include "godwit/tests/support/scripted_server.h"

namespace godwit::testing {
namespace {

using test::Certificate;
using test::CertificateSpec;
using test::make_certificate;

constexpr std::string_view kHost = "shop.example";
const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

struct Handshakes : LoopbackTest {
  // trusting_root is a client that trusts `root` and finds shop.example at the peer.
  static ClientOptions trusting_root(const ScriptedServer& peer, const Certificate& root) {
    return {.tls = {.ca_pem = root.pem()},
            .overrides = {{.host = std::string(kHost), .port = peer.port(), .address = "127.0.0.1"}}};
  }
  static Answer hello(const ScriptedRequest&) { return {kOk}; }

  // A refused or broken handshake sends nothing of the request, so that any request may be sent again.
  static void expect_nothing_sent(const Recorder& r) {
    EXPECT_EQ(r.error.phase, Phase::tls) << r.message;
    EXPECT_EQ(r.events, "done");
    EXPECT_FALSE(r.error.sent);
    EXPECT_TRUE(r.error.retry_safe());
    EXPECT_EQ(r.error.received, 0u);
  }

  const Certificate root = test::make_ca("Test Root");
  const Certificate leaf = make_certificate(test::leaf_spec(std::string(kHost)), &root);
};

TEST_F(Handshakes, T1_SpoiltAtManyBytes) {
  const std::string http = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
  const std::string garbage("\x80\xff\0garbage", 10);
  struct Row {
    const char* name;
    WireFault fault;
  };
  const Row rows[] = {{"reset", {.then = Then::reset}},
                      {"end", {.then = Then::fin}},
                      {"garbage", {.garbage = garbage, .then = Then::fin}},
                      {"http", {.garbage = http, .then = Then::fin}}};
  for (const uint16_t version : {0x0303, 0x0304}) {
    WireFault fault;
    ScriptedServer peer(
        hello, {.chain = {&leaf, &root}, .max_tls_version = version, .fault = [&](size_t) { return fault; }});
    for (const Row& row : rows) {
      // The server's first flight has some 900 bytes; it must end the handshake to be cut off after it.
      for (size_t at = 0; at < 700; at = at < 12 ? at + 1 : at + 61) {
        SCOPED_TRACE(std::string(row.name) + " at byte " + std::to_string(at));
        fault = row.fault;
        fault.at = at;
        Recorder r;
        LoopbackClient client(trusting_root(peer, root));
        client.get(peer.url("/", kHost), r);
        client.run();
        client.close();
        EXPECT_EQ(sockets_to(peer.port()).size(), 0u);
        EXPECT_EQ(r.done, 1);
        expect_nothing_sent(r);
        const bool not_tls = at < 2 && !row.fault.garbage.empty();
        EXPECT_EQ(r.error.code, not_tls ? Errc::tls_not_tls : Errc::tls_failed) << r.message;
        EXPECT_NE(r.message.find("127.0.0.1:" + std::to_string(peer.port())), std::string::npos) << r.message;
        if (row.fault.then == Then::reset) {
          EXPECT_NE(r.message.find("connection reset by peer during the TLS handshake"), std::string::npos)
              << r.message;
        }
      }
    }
  }
}

TEST_F(Handshakes, T1_PlainHttpAnswered) {
  const WireFault fault{.at = 0, .garbage = "HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n"};
  ScriptedServer peer(hello, {.chain = {&leaf}, .fault = [&](size_t) { return fault; }});
  const Recorder r = fetch(peer.url("/", kHost), trusting_root(peer, root));
  EXPECT_EQ(r.message, "tls-not-tls in tls: 127.0.0.1:" + std::to_string(peer.port()) +
                           ": peer does not speak TLS: its answer begins with \"HTTP/1.1 400 Bad\"");
  expect_nothing_sent(r);
}

TEST_F(Handshakes, T1_HttpsToThePlainPort) {
  const Recorder r = fetch("https://127.0.0.1:" + std::to_string(server().http_port()) + "/", trusting());
  expect_nothing_sent(r);
  EXPECT_EQ(r.error.code, Errc::tls_not_tls) << r.message;
}

TEST_F(Handshakes, T1_NeverEnds) {
  ScriptedServer peer(hello);
  const Recorder r = fetch("https://127.0.0.1:" + std::to_string(peer.port()) + "/",
                           trusting({.timeouts = {.tls = std::chrono::milliseconds(50)}}));
  EXPECT_EQ(r.message, "tls-timeout in tls: 127.0.0.1:" + std::to_string(peer.port()) +
                           ": the TLS handshake did not end within 50 ms");
  expect_nothing_sent(r);
}

// ---- T2 ----

struct Certificates : Handshakes {
  // refused has a peer with this chain refused, and gives the sentence behind the address.
  std::string refused(std::vector<const Certificate*> chain) {
    ScriptedServer peer(hello, {.chain = std::move(chain)});
    Request request;
    request.method = "POST";
    request.url = peer.url("/", kHost);
    const Recorder r = fetch(std::move(request), trusting_root(peer, root));
    EXPECT_EQ(r.error.code, Errc::certificate_rejected) << r.message;
    expect_nothing_sent(r);
    EXPECT_EQ(peer.requests(), 0u);
    const std::string where = "certificate-rejected in tls: 127.0.0.1:" + std::to_string(peer.port()) + ": ";
    EXPECT_TRUE(r.message.starts_with(where)) << r.message;
    return r.message.substr(std::min(where.size(), r.message.size()));
  }
  std::string refused(const CertificateSpec& spec) {
    const Certificate certificate = make_certificate(spec, &root);
    return refused({&certificate});
  }
  CertificateSpec spec() const { return test::leaf_spec(std::string(kHost)); }
};

TEST_F(Certificates, T2_TheControlIsAccepted) {
  for (const uint16_t version : {0x0303, 0x0304}) {
    ScriptedServer peer(hello, {.chain = {&leaf}, .max_tls_version = version});
    const Recorder r = fetch(peer.url("/", kHost), trusting_root(peer, root));
    EXPECT_EQ(outcome(r), "ok") << r.message;
    EXPECT_EQ(r.body, "hello");
    EXPECT_EQ(r.tls_version, version == 0x0303 ? "TLSv1.2" : "TLSv1.3");
  }
}

TEST_F(Certificates, T2_Expired) {
  CertificateSpec s = spec();
  s.not_after = 1609459200;
  EXPECT_EQ(refused(s), "certificate for shop.example is expired since 2021-01-01");
}

TEST_F(Certificates, T2_NotYetValid) {
  CertificateSpec s = spec();
  s.not_before = 2145916800;
  EXPECT_EQ(refused(s), "certificate for shop.example is not valid before 2038-01-01");
}

TEST_F(Certificates, T2_WrongHost) {
  EXPECT_EQ(refused(test::leaf_spec("other.example")), "certificate is for other.example, not shop.example");
}

TEST_F(Certificates, T2_TheCommonNameIsNoHostName) {
  CertificateSpec s;
  s.common_name = kHost;
  EXPECT_NE(refused(s).find("not shop.example"), std::string::npos);
}

TEST_F(Certificates, T2_SelfSigned) {
  const Certificate alone = make_certificate(spec());
  EXPECT_EQ(refused({&alone}), "certificate for shop.example is self-signed and not trusted");
}

TEST_F(Certificates, T2_UnknownRoot) {
  const Certificate other = test::make_ca("Other Root");
  const Certificate certificate = make_certificate(spec(), &other);
  EXPECT_EQ(refused({&certificate}),
            "certificate for shop.example leads to Other Root, which is not trusted");
  EXPECT_EQ(refused({&certificate, &other}),
            "certificate for shop.example leads to Other Root, which is not trusted");
}

TEST_F(Certificates, T2_MissingIntermediate) {
  const Certificate middle = make_certificate(test::ca_spec("Middle"), &root);
  CertificateSpec s = spec();
  s.authority_info = "caIssuers;URI:http://pki.example/middle.cer";
  const Certificate certificate = make_certificate(s, &middle);
  EXPECT_EQ(refused({&certificate}),
            "certificate for shop.example was sent without the one of its issuer, Middle");
}

TEST_F(Certificates, T2_WeakKey) {
  CertificateSpec s = spec();
  s.key = test::KeyType::rsa1024;
  EXPECT_EQ(refused(s), "certificate for shop.example has a weak key: RSA key of 1024 bits");
}

TEST_F(Certificates, T2_WeakHash) {
  CertificateSpec s = spec();
  s.digest = test::Digest::sha1;
  EXPECT_EQ(refused(s), "certificate for shop.example is signed with ecdsa-with-SHA1, which is not accepted");
}

TEST_F(Certificates, T2_WrongPurpose) {
  CertificateSpec s = spec();
  s.extended_key_usage = "clientAuth";
  EXPECT_EQ(refused(s), "certificate for shop.example is not meant for TLS servers");
}

TEST_F(Certificates, T2_NotVerifiedWhenTurnedOff) {
  const Certificate alone = make_certificate(spec());
  ScriptedServer peer(hello, {.chain = {&alone}});
  ClientOptions options = trusting_root(peer, root);
  options.tls.verify = false;
  EXPECT_EQ(outcome(fetch(peer.url("/", kHost), options)), "ok");
}

}  // namespace
}  // namespace godwit::testing
