// SPDX-License-Identifier: MIT
// N9 and N10: servers that answer, half-close or go away while an upload is on its way.
#include <deque>

#include "godwit/tests/e2e/loopback_client.h"

namespace godwit::testing {
namespace {

struct Uploads : LoopbackTest {
  Request upload(std::string url, bool expect_continue = false) {
    Request request;
    request.method = "POST";
    request.url = std::move(url);
    request.body = Body::borrow(bytes_of(content));
    if (expect_continue) {
      EXPECT_FALSE(request.headers.add("Expect", "100-continue"));
    }
    return request;
  }

  const std::string content = std::string(8 << 20, 'u');
};

TEST_F(Uploads, N10_AnsweredEarlyByAPeerThatReadsOn) {
  for (const std::string& url : {server().http_url("/upload/early"), server().https_url("/upload/early")}) {
    const Recorder r = fetch(upload(url), trusting());
    EXPECT_EQ(outcome(r), "ok") << r.message;
    EXPECT_EQ(r.events, "head 413 body done");
    EXPECT_EQ(r.body, "answered before the body was read\n");
  }
}

// The peer closes with our bytes unread, which its system tells by a reset: the answer was there before.
TEST_F(Uploads, N10_AnsweredEarlyByAPeerThatCloses) {
  for (const std::string_view path : {"/upload/early?close=1", "/expect/reject"}) {
    for (const bool tls : {false, true}) {
      std::deque<Recorder> recorders(20);
      LoopbackClient client(trusting());
      for (Recorder& r : recorders) {
        client.send(upload(tls ? server().https_url(path) : server().http_url(path)), r);
      }
      client.run();
      for (const Recorder& r : recorders) {
        EXPECT_EQ(outcome(r), "ok") << r.message;
        EXPECT_EQ(r.status, path == "/expect/reject" ? 417 : 413);
      }
      EXPECT_EQ(client.client().idle_connections(), 0u);
    }
  }
}

TEST_F(Uploads, N9_HalfClosedEarlyByAPeerThatReadsOn) {
  for (const std::string& url :
       {server().http_url("/fault/half-close"), server().https_url("/fault/half-close")}) {
    const Recorder r = fetch(upload(url), trusting());
    EXPECT_EQ(outcome(r), "ok") << r.message;
    EXPECT_EQ(r.body.size(), 1000u);
  }
}

TEST_F(Uploads, ExpectIsMetRejectedOrIgnored) {
  struct Row {
    std::string_view path;
    std::string_view events;
  };
  for (const Row& row :
       {Row{"/expect/continue", "informational 100 head 200 body done"},
        Row{"/expect/reject", "head 417 body done"}, Row{"/expect/ignore", "head 200 body done"}}) {
    for (const std::string& url : {server().http_url(row.path), server().https_url(row.path)}) {
      ClientOptions options = trusting();
      options.timeouts.expect_continue = std::chrono::milliseconds(50);
      const Recorder r = fetch(upload(url, true), std::move(options));
      EXPECT_EQ(outcome(r), "ok") << r.message;
      EXPECT_EQ(r.events, row.events);
      EXPECT_EQ(r.body.starts_with("{\"bytes\":8388608,"), row.path != "/expect/reject") << r.body;
    }
  }
}

TEST_F(Uploads, ARejectedExpectationEndsTheConnection) {
  // 417 without Connection: close, the body not sent: the framing of the next request would be in doubt.
  Recorder first, second;
  LoopbackClient client(trusting());
  client.send(upload(server().http_url("/upload/early?status=417"), true), first);
  client.run();
  EXPECT_EQ(outcome(first), "ok") << first.message;
  EXPECT_EQ(first.status, 417);
  client.get(server().http_url("/bytes/10"), second);
  client.run();
  EXPECT_EQ(outcome(second), "ok") << second.message;
  EXPECT_FALSE(second.reused);
}

}  // namespace
}  // namespace godwit::testing
