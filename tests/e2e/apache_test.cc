// SPDX-License-Identifier: MIT
// Another real server than nginx, over plain TCP: apache, which ends connections by its own counts, answers
// in chunks of its own sizes, and knows ranges of many parts.
#include "godwit/tests/e2e/apache.h"

#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "godwit/tests/e2e/loopback_client.h"

namespace godwit::testing {
namespace {

using namespace std::chrono_literals;

struct ApacheTest : LoopbackTest {
  void SetUp() override {
    LoopbackTest::SetUp();
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    apache.emplace(std::string(std::getenv("TEST_TMPDIR")) + "/apache_" + info->name());
    ASSERT_EQ(apache->problem(), "");
    apache->put("page", kPage);
  }
  void TearDown() override {
    if (HasFailure()) ADD_FAILURE() << "apache says: " << apache->errors();
    apache.reset();
    LoopbackTest::TearDown();
  }

  // ask makes a request to one of apache's hosts: they are told apart by Host.
  Request ask(std::string_view path, std::string_view host = {}, std::string_view method = "GET") {
    Request request;
    request.method = method;
    request.url = apache->url(path);
    if (!host.empty()) {
      EXPECT_FALSE(request.headers.add("Host", host));
    }
    return request;
  }
  static Recorder run(LoopbackClient& client, Request request) {
    Recorder r;
    client.send(std::move(request), r);
    client.run();
    return r;
  }
  static ClientOptions options(ClientOptions o = {}) {
    o.timeouts.total = 30s;
    return o;
  }
  static std::string field(const Recorder& r, std::string_view name) {
    for (const std::string& line : r.headers) {
      if (line.starts_with(name) && line.substr(name.size()).starts_with(": "))
        return line.substr(name.size() + 2);
    }
    return "";
  }

