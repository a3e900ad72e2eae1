// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "godwit/core/client.h"
#include "godwit/tests/e2e/descriptors.h"
#include "godwit/tests/e2e/recorder.h"
#include "godwit/tests/e2e/watchdog.h"
#include "godwit/tools/embedded_server/server.h"

namespace godwit::testing {

// LoopbackClient is a client on a loop of its own. Recorders are declared before it.
class LoopbackClient {
 public:
  explicit LoopbackClient(ClientOptions options = {})
      : client_(std::make_unique<Client>(loop_, std::move(options))) {
    EXPECT_EQ(client_->problem(), "");
  }

  Loop& loop() { return loop_; }
  Client& client() { return *client_; }

  Response& send(Request request, Recorder& recorder) { return client_->send(std::move(request), recorder); }
  Response& send(std::string method, std::string url, Recorder& recorder, Body body = {}) {
    Request request;
    request.method = std::move(method);
    request.url = std::move(url);
    request.body = std::move(body);
    return send(std::move(request), recorder);
  }
  Response& get(std::string url, Recorder& recorder) { return send("GET", std::move(url), recorder); }

  // run goes on until no exchange is open.
  void run() {
    loop_.run();
    EXPECT_EQ(client_->open_exchanges(), 0u);
  }

  // until goes on until something holds, for idle connections too.
  template <class Condition>
  void until(Condition condition) {
    loop_.hold();
    while (!condition()) loop_.run_once();
    loop_.release();
  }

  // close destroys the client; the loop stays.
  void close() { client_.reset(); }

 private:
  Loop loop_;
  std::unique_ptr<Client> client_;
};

// LoopbackTest has an embedded server, a bound in time, and an eye on descriptors left behind.
class LoopbackTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // libuv opens the descriptors that all loops share with the first one.
    { const Loop first; }
    before_ = open_descriptors();
    std::string error;
    server_ = embedded::Server::start({}, error);
    ASSERT_NE(server_, nullptr) << error;
  }

  void TearDown() override {
    server_.reset();
    EXPECT_EQ(open_descriptors(), before_) << "descriptors are left behind";
  }

  embedded::Server& server() { return *server_; }

  // trusting has the embedded server's CA in it.
  ClientOptions trusting(ClientOptions options = {}) {
    if (options.tls.ca_pem.empty()) options.tls.ca_pem = server_->ca_pem();
    return options;
  }

  // fetch runs one exchange to its end, with others running beside it that must not notice, in a client
  // that has no socket left when it is gone.
  Recorder fetch(Request request, ClientOptions options = {}) {
    Recorder recorder;
    Recorder beside[2];
    const std::string neighbour = server_->http_url("/chunked/30000?chunk=1000");
    LoopbackClient client(std::move(options));
    client.get(neighbour, beside[0]);
    client.send(std::move(request), recorder);
    client.get(neighbour, beside[1]);
    client.run();
    client.close();
    EXPECT_EQ(sockets_to(server_->http_port()).size() + sockets_to(server_->https_port()).size(), 0u);
    EXPECT_EQ(recorder.done, 1);
    for (const Recorder& r : beside) {
      EXPECT_EQ(r.done, 1);
      EXPECT_EQ(outcome(r), "ok") << r.message;
      EXPECT_EQ(r.body.size(), 30000u);
    }
    return recorder;
  }
  Recorder fetch(std::string url, ClientOptions options = {}) {
    Request request;
    request.url = std::move(url);
    return fetch(std::move(request), std::move(options));
  }

 private:
  const Watchdog watchdog_{::testing::UnitTest::GetInstance()->current_test_info()->name()};
  std::vector<int> before_;
  std::unique_ptr<embedded::Server> server_;
};

}  // namespace godwit::testing
