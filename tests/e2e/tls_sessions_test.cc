// SPDX-License-Identifier: MIT
// TLS sessions of real servers, used again.
#include <cstdlib>
#include <optional>
#include <string>

#include "godwit/tests/e2e/loopback_client.h"
#include "godwit/tests/e2e/nginx.h"

namespace godwit::testing {
namespace {

struct TlsSessionsTest : LoopbackTest {
  void SetUp() override {
    LoopbackTest::SetUp();
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    nginx.emplace(std::string(std::getenv("TEST_TMPDIR")) + "/nginx_" + info->name());
    ASSERT_EQ(nginx->problem(), "");
    nginx->put("page", "page");
  }
  void TearDown() override {
    nginx.reset();
    LoopbackTest::TearDown();
  }

  ClientOptions options() {
    ClientOptions o;
    o.tls.ca_pem = nginx->ca_pem() + server().ca_pem();
    o.timeouts.total = std::chrono::seconds(30);
    return o;
  }

  // One exchange on a connection of its own; says whether that resumed a session.
  static bool resumes(LoopbackClient& client, const std::string& url) {
    Recorder recorder;
    Request request;
    request.url = url;
    request.headers.add("Connection", "close");
    client.send(std::move(request), recorder);
    client.run();
    EXPECT_EQ(outcome(recorder), "ok") << recorder.message;
    EXPECT_FALSE(recorder.reused);
    return recorder.tls_resumed;
  }

  std::optional<Nginx> nginx;
};

TEST_F(TlsSessionsTest, TheSecondConnectionResumes) {
  for (const std::string& url : {nginx->tls_url("/page"), server().https_url("/bytes/100")}) {
    SCOPED_TRACE(url);
    LoopbackClient client(options());
    EXPECT_FALSE(resumes(client, url));
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(resumes(client, url));
  }
}

TEST_F(TlsSessionsTest, NotIfThatIsOff) {
  ClientOptions off = options();
  off.tls.session_reuse = false;
  LoopbackClient client(off);
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(resumes(client, nginx->tls_url("/page")));
  EXPECT_EQ(client.client().save_tls_sessions(), "");
}

TEST_F(TlsSessionsTest, NotWithAnotherProfile) {
  ClientOptions o = options();
  o.tls_profiles = {{"same", o.tls}, {"broken", {.ca_file = "/no/such/file"}}};
  Loop loop;
  Client client(loop, o);
  EXPECT_EQ(client.problem(), "TLS profile \"broken\": /no/such/file: No such file or directory");
  const auto fetch = [&](const std::string& profile, Recorder& recorder) {
    Request request;
    request.url = nginx->tls_url("/page");
    request.tls_profile = profile;
    client.send(std::move(request), recorder);
    loop.run();
  };
  Recorder r[4];
  fetch("", r[0]);
  fetch("same", r[1]);
  EXPECT_EQ(outcome(r[1]), "ok") << r[1].message;
  EXPECT_FALSE(r[1].reused);
  EXPECT_FALSE(r[1].tls_resumed);
  fetch("same", r[2]);
  EXPECT_TRUE(r[2].reused);
  fetch("broken", r[3]);
  EXPECT_EQ(r[3].error.code, Errc::invalid_option);
  EXPECT_NE(client.save_tls_sessions("same"), "");
  EXPECT_EQ(client.save_tls_sessions("other"), "");
  EXPECT_EQ(client.load_tls_sessions({}, "other"), "there is no TLS profile \"other\"");
}

TEST_F(TlsSessionsTest, NotWithAnotherServer) {
  LoopbackClient client(options());
  EXPECT_FALSE(resumes(client, nginx->tls_url("/page")));
  EXPECT_FALSE(resumes(client, server().https_url("/bytes/100")));
}

TEST_F(TlsSessionsTest, SavedOnesAreForALaterClient) {
  std::string octets;
  {
    LoopbackClient client(options());
    EXPECT_FALSE(resumes(client, nginx->tls_url("/page")));
    octets = client.client().save_tls_sessions();
  }
  LoopbackClient client(options());
  EXPECT_EQ(client.client().load_tls_sessions(octets), "");
  EXPECT_TRUE(resumes(client, nginx->tls_url("/page")));
  EXPECT_NE(client.client().load_tls_sessions("garbage"), "");
}

// A session proves no more than the verification behind it: saved by one who trusts the server's CA, it is no
// way in with one who does not.
TEST_F(TlsSessionsTest, ALoadedOneIsVerifiedAgain) {
  std::string octets;
  {
    LoopbackClient client(options());
    EXPECT_FALSE(resumes(client, nginx->tls_url("/page")));
    octets = client.client().save_tls_sessions();
  }
  LoopbackClient client(trusting());  // the embedded server's CA alone
  ASSERT_EQ(client.client().load_tls_sessions(octets), "");
  Recorder recorder;
  client.get(nginx->tls_url("/page"), recorder);
  client.run();
  EXPECT_EQ(recorder.error.code, Errc::certificate_rejected) << recorder.message;
}

TEST_F(TlsSessionsTest, ARequestGoesOutAsEarlyData) {
  ClientOptions early = options();
  early.tls.early_data = true;
  LoopbackClient client(early);
  const auto visit = [&](const std::string& path, std::string method = "GET", Body body = {}) {
    Recorder recorder;
    Request request;
    request.method = std::move(method);
    request.url = nginx->tls_url(path);
    request.body = std::move(body);
    request.headers.add("Connection", "close");
    client.send(std::move(request), recorder);
    client.run();
    EXPECT_EQ(outcome(recorder), "ok") << recorder.message;
    return recorder;
  };
  EXPECT_EQ(visit("/early").body, "[]");
  const Recorder taken = visit("/early");
  // nginx says 1 only as long as our last flight has not come in the meantime.
  EXPECT_TRUE(taken.body == "[1]" || taken.body == "[]") << taken.body;
  EXPECT_TRUE(taken.tls_early_data);

  const Recorder unsafe = visit("/early", "POST", "x");
  EXPECT_EQ(unsafe.body, "[]");
  EXPECT_TRUE(unsafe.tls_resumed);
  EXPECT_FALSE(unsafe.tls_early_data);

  // If the server would have it later, it gets it later, and nobody sees the 425.
  const Recorder late = visit("/too_early");
  EXPECT_EQ(late.events, "head 200 body done");
  EXPECT_EQ(late.body, "late");
}

TEST_F(TlsSessionsTest, NoEarlyDataUnlessAskedFor) {
  LoopbackClient client(options());
  for (int i = 0; i < 2; ++i) {
    Recorder recorder;
    Request request;
    request.url = nginx->tls_url("/early");
    request.headers.add("Connection", "close");
    client.send(std::move(request), recorder);
    client.run();
    EXPECT_EQ(recorder.body, "[]");
  }
}

}  // namespace
}  // namespace godwit::testing
