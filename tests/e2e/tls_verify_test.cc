// SPDX-License-Identifier: MIT
// TlsOptions::on_verify, answered at once, later, never, from another thread, and too late.
#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "godwit/core/http_connection.h"
#include "godwit/core/http_response.h"
#include "godwit/tests/e2e/loopback_client.h"

namespace godwit::testing {
namespace {

using namespace std::chrono_literals;

struct TlsVerifyTest : LoopbackTest {
  ClientOptions asking(std::function<void(VerifyRequest)> on_verify) {
    ClientOptions options = trusting();
    options.tls.on_verify = std::move(on_verify);
    options.timeouts.total = 30s;
    return options;
  }
  ClientOptions keeping() {
    return asking([this](VerifyRequest request) { asked.push_back(std::move(request)); });
  }
  std::string url() { return server().https_url("/bytes/100"); }

  std::vector<VerifyRequest> asked;
};

// The first key that a server shows is the one it must have from then on.
TEST_F(TlsVerifyTest, TrustOnFirstUse) {
  std::map<std::string, std::string> known;
  ClientOptions options;  // the embedded server's CA is nobody's
  options.timeouts.total = 30s;
  options.tls.on_verify = [&](VerifyRequest request) {
    EXPECT_EQ(request.verdict(), Verdict::refused);
    const std::vector<CertificateInfo> chain = request.peer().describe();
    const std::string place = request.host() + ':' + std::to_string(request.port());
    const std::string& pin = known.emplace(place, chain[0].public_key_pin).first->second;
    pin == chain[0].public_key_pin ? request.accept()
                                   : request.reject("the key of " + place + " has changed");
  };
  for (int i = 0; i < 2; ++i) {
    const Recorder r = fetch(url(), options);
    EXPECT_EQ(outcome(r), "ok") << r.message;
  }
  ASSERT_EQ(known.size(), 1u);
  // The pin is one of TlsOptions::pins.
  ClientOptions pinned = trusting();
  pinned.tls.pins = known.begin()->second;
  EXPECT_EQ(outcome(fetch(url(), pinned)), "ok");
  known.begin()->second = "another";
  const Recorder r = fetch(url(), options);
  EXPECT_EQ(outcome(r), "certificate-rejected in tls, 0");
  EXPECT_NE(r.message.find("is rejected by the application: the key of 127.0.0.1:"), std::string::npos)
      << r.message;
}

TEST_F(TlsVerifyTest, AskedOnceAConnectionAndNotForASession) {
  int questions = 0;
  LoopbackClient client(asking([&](VerifyRequest request) {
    ++questions;
    EXPECT_EQ(request.verdict(), Verdict::trusted);
    request.accept();
  }));
  for (int i = 0; i < 4; ++i) {
    Recorder r;
    Request request;
    request.url = url();
    if (i >= 1) request.headers.add("Connection", "close");
    client.send(std::move(request), r);
    client.run();
    EXPECT_EQ(outcome(r), "ok") << r.message;
    EXPECT_EQ(r.reused, i == 1);
    EXPECT_EQ(r.tls_resumed, i > 1);
  }
  EXPECT_EQ(questions, 1);
}

TEST_F(TlsVerifyTest, ManyAtOnceAnsweredInAnyOrderWhileOthersGoOn) {
  constexpr size_t kCount = 100;
  std::vector<Recorder> recorders(kCount);
  Recorder beside;
  LoopbackClient client(keeping());
  for (Recorder& r : recorders) {
    Request request;
    request.url = url();
    // Else those accepted first serve others too.
    request.headers.add("Connection", "close");
    client.send(std::move(request), r);
  }
  client.until([&] { return asked.size() == kCount; });
  client.get(server().http_url("/chunked/30000?chunk=1000"), beside);
  client.until([&] { return beside.done == 1; });
  EXPECT_EQ(outcome(beside), "ok");
  for (size_t i = 0; i < kCount; ++i) {
    EXPECT_TRUE(asked[i * 37 % kCount].pending());
    i % 4 == 0 ? asked[i * 37 % kCount].reject() : asked[i * 37 % kCount].accept();
  }
  client.run();
  const auto ok =
      std::count_if(recorders.begin(), recorders.end(), [](const Recorder& r) { return !r.error; });
  EXPECT_EQ(ok, 75);
}

TEST_F(TlsVerifyTest, NoAnswerEndsAtTheDeadlineOfTheHandshake) {
  ClientOptions options = keeping();
  options.timeouts.tls = 50ms;
  const Recorder r = fetch(url(), options);
  EXPECT_EQ(outcome(r), "tls-timeout in tls, 0");
  EXPECT_NE(r.message.find("did not end within 50 ms, as on_verify did not answer"), std::string::npos)
      << r.message;
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_FALSE(asked[0].pending());
  asked[0].accept();
}

TEST_F(TlsVerifyTest, AQuestionKeepsTheLoopRunning) {
  Recorder r;
  ClientOptions options = keeping();
  options.timeouts = {.resolve = 0ms, .connect = 0ms, .tls = 0ms};
  LoopbackClient client(options);
  std::thread other;
  client.get(url(), r);
  client.until([&] { return asked.size() == 1; });
  // Someone else looks at the certificates; the answer comes back by way of the loop.
  other = std::thread([&, request = std::move(asked[0])]() mutable {
    std::this_thread::sleep_for(20ms);
    const bool good = request.peer().describe().at(0).public_key_pin.starts_with("sha256//");
    client.loop().post([good, request = std::move(request)]() mutable {
      good ? request.accept() : request.reject("unknown");
    });
  });
  client.run();
  other.join();
  EXPECT_EQ(outcome(r), "ok") << r.message;
}

TEST_F(TlsVerifyTest, AnswersAfterACancelDoNothing) {
  Recorder r;
  LoopbackClient client(keeping());
  Response& response = client.get(url(), r);
  client.until([&] { return asked.size() == 1; });
  response.cancel();
  client.until([&] { return r.done == 1; });
  EXPECT_EQ(r.error.code, Errc::cancelled);
  EXPECT_FALSE(asked[0].pending());
  asked[0].accept();
  client.run();
  EXPECT_EQ(r.done, 1);
}

TEST_F(TlsVerifyTest, QuestionsOutliveTheClient) {
  Recorder r[2];
  {
    LoopbackClient client(keeping());
    for (Recorder& one : r) client.get(url(), one);
    client.until([&] { return asked.size() == 2; });
    client.close();
    EXPECT_EQ(r[0].error.code, Errc::client_closed);
    EXPECT_FALSE(asked[0].pending());
    asked[0].accept();
  }
  asked[1].reject("long after the loop");
  EXPECT_EQ(asked[1].host(), "127.0.0.1");
  EXPECT_EQ(asked[1].peer().describe().at(0).public_key_pin.size(), 52u);
}

TEST_F(TlsVerifyTest, RejectedByBeingDropped) {
  const Recorder r = fetch(url(), asking([](VerifyRequest) {}));
  EXPECT_EQ(outcome(r), "certificate-rejected in tls, 0");
  EXPECT_NE(r.message.find("is rejected by the application"), std::string::npos) << r.message;
}

TEST_F(TlsVerifyTest, AnHttpsConnectionAsksAsWell) {
  Loop loop;
  HttpConnectionOptions options;
  options.tls.ca_pem = server().ca_pem();
  options.tls.on_verify = [&](VerifyRequest request) { asked.push_back(std::move(request)); };
  HttpsConnection connection(loop, "127.0.0.1", server().https_port(), options);
  ASSERT_FALSE(connection.request("GET", "/bytes/10"));
  int status = 0;
  connection.getresponse([&](HttpResponse& response, const Error& error) {
    EXPECT_FALSE(error) << connection.diagnosis();
    status = response.status();
    connection.close();
  });
  while (asked.empty()) ASSERT_TRUE(loop.run_once());
  asked[0].accept();
  loop.run();
  EXPECT_EQ(status, 200);
}

}  // namespace
}  // namespace godwit::testing