  static constexpr std::string_view kPage = "0123456789abcdef";
  std::optional<Apache> apache;
};

TEST_F(ApacheTest, PagesHeadsAndMissingOnesOnOneConnection) {
  LoopbackClient client(options());
  const struct {
    std::string_view method, path;
    int status;
    bool has_body;
  } rows[] = {
      {"GET", "/page", 200, true},      {"HEAD", "/page", 200, false},    {"GET", "/missing", 404, true},
      {"HEAD", "/missing", 404, false}, {"OPTIONS", "/page", 200, false}, {"GET", "/page", 200, true},
  };
  for (const auto& row : rows) {
    const Recorder r = run(client, ask(row.path, {}, row.method));
    EXPECT_EQ(outcome(r), "ok") << r.message;
    EXPECT_EQ(r.status, row.status) << row.method << ' ' << row.path;
    EXPECT_EQ(r.body_bytes != 0, row.has_body);
    EXPECT_EQ(r.reused, &row != &rows[0]);
  }
  Request known = ask("/page");
  const Recorder first = run(client, ask("/page"));
  EXPECT_FALSE(known.headers.add("If-None-Match", field(first, "ETag")));
  const Recorder same = run(client, std::move(known));
  EXPECT_EQ(same.status, 304);
  EXPECT_TRUE(same.reused);
}

TEST_F(ApacheTest, Chunked) {
  std::string page;
  for (int i = 0; i < 2000; ++i)
    page += "<!--#echo var=\"DOCUMENT_NAME\" -->\n" + std::string(i % 97, '.') + '\n';
  apache->put("long.shtml", page);
  std::string expected;
  for (int i = 0; i < 2000; ++i) expected += "long.shtml\n" + std::string(i % 97, '.') + '\n';
  LoopbackClient client(options());
  for (int i = 0; i < 2; ++i) {
    const Recorder r = run(client, ask("/long.shtml"));
    EXPECT_EQ(outcome(r), "ok") << r.message;
    EXPECT_EQ(field(r, "Transfer-Encoding"), "chunked");
    EXPECT_TRUE(r.body == expected) << r.body.size();
    EXPECT_EQ(r.reused, i == 1);
  }
}

TEST_F(ApacheTest, Ranges) {
  LoopbackClient client(options());
  const auto range = [&](std::string_view value) {
    Request request = ask("/page");
    EXPECT_FALSE(request.headers.add("Range", value));
    return run(client, std::move(request));
  };
  const Recorder one = range("bytes=4-7");
  EXPECT_EQ(one.status, 206) << one.message;
  EXPECT_EQ(one.body, "4567");
  EXPECT_EQ(field(one, "Content-Range"), "bytes 4-7/16");
  const Recorder last = range("bytes=-3");
  EXPECT_EQ(last.body, "def");
  const Recorder two = range("bytes=0-1,14-15");
  EXPECT_EQ(two.status, 206) << two.message;
  EXPECT_TRUE(field(two, "Content-Type").starts_with("multipart/byteranges; boundary="));
  EXPECT_NE(two.body.find("\r\n\r\n01\r\n"), std::string::npos) << two.body;
  EXPECT_NE(two.body.find("\r\n\r\nef\r\n"), std::string::npos) << two.body;
  const Recorder none = range("bytes=100-");
  EXPECT_EQ(none.status, 416) << none.message;
  EXPECT_EQ(outcome(none), "ok");
  const Recorder whole = run(client, ask("/page"));
  EXPECT_EQ(whole.body, kPage);
  EXPECT_TRUE(whole.reused) << "each left the connection where the next response begins";
}

TEST_F(ApacheTest, UploadsByLengthInChunksAndAfterContinue) {
  LoopbackClient client(options());
  const std::string content(500'000, 'u');
  for (const bool waits : {false, true}) {
    Request request = ask(waits ? "/stored/waited" : "/stored/at-once", {}, "PUT");
    request.body = Body::borrow(bytes_of(content));
    if (waits) {
      EXPECT_FALSE(request.headers.add("Expect", "100-continue"));
    }
    const Recorder r = run(client, std::move(request));
    EXPECT_EQ(outcome(r), "ok") << r.message;
    EXPECT_EQ(r.status, 201) << r.body;
    EXPECT_EQ(r.events.starts_with("informational 100 "), waits) << r.events;
    const Recorder back = run(client, ask(waits ? "/stored/waited" : "/stored/at-once"));
    EXPECT_TRUE(back.body == content) << back.body.size();
  }
  Request chunked = ask("/stored/chunked", {}, "PUT");
  EXPECT_FALSE(chunked.headers.add("Transfer-Encoding", "chunked"));
  chunked.body = Body::borrow(bytes_of(content));
  const Recorder r = run(client, std::move(chunked));
  EXPECT_EQ(outcome(r), "ok") << r.message;
  EXPECT_EQ(r.status, 201) << r.body;
  EXPECT_TRUE(run(client, ask("/stored/chunked")).body == content);
}

TEST_F(ApacheTest, N10_AnUploadThatIsNotWantedIsAnsweredFirst) {
  for (const bool waits : {false, true}) {
    LoopbackClient client(options());
    const std::string content(4 << 20, 'u');
    Request request = ask("/page", {}, "PUT");
    request.body = Body::borrow(bytes_of(content));
    if (waits) {
      EXPECT_FALSE(request.headers.add("Expect", "100-continue"));
    }
    const Recorder r = run(client, std::move(request));
    EXPECT_EQ(r.status, 405) << r.message;
    EXPECT_EQ(outcome(r), "ok") << r.message;
    // One that waits is told to go on, so that apache can pass over it and keep the connection.
    EXPECT_EQ(r.events, waits ? "informational 100 head 405 body done" : "head 405 body done");
    EXPECT_EQ(run(client, ask("/page")).body, kPage);
  }
}

TEST_F(ApacheTest, N5_AConnectionServesOnlySoMany) {
  // A hundred requests over four connections, each of which apache ends behind its second response.
  std::vector<Recorder> recorders(100);
  LoopbackClient client(options({.max_connections_per_host = 4}));
  for (Recorder& recorder : recorders) client.send(ask("/page", "few.example"), recorder);
  client.run();
  size_t reused = 0;
  for (const Recorder& r : recorders) {
    EXPECT_EQ(outcome(r), "ok") << r.message;
    EXPECT_EQ(r.body, kPage);
    reused += r.reused;
  }
  // Whichever of the four came first to the last requests: each may have served but one at the end.
  EXPECT_LE(reused, 50u);
  EXPECT_GE(reused, 48u);
}

TEST_F(ApacheTest, N5_RequestsThatMeetTheEndOfAnIdleConnection) {
  // Apache closes idle connections after 100 ms. Requests come around then: whichever side is first, each is
  // answered, and an idempotent one is sent again without a word.
  LoopbackClient client(options());
  std::vector<Recorder> recorders(20);
  bool fresh_again = false;
  for (size_t i = 0; i < recorders.size(); ++i) {
    client.send(ask("/page", "short.example"), recorders[i]);
    client.run();
    EXPECT_EQ(outcome(recorders[i]), "ok") << recorders[i].message;
    EXPECT_EQ(recorders[i].body, kPage);
    fresh_again |= i > 0 && !recorders[i].reused;
    // The loop stands still: what happens to the connection meanwhile is known only when it runs again.
    std::this_thread::sleep_for(std::chrono::milliseconds(90 + i));
  }
  EXPECT_TRUE(fresh_again) << "or it proves nothing";
}

}  // namespace
}  // namespace godwit::testing
