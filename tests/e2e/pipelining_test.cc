// SPDX-License-Identifier: MIT
// Requests sent ahead to servers: one that none of us wrote, which closes as it likes, and the embedded one.
#include <cstdlib>
#include <deque>
#include <optional>
#include <string>

#include "godwit/tests/e2e/loopback_client.h"
#include "godwit/tests/e2e/nginx.h"

namespace godwit::testing {
namespace {

struct PipeliningTest : LoopbackTest {
  void serve() {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    nginx.emplace(std::string(std::getenv("TEST_TMPDIR")) + "/nginx_" + info->name());
    ASSERT_EQ(nginx->problem(), "");
  }
  void TearDown() override {
    if (nginx && HasFailure()) ADD_FAILURE() << "nginx says: " << nginx->errors();
    nginx.reset();
    LoopbackTest::TearDown();
  }
  static ClientOptions options(uint32_t connections, std::string ca_pem) {
    ClientOptions o;
    o.tls.ca_pem = std::move(ca_pem);
    o.timeouts.total = std::chrono::seconds(30);
    o.max_connections_per_host = connections;
    o.pipeline_depth = 8;
    return o;
  }

  std::optional<Nginx> nginx;
};

TEST_F(PipeliningTest, ManyFilesOfAllSizesOverTwoConnections) {
  serve();
  constexpr size_t kSizes[] = {0, 1, 100, 8192, 40'000, 300'000};
  for (const size_t size : kSizes)
    nginx->put(std::to_string(size), std::string(size, static_cast<char>('a' + size % 26)));
  for (const std::string& url : {nginx->url("/"), nginx->tls_url("/")}) {
    SCOPED_TRACE(url);
    std::deque<Recorder> recorders(300);
    LoopbackClient client(options(2, nginx->ca_pem()));
    for (size_t i = 0; i < recorders.size(); ++i) {
      client.send(i % 5 == 0 ? "HEAD" : "GET", url + std::to_string(kSizes[i % std::size(kSizes)]),
                  recorders[i]);
    }
    client.run();
    for (size_t i = 0; i < recorders.size(); ++i) {
      const size_t size = kSizes[i % std::size(kSizes)];
      ASSERT_EQ(recorders[i].status, 200) << i << ": " << recorders[i].message;
      ASSERT_EQ(recorders[i].body, i % 5 == 0 ? "" : std::string(size, static_cast<char>('a' + size % 26)))
          << i;
    }
  }
}

TEST_F(PipeliningTest, AServerThatEndsAConnectionWithEverySecondResponse) {
  serve();
  nginx->put("few/page.html", "page");
  for (const std::string& url : {nginx->url("/few/page.html"), nginx->tls_url("/few/page.html")}) {
    SCOPED_TRACE(url);
    std::deque<Recorder> recorders(20);
    LoopbackClient client(options(1, nginx->ca_pem()));
    for (Recorder& recorder : recorders) client.get(url, recorder);
    client.run();
    for (const Recorder& recorder : recorders) {
      EXPECT_EQ(recorder.body, "page") << recorder.message;
      EXPECT_EQ(recorder.done, 1);
    }
  }
}

TEST_F(PipeliningTest, OneConnectionServesPostsBetweenTheOthers) {
  std::deque<Recorder> recorders(90);
  LoopbackClient client(options(1, {}));
  for (size_t i = 0; i < recorders.size(); ++i) {
    const bool posts = i % 10 == 9;
    client.send(posts ? "POST" : "GET", server().http_url(posts ? "/echo" : "/bytes/" + std::to_string(i)),
                recorders[i], posts ? Body("posted") : Body());
  }
  client.run();
  for (size_t i = 0; i < recorders.size(); ++i) {
    EXPECT_EQ(recorders[i].status, 200) << i << ": " << recorders[i].message;
    if (i % 10 != 9) {
      EXPECT_EQ(recorders[i].body.size(), i);
    }
  }
  EXPECT_EQ(server().connections_accepted(), 1u);
}

TEST_F(PipeliningTest, SomeAreCancelledAndTheOthersGoOn) {
  std::deque<Recorder> recorders(60);
  LoopbackClient client(options(2, {}));
  for (size_t i = 0; i < recorders.size(); ++i) {
    if (i % 7 == 3) {
      recorders[i].hook = [](Response& r, std::string_view event) {
        if (event == "body") r.cancel();
      };
    }
    client.get(server().http_url("/bytes/20000"), recorders[i]);
  }
  client.run();
  for (size_t i = 0; i < recorders.size(); ++i) {
    EXPECT_EQ(recorders[i].done, 1);
    EXPECT_EQ(recorders[i].error.code, i % 7 == 3 ? Errc::cancelled : Errc::ok)
        << i << ": " << recorders[i].message;
  }
}

}  // namespace
}  // namespace godwit::testing
