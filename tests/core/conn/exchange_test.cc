// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/core/method.h"
#include "godwit/tests/core/conn/rig.h"

namespace godwit::testing {
namespace {

using Log = std::vector<std::string>;

TEST(Exchange, RunsFromRequestToDone) {
  Recorder r;
  Rig rig;
  rig.get("http://a.example/x?y#z", r);
  EXPECT_TRUE(r.log.empty());
  auto wire = rig.accept();
  EXPECT_EQ(wire->sent, "GET /x?y HTTP/1.1\r\nHost: a.example\r\nAccept-Encoding: identity\r\n\r\n");
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(r.log, (Log{"head 200", "body hello", "done ok"}));
  EXPECT_EQ(r.remote, "192.0.2.1:80");
  EXPECT_FALSE(r.reused);
  EXPECT_EQ(rig.pool.idle_connections(), 1u);
  EXPECT_EQ(rig.table.open_count(), 0u);
}

TEST(Exchange, ConnectAsksForAnAuthority) {
  Recorder r;
  Rig rig;
  Request request;
  request.method = "CONNECT";
  request.url = "http://[::1]/ignored";
  rig.send(std::move(request), r);
  auto wire = rig.accept();
  EXPECT_TRUE(wire->sent.starts_with("CONNECT [::1]:80 HTTP/1.1\r\nHost: [::1]\r\n")) << wire->sent;
}

TEST(Exchange, ReasonIsTerminated) {
  Recorder r;
  Rig rig;
  std::string reason;
  r.hook = [&](Response& response, std::string_view event) {
    if (event.starts_with("head")) reason = response.reason().data();
  };
  rig.get("http://a.example/", r);
  rig.deliver(*rig.accept(), "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(reason, "Not Found");
}

TEST(Exchange, CallbacksServeAsWellAsAHandler) {
  Rig rig;
  Log log;
  Request request;
  request.url = "http://a.example/";
  rig.table.start(std::move(request), nullptr)
      .on_head([&](Response& r) { log.push_back(std::to_string(r.status())); })
      .on_body([&](Response&, Bytes b) { log.emplace_back(text_of(b)); })
      .on_done([&](Response&, const Error& e) { log.emplace_back(name(e.code)); });
  rig.deliver(*rig.accept(), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_EQ(log, (Log{"200", "hi", "ok"}));
}

TEST(Exchange, BlocksAreExactAtEverySplit) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n";
  const std::string message = head + "abcdefghijk";
  for (size_t split = 0; split <= message.size(); ++split) {
    Rig rig({.blocksize = 4});
    Recorder r;
    rig.get("http://a.example/", r);
    auto wire = rig.accept();
    if (split) rig.deliver(*wire, message.substr(0, split));
    if (split < message.size()) rig.deliver(*wire, message.substr(split));
    EXPECT_EQ(r.body, "abcdefghijk") << split;
    EXPECT_EQ(r.blocks, (std::vector<size_t>{4, 4, 3})) << split;
    EXPECT_EQ(r.done, 1) << split;
  }
}

TEST(Exchange, BlocksizeZeroGivesBytesAsTheyArrive) {
  Recorder r;
  Rig rig({.blocksize = 0});
  rig.get("http://a.example/", r);
  auto wire = rig.accept();
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\na");
  rig.deliver(*wire, "bcd");
  rig.deliver(*wire, "e");
  EXPECT_EQ(r.blocks, (std::vector<size_t>{1, 3, 1}));
}

TEST(Exchange, InformationalTrailersAndTheirOrder) {
  Recorder r;
  Rig rig;
  std::string link, checksum;
  r.hook = [&](Response& response, std::string_view event) {
    if (event == "trailers") checksum = response.trailers().get("x-checksum").value_or("");
  };
  rig.get("http://a.example/", r);
  rig.deliver(*rig.accept(),
              "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Checksum: 7\r\n\r\n");
  EXPECT_EQ(r.log, (Log{"informational 103", "head 200", "body abc", "trailers", "done ok"}));
  EXPECT_EQ(checksum, "7");
}

TEST(Exchange, BadUrlsEndWithoutAConnection) {
  Recorder bad, scheme;
  Rig rig;
  rig.get("http://a b/", bad);
  rig.get("ftp://a.example/", scheme);
  EXPECT_EQ(bad.done, 0) << "never from inside send";
  rig.run();
  EXPECT_EQ(bad.error.code, Errc::invalid_url);
  EXPECT_NE(bad.message.find("byte"), std::string::npos) << bad.message;
  EXPECT_EQ(scheme.error.code, Errc::unsupported_scheme);
  EXPECT_EQ(rig.connector.attempts, 0);
}

TEST(Exchange, BadRequestsEndWithoutAConnection) {
  Recorder r;
  Rig rig;
  Request request;
  request.url = "http://a.example/";
  request.method = "GE T";
  rig.send(std::move(request), r);
  rig.run();
  EXPECT_EQ(r.error.code, Errc::invalid_request);
  EXPECT_FALSE(r.error.sent);
  EXPECT_EQ(rig.connector.attempts, 0);
}

TEST(Exchange, ConnectFailureCarriesTheDiagnosis) {
  Recorder r;
  Rig rig;
  rig.get("http://a.example/", r);
  rig.run();
  rig.connector.refuse({.code = Errc::connect_failed, .phase = Phase::connect, .sys = -111},
                       "192.0.2.1:80: connection refused");
  EXPECT_EQ(r.message, "connect-failed in connect: 192.0.2.1:80: connection refused");
  EXPECT_TRUE(r.error.retry_safe());
}

TEST(Exchange, N8_TruncatedBodyIsDeliveredThenReported) {
  Recorder r;
  Rig rig;
  rig.get("http://a.example/", r);
  auto wire = rig.accept();
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
  wire->end();
  rig.run();
  EXPECT_EQ(r.log, (Log{"head 200", "body abc", "done incomplete-read"}));
  EXPECT_EQ(r.error.received, 3u);
  EXPECT_EQ(r.error.expected, 10u);
  EXPECT_TRUE(wire->closed);
}

TEST(Exchange, ACancelledOneStillTellsItsPeer) {
  Recorder r;
  Rig rig;
  Response& response = rig.get("http://a.example/", r);
  auto wire = rig.accept();
  response.cancel();
  rig.run();
  EXPECT_TRUE(wire->closed);
  EXPECT_EQ(r.error.code, Errc::cancelled);
  EXPECT_EQ(r.remote, "192.0.2.1:80") << "the connection is gone by now";
}

TEST(Exchange, CancelledInItsBodyItTellsWhatArrived) {
  for (size_t blocksize : {size_t{0}, size_t{4}, size_t{100}}) {
    for (int in_block : {1, 2}) {
      Recorder r;
      Rig rig({.blocksize = blocksize});
      int blocks = 0;
      r.hook = [&](Response& response, std::string_view event) {
        if (event.starts_with("body") && ++blocks == in_block) response.cancel();
      };
      rig.get("http://a.example/", r);
      auto wire = rig.accept();
      rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nabcd");
      if (!wire->closed) rig.deliver(*wire, "efgh");
      ASSERT_EQ(r.done, 1);
      EXPECT_EQ(r.error.phase, Phase::body);
      EXPECT_EQ(r.error.received, blocksize == 100 ? 8u : r.body.size());
    }
  }
}

TEST(Exchange, APauseBeforeThereIsAConnectionHolds) {
  Recorder r;
  Rig rig;
  Response& response = rig.get("http://a.example/", r);
  response.pause();
  auto wire = rig.accept();
  EXPECT_NE(wire->sent, "") << "a pause holds what arrives, not what is sent";
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(r.log, Log{});
  EXPECT_FALSE(wire->reading);
  response.resume();
  rig.run();
  EXPECT_EQ(r.log, (Log{"head 200", "done ok"}));
}

TEST(Exchange, TimesAreThoseOfThisExchange) {
  Recorder first, second;
  Rig rig;
  rig.get("http://a.example/", first);
  rig.run();
  auto wire = rig.connector.accept({.resolve = 1, .connect = 2, .tls = 3});
  rig.run();
  rig.scheduler.advance(7);
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(first.timing.resolve, 1u);
  EXPECT_EQ(first.timing.connect, 2u);
  EXPECT_EQ(first.timing.tls, 3u);
  EXPECT_EQ(first.timing.first_byte, 7 * ManualScheduler::kMillisecond);
  rig.scheduler.advance(100);
  rig.get("http://a.example/", second);
  rig.run();
  rig.scheduler.advance(5);
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n");
  rig.scheduler.advance(5);
  rig.deliver(*wire, "x");
  EXPECT_EQ(second.timing.connect, 0u);
  EXPECT_EQ(second.timing.first_byte, 5 * ManualScheduler::kMillisecond);
  EXPECT_EQ(second.timing.total, 10 * ManualScheduler::kMillisecond);
}

// ---- the stale keep-alive race ----

struct Stale : ::testing::Test {
  void SetUp() override {
    rig.get("http://a.example/", first);
    wire = rig.accept();
    rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    ASSERT_EQ(first.error.code, Errc::ok);
  }
  Recorder first, second;
  Rig rig;
  std::shared_ptr<Wire> wire;
};

TEST_F(Stale, N5_GetIsSentAgainOnAFreshConnection) {
  rig.get("http://a.example/again", second);
  rig.run();
  EXPECT_EQ(rig.connector.attempts, 1);
  wire->end({.code = Errc::receive_failed, .sys = -104});
  rig.run();
  EXPECT_EQ(second.done, 0);
  ASSERT_EQ(rig.connector.pending(), 1u);
  auto fresh = rig.accept();
  EXPECT_NE(fresh->sent.find("GET /again"), std::string::npos);
  rig.deliver(*fresh, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(second.log, (Log{"head 200", "done ok"}));
  EXPECT_FALSE(second.reused);
}

TEST_F(Stale, N5_PostIsNotSentAgainAndSaysReused) {
  Request request;
  request.method = "POST";
  request.url = "http://a.example/";
  request.body = Body("x");
  rig.send(std::move(request), second);
  rig.run();
  wire->end();
  rig.run();
  EXPECT_EQ(second.error.code, Errc::remote_disconnected);
  EXPECT_TRUE(second.error.reused);
  EXPECT_TRUE(second.error.sent);
  EXPECT_FALSE(second.error.retry_safe());
  EXPECT_EQ(rig.connector.attempts, 1);
}

TEST_F(Stale, N5_OnlyOnce) {
  rig.get("http://a.example/", second);
  rig.run();
  wire->end();
  auto fresh = rig.accept();
  fresh->end();
  rig.run();
  EXPECT_EQ(second.error.code, Errc::remote_disconnected);
  EXPECT_FALSE(second.error.reused);
  EXPECT_EQ(rig.connector.attempts, 2);
}

TEST_F(Stale, N5_NotAfterAResponseByte) {
  rig.get("http://a.example/", second);
  rig.run();
  rig.deliver(*wire, "H");
  wire->end();
  rig.run();
  EXPECT_EQ(second.error.code, Errc::incomplete_read);
  EXPECT_EQ(second.error.received, 1u);
  EXPECT_EQ(rig.connector.attempts, 1);
}

TEST_F(Stale, N4_FreshConnectionIsNeverRetried) {
  rig.get("http://b.example/", second);
  auto fresh = rig.accept();
  fresh->end();
  rig.run();
  EXPECT_EQ(second.error.code, Errc::remote_disconnected);
  EXPECT_TRUE(second.error.sent);
  EXPECT_FALSE(second.error.reused);
  EXPECT_TRUE(second.error.retry_safe());
  EXPECT_EQ(rig.connector.attempts, 2);
}

TEST_F(Stale, N6_FinWhileIdleIsSeenAtOnce) {
  wire->end();
  rig.run();
  EXPECT_TRUE(wire->closed);
  EXPECT_EQ(rig.pool.idle_connections(), 0u);
  rig.get("http://a.example/", second);
  rig.run();
  EXPECT_EQ(rig.connector.attempts, 2);
}

TEST_F(Stale, N6_FinInTheSameTurnIsNotHandedOut) {
  rig.get("http://a.example/", second);
  wire->end();
  rig.run();
  EXPECT_EQ(rig.connector.attempts, 2);
  EXPECT_EQ(second.done, 0);
}

TEST_F(Stale, N7_BytesOnAnIdleConnectionCloseIt) {
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged");
  EXPECT_TRUE(wire->closed);
  rig.get("http://a.example/", second);
  rig.run();
  EXPECT_EQ(rig.connector.attempts, 2);
  EXPECT_EQ(second.log, Log{});
}

TEST_F(Stale, N7_BytesThatNobodyReadYetAnswerNothing) {
  wire->unread = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged";
  rig.scheduler.advance(5);
  rig.get("http://a.example/", second);
  rig.run();
  EXPECT_TRUE(wire->unread.empty());
  EXPECT_TRUE(wire->closed);
  EXPECT_EQ(rig.connector.attempts, 2);
  EXPECT_EQ(second.log, Log{});
}

// ---- uploads ----

struct Source final : BodySource {
  explicit Source(std::vector<Pull> p) : plan(std::move(p)) {}
  Pull pull(std::span<std::byte> out) override {
    ++pulls;
    if (at == plan.size()) return {0, State::end};
    const Pull next = plan[at++];
    std::fill_n(out.begin(), next.size, std::byte{'u'});
    return next;
  }
  std::optional<uint64_t> length() const override { return announced; }
  bool rewind() override {
    ++rewinds;
    at = 0;
    return rewindable;
  }

  std::vector<Pull> plan;
  std::optional<uint64_t> announced;
  size_t at = 0;
  int pulls = 0;
  int rewinds = 0;
  bool rewindable = false;
};

Request upload(Source& source) {
  Request request;
  request.method = "PUT";
  request.url = "http://a.example/";
  request.body = Body::from(source);
  return request;
}

TEST(Upload, LaterParksUntilResumed) {
  Recorder r;
  Rig rig;
  Source source({{3, BodySource::State::later}, {2, BodySource::State::end}});
  Response& response = rig.send(upload(source), r);
  auto wire = rig.accept();
  EXPECT_TRUE(wire->sent.ends_with("3\r\nuuu\r\n")) << wire->sent;
  response.resume_upload();
  rig.run();
  EXPECT_TRUE(wire->sent.ends_with("2\r\nuu\r\n0\r\n\r\n")) << wire->sent;
  rig.deliver(*wire, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(r.log, (Log{"head 201", "done ok"}));
  EXPECT_EQ(rig.pool.idle_connections(), 1u);
}

TEST(Upload, ResumedWhileItIsPulledItIsPulledAgain) {
  struct Eager final : BodySource {
    Pull pull(std::span<std::byte> out) override {
      response->resume_upload();
      if (++pulls < 3) return {0, State::later};
      out[0] = std::byte{'u'};
      return {1, State::end};
    }
    Response* response = nullptr;
    int pulls = 0;
  } source;
  Recorder r;
  Rig rig;
  Request request;
  request.method = "POST";
  request.url = "http://a.example/";
  request.body = Body::from(source);
  source.response = &rig.send(std::move(request), r);
  auto wire = rig.accept();
  EXPECT_TRUE(wire->sent.ends_with("1\r\nu\r\n0\r\n\r\n")) << wire->sent;
  EXPECT_EQ(source.pulls, 3);
}

TEST_F(Stale, N5_ASourceIsRewoundAndSentAgain) {
  Source source({{3, BodySource::State::end}});
  source.rewindable = true;
  rig.send(upload(source), second);
  rig.run();
  EXPECT_TRUE(wire->sent.ends_with("3\r\nuuu\r\n0\r\n\r\n")) << wire->sent;
  wire->end();
  auto fresh = rig.accept();
  EXPECT_EQ(source.rewinds, 1);
  EXPECT_TRUE(fresh->sent.ends_with("3\r\nuuu\r\n0\r\n\r\n")) << fresh->sent;
  rig.deliver(*fresh, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(second.error.code, Errc::ok);
}

TEST_F(Stale, N5_ASourceThatCannotRewindIsNotSentAgain) {
  Source source({{3, BodySource::State::end}});
  rig.send(upload(source), second);
  rig.run();
  wire->end();
  rig.run();
  EXPECT_EQ(second.error.code, Errc::remote_disconnected);
  EXPECT_EQ(rig.connector.attempts, 1);
}

TEST_F(Stale, N5_OtherErrorsDoNotRewindASource) {
  Source source({{3, BodySource::State::end}});
  source.rewindable = true;
  rig.send(upload(source), second);
  rig.run();
  rig.deliver(*wire, "garbage that is no status line\r\n\r\n");
  EXPECT_EQ(second.error.code, Errc::bad_status_line);
  EXPECT_EQ(source.rewinds, 0);
}

TEST(Upload, MoreWithoutBytesIsAskedAgain) {
  Recorder r;
  Rig rig;
  Source source({{0, BodySource::State::more}, {0, BodySource::State::more}, {2, BodySource::State::end}});
  rig.send(upload(source), r);
  auto wire = rig.accept();
  EXPECT_TRUE(wire->sent.ends_with("2\r\nuu\r\n0\r\n\r\n")) << wire->sent;
}

TEST(Upload, N11_AFullTransportIsBackpressureToTheSource) {
  Recorder r;
  Rig rig;
  Source source(std::vector<BodySource::Pull>(1000, {8192, BodySource::State::more}));
  rig.send(upload(source), r);
  rig.run();
  auto wire = rig.connector.accept();
  wire->write_limit = 100;
  rig.run();
  EXPECT_EQ(wire->sent.size(), 100u);
  EXPECT_LT(source.pulls, 10);
  wire->open_window(10'000'000);
  rig.run();
  EXPECT_EQ(source.at, 1000u);
  EXPECT_TRUE(wire->sent.ends_with("0\r\n\r\n"));
}

TEST(Upload, ABigOneGivesWayAfterSomeRounds) {
  Recorder r;
  Rig rig;
  Source source(std::vector<BodySource::Pull>(10'000, {8192, BodySource::State::more}));
  rig.send(upload(source), r);
  rig.run();
  auto wire = rig.connector.accept();
  ASSERT_TRUE(rig.scheduler.run_one_task());
  EXPECT_GT(wire->sent.size(), 0u);
  EXPECT_LE(wire->sent.size(), conn::Connection::kRoundsPerTick * WriteBuffer::kSize);
  rig.run();
  EXPECT_TRUE(wire->sent.ends_with("0\r\n\r\n"));
}

TEST(Upload, A4_AFailingSourceEndsTheExchange) {
  Recorder r;
  Rig rig;
  Source source({{3, BodySource::State::more}, {0, BodySource::State::failed}});
  rig.send(upload(source), r);
  auto wire = rig.accept();
  EXPECT_EQ(r.error.code, Errc::body_source_failed);
  EXPECT_TRUE(wire->closed);
}

TEST(Upload, A4_AShortSourceIsReportedWithBothNumbers) {
  Recorder r;
  Rig rig;
  Source source({{3, BodySource::State::end}});
  source.announced = 5;
  rig.send(upload(source), r);
  auto wire = rig.accept();
  EXPECT_EQ(r.error.code, Errc::body_length_mismatch);
  EXPECT_NE(r.message.find("3"), std::string::npos) << r.message;
  EXPECT_NE(r.message.find("5"), std::string::npos) << r.message;
  EXPECT_TRUE(wire->closed);
}

TEST(Upload, N10_AnEarlyAnswerIsDeliveredAndTheConnectionClosed) {
  Recorder r;
  Rig rig;
  Source source({{3, BodySource::State::later}});
  rig.send(upload(source), r);
  auto wire = rig.accept();
  rig.deliver(*wire, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno");
  EXPECT_EQ(r.log, (Log{"head 413", "body no", "done ok"}));
  EXPECT_TRUE(wire->closed);
}

TEST(Upload, AWriteErrorStillLetsTheAnswerIn) {
  Recorder r;
  Rig rig;
  Source source(std::vector<BodySource::Pull>(1000, {8192, BodySource::State::more}));
  rig.send(upload(source), r);
  rig.run();
  auto wire = rig.connector.accept();
  wire->write_limit = 100;
  rig.run();
  wire->delegate->on_write_failed({.code = Errc::send_failed, .sys = -32});
  rig.run();
  EXPECT_EQ(r.done, 0);
  rig.deliver(*wire, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(r.log, (Log{"head 401", "done ok"}));
}

}  // namespace
}  // namespace godwit::testing
