// SPDX-License-Identifier: MIT
// Uploads and the response, side by side.
#include <string>

#include <gtest/gtest.h>

#include "godwit/core/http1/http1_session.h"
#include "godwit/tests/core/http1/exchange.h"
#include "godwit/tests/core/http1/scripted_source.h"

namespace godwit::http1 {
namespace {

using testing::Exchange;
using testing::Peer;
using testing::ScriptedSource;
using State = BodySource::State;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
constexpr std::string_view kHead = "PUT / HTTP/1.1\r\nHost: example.com\r\nAccept-Encoding: identity\r\n";

TEST(Http1Upload, HeadAndSmallBodyGoOutTogether) {
  Peer peer;
  Exchange exchange("PUT", "hello");
  exchange.submit(peer);
  WriteBuffer out;
  peer.session.send(out);
  EXPECT_EQ(text_of(out.bytes()), std::string(kHead) + "Content-Length: 5\r\n\r\nhello");
  EXPECT_EQ(exchange.sink.sent_events, 1);
  EXPECT_TRUE(exchange.sink.sent_complete);
}

TEST(Http1Upload, ALongBodyGoesOutFromWhereItLies) {
  const std::string text(200'000, 'x');
  Peer peer;
  Exchange exchange("PUT", Body::borrow(bytes_of(text)));
  exchange.submit(peer);
  EXPECT_TRUE(peer.session.lent().empty()) << "the head comes first";
  peer.send();
  EXPECT_EQ(peer.sent, std::string(kHead) + "Content-Length: 200000\r\n\r\n" + text);
  EXPECT_EQ(exchange.sink.sent_events, 5) << "the head, and four times 50,000 bytes";
  EXPECT_TRUE(exchange.sink.sent_complete);
  EXPECT_TRUE(peer.session.lent().empty());
  peer.recv(kOk);
  EXPECT_TRUE(peer.session.reusable());
}

TEST(Http1Upload, N10_ALongBodyIsNoMoreLentAfterAnAnswerThatEndsIt) {
  const std::string text(200'000, 'x');
  for (const bool refused : {true, false}) {
    Peer peer;
    Exchange exchange("PUT", Body::borrow(bytes_of(text)));
    exchange.submit(peer);
    WriteBuffer out;
    peer.session.send(out);
    peer.session.took(1000);
    peer.session.recv(bytes_of(refused ? "HTTP/1.1 413 No\r\nContent-Length: 2\r\n\r\n" : kOk));
    EXPECT_TRUE(peer.session.lent().empty());
    EXPECT_FALSE(peer.session.wants_write());
    EXPECT_FALSE(peer.session.reusable());
  }
}

TEST(Http1Upload, ALongBodyWaitsForContinue) {
  const std::string text(200'000, 'x');
  Peer peer;
  Exchange exchange("PUT", Body::borrow(bytes_of(text)));
  exchange.headers.add("Expect", "100-continue");
  exchange.submit(peer);
  peer.send();
  EXPECT_TRUE(peer.session.lent().empty());
  peer.recv("HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_TRUE(peer.sent.ends_with(text));
  EXPECT_TRUE(exchange.sink.sent_complete);
}

TEST(Http1Upload, A1_CancelWhileABodyIsLent) {
  const std::string text(200'000, 'x');
  Peer peer;
  Exchange exchange("PUT", Body::borrow(bytes_of(text)));
  exchange.submit(peer);
  WriteBuffer out;
  peer.session.send(out);
  exchange.sink.on_event = [&](std::string_view) { peer.session.cancel(exchange.id); };
  peer.session.took(1000);
  EXPECT_TRUE(peer.session.lent().empty());
  EXPECT_FALSE(peer.session.wants_write());
}

TEST(Http1Upload, ASourceParksAndGoesOn) {
  Peer peer;
  ScriptedSource source({{"abc", State::later}, {"def", State::end}});
  Exchange exchange("PUT", Body::from(source));
  exchange.submit(peer);
  peer.send();
  EXPECT_FALSE(peer.session.wants_write());
  EXPECT_FALSE(exchange.sink.sent_complete);
  peer.session.resume_upload(exchange.id);
  EXPECT_TRUE(peer.session.wants_write());
  peer.send();
  EXPECT_TRUE(exchange.sink.sent_complete);
  EXPECT_EQ(peer.sent,
            std::string(kHead) + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n");
  peer.recv(kOk);
  EXPECT_TRUE(peer.session.reusable());
}

TEST(Http1Upload, ASourceThatGivesNothingJustNowIsAskedAgain) {
  Peer peer;
  ScriptedSource source({{"a"}, {"", State::more}, {"b"}}, 2);
  Exchange exchange("PUT", Body::from(source));
  exchange.submit(peer);
  WriteBuffer out;
  peer.session.send(out);
  EXPECT_TRUE(peer.session.wants_write());
  peer.session.send(out);
  EXPECT_TRUE(exchange.sink.sent_complete);
  EXPECT_EQ(text_of(out.bytes()), std::string(kHead) + "Content-Length: 2\r\n\r\nab");
}

TEST(Http1Upload, H7_AnUpgradeBeforeTheRequestIsComplete) {
  Peer peer;
  ScriptedSource source({{"abc", State::later}, {"def", State::end}});
  Exchange exchange("POST", Body::from(source));
  ASSERT_FALSE(exchange.headers.add("Upgrade", "echo"));
  exchange.submit(peer);
  peer.send();
  peer.recv("HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\n");
  EXPECT_EQ(exchange.sink.error.code, Errc::unexpected_upgrade);
  EXPECT_EQ(exchange.sink.diagnosis, "101 (Switching Protocols) before the request was complete");
}

TEST(Http1Upload, A4_TheSourceFails) {
  Peer peer;
  ScriptedSource source({{"abc"}, {"", State::failed}});
  Exchange exchange("PUT", Body::from(source));
  exchange.submit(peer);
  peer.send();
  EXPECT_EQ(exchange.sink.ends, 1);
  EXPECT_EQ(exchange.sink.error.code, Errc::body_source_failed);
  EXPECT_EQ(exchange.sink.error.phase, Phase::send);
  EXPECT_EQ(exchange.sink.diagnosis, "the body source failed after 3 bytes");
  EXPECT_EQ(peer.session.close_reason(), "body-source-failed");
}

TEST(Http1Upload, A4_TheSourceLiesAboutItsLength) {
  for (const bool too_long : {false, true}) {
    Peer peer;
    ScriptedSource source({{too_long ? "abcdef" : "ab"}}, 4);
    Exchange exchange("PUT", Body::from(source));
    exchange.submit(peer);
    peer.send();
    EXPECT_EQ(exchange.sink.error.code, Errc::body_length_mismatch);
    EXPECT_EQ(exchange.sink.error.received, too_long ? 6u : 2u);
    EXPECT_EQ(exchange.sink.error.expected, 4u);
    EXPECT_EQ(exchange.sink.diagnosis, too_long ? "the body source gave 6 bytes, not the 4 announced"
                                                : "the body source gave 2 bytes, not the 4 announced");
    EXPECT_FALSE(peer.session.reusable());
  }
}

TEST(Http1Upload, AFailureOfTheSourceWaitsBehindAPause) {
  Peer peer;
  ScriptedSource source({{"abc", State::later}, {"", State::failed}});
  Exchange exchange("PUT", Body::from(source));
  exchange.submit(peer);
  peer.send();
  peer.session.pause(exchange.id);
  peer.session.resume_upload(exchange.id);
  peer.send();
  EXPECT_EQ(exchange.sink.ends, 0);
  peer.session.resume(exchange.id);
  peer.recv({});
  EXPECT_EQ(exchange.sink.error.code, Errc::body_source_failed);
}

TEST(Http1Upload, A1_TheSourceCancels) {
  for (const bool with_length : {false, true}) {
    Peer peer;
    ScriptedSource source({{"abc"}, {"def"}, {"ghi", State::end}},
                          with_length ? std::optional<uint64_t>(9) : std::nullopt);
    Exchange exchange("PUT", Body::from(source));
    source.on_pull = [&] {
      if (source.pulls == 2) peer.session.cancel(exchange.id);
    };
    exchange.submit(peer);
    peer.send();
    EXPECT_EQ(source.pulls, 2) << "a cancelled source is not pulled again";
    EXPECT_EQ(exchange.sink.sent_events, 0);
    EXPECT_EQ(exchange.sink.ends, 0);
    EXPECT_FALSE(peer.session.reusable());
    EXPECT_FALSE(peer.session.wants_write());
  }
}

TEST(Http1Upload, A1_CancelInOnSent) {
  Peer peer;
  Exchange exchange;
  exchange.sink.on_event = [&](std::string_view) { peer.session.cancel(exchange.id); };
  exchange.submit(peer);
  peer.send();
  peer.recv(kOk);
  EXPECT_EQ(exchange.sink.record(), "");
  EXPECT_FALSE(peer.session.reusable());
}

TEST(Http1Upload, N10_AnAnswerBeforeTheUploadIsOver) {
  struct Row {
    std::string_view response;
    bool goes_on;
  };
  const Row rows[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no", true},
      {"HTTP/1.1 302 Found\r\nContent-Length: 2\r\n\r\no", true},
      {"HTTP/1.1 400 Bad\r\nContent-Length: 2\r\n\r\no", false},
      {"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\no", false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.response);
    Peer peer;
    ScriptedSource source({{"abc", State::later}, {"def", State::later}});
    Exchange exchange("PUT", Body::from(source));
    exchange.submit(peer);
    peer.send();
    peer.recv(row.response);
    peer.session.resume_upload(exchange.id);
    peer.send();
    EXPECT_EQ(source.pulls, row.goes_on ? 2 : 1);
    EXPECT_EQ(exchange.sink.ends, 0);
    peer.recv("k");
    EXPECT_EQ(exchange.sink.ends, 1);
    EXPECT_FALSE(exchange.sink.error) << "the answer counts";
    EXPECT_EQ(exchange.sink.body, "ok");
    EXPECT_EQ(peer.session.close_reason(), "the request was not sent to its end");
    peer.session.resume_upload(exchange.id);
    EXPECT_FALSE(peer.session.wants_write());
  }
}

TEST(Http1Upload, N10_AnEarlyAnswerToAnUploadThatGetsDone) {
  Peer peer;
  ScriptedSource source({{"abc", State::later}, {"def", State::end}});
  Exchange exchange("PUT", Body::from(source));
  exchange.submit(peer);
  peer.send();
  peer.recv(kOk.substr(0, kOk.size() - 1));
  peer.session.resume_upload(exchange.id);
  peer.send();
  EXPECT_TRUE(exchange.sink.sent_complete);
  peer.recv("k");
  EXPECT_TRUE(peer.session.reusable());
}

TEST(Http1Upload, N10_TheUploadStopsWithACompleteAnswerThoughItsEndIsHeldBack) {
  Peer peer;
  ScriptedSource source({{"abc", State::later}, {"def", State::end}});
  Exchange exchange("PUT", Body::from(source));
  exchange.sink.on_event = [&](std::string_view event) {
    if (event == "trailers") peer.session.pause(exchange.id);
  };
  exchange.submit(peer);
  peer.send();
  peer.recv("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n");
  EXPECT_EQ(exchange.sink.ends, 0);
  peer.session.resume_upload(exchange.id);
  EXPECT_FALSE(peer.session.wants_write());
  peer.session.resume(exchange.id);
  peer.recv({});
  EXPECT_EQ(exchange.sink.ends, 1);
  EXPECT_EQ(peer.session.close_reason(), "the request was not sent to its end");
}

TEST(Http1Upload, N10_AnAnswerToHalfAHead) {
  Peer peer;
  Exchange exchange;
  exchange.submit(peer);
  WriteBuffer little(10);
  peer.session.send(little);
  EXPECT_FALSE(exchange.sink.sent_complete);
  peer.recv("HTTP/1.1 431 Too Large\r\nContent-Length: 0\r\n\r\n");
  EXPECT_FALSE(exchange.sink.error);
  EXPECT_EQ(peer.sent, "") << "a refused request is not written any further";
  EXPECT_FALSE(peer.session.reusable());
}

TEST(Http1Upload, N9_TheTransportTakesNoMoreButTheAnswerArrives) {
  Peer peer;
  ScriptedSource source({{"abc", State::later}, {"def", State::end}});
  Exchange exchange("PUT", Body::from(source));
  exchange.submit(peer);
  peer.send();
  peer.session.send_end();
  peer.session.resume_upload(exchange.id);
  EXPECT_FALSE(peer.session.wants_write());
  peer.recv("HTTP/1.1 401 Who\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(exchange.sink.record(),
            "head 1.1 401 \"Who\"\n  Content-Length: 0\nend ok in body after 0 of 0 bytes\n");
  EXPECT_EQ(peer.session.close_reason(), "the transport takes no more bytes");
}

TEST(Http1Upload, TheTransportTakesNoMoreWhileIdle) {
  Peer peer;
  peer.session.send_end();
  EXPECT_FALSE(peer.session.reusable());
  EXPECT_EQ(peer.session.capacity(), 0u);
}

TEST(Http1Upload, ExpectContinueWaitsUntilItHasWaitedEnough) {
  Peer peer;
  Exchange exchange("PUT", "hello");
  ASSERT_FALSE(exchange.headers.add("Expect", "100-continue"));
  exchange.submit(peer);
  EXPECT_FALSE(peer.session.awaits_continue());
  peer.send();
  EXPECT_TRUE(peer.session.awaits_continue());
  EXPECT_FALSE(exchange.sink.sent_complete);
  EXPECT_EQ(peer.sent, std::string(kHead) + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  peer.session.end_continue_wait(exchange.id);
  EXPECT_FALSE(peer.session.awaits_continue());
  peer.send();
  EXPECT_TRUE(exchange.sink.sent_complete);
  EXPECT_TRUE(peer.sent.ends_with("\r\n\r\nhello"));
  peer.recv("HTTP/1.1 100 Continue\r\n\r\n");
  peer.recv(kOk);
  EXPECT_TRUE(peer.session.reusable());
}

TEST(Http1Upload, ExpectContinueEndsWithAFinalResponse) {
  for (const std::string_view status : {"200 OK", "417 Expectation Failed"}) {
    Peer peer;
    ScriptedSource source({{"hello", State::end}}, 5);
    Exchange exchange("PUT", Body::from(source));
    ASSERT_FALSE(exchange.headers.add("Expect", "100-continue"));
    exchange.submit(peer);
    peer.send();
    peer.recv("HTTP/1.1 " + std::string(status) + "\r\nContent-Length: 2\r\n\r\no");
    EXPECT_FALSE(peer.session.awaits_continue());
    peer.session.end_continue_wait(exchange.id);
    EXPECT_FALSE(peer.session.wants_write());
    peer.recv("k");
    EXPECT_EQ(source.pulls, 0) << "the source was not touched and can be sent again";
    EXPECT_FALSE(exchange.sink.error);
    EXPECT_EQ(peer.session.close_reason(), "the request was not sent to its end");
  }
}

TEST(Http1Upload, APauseDoesNotHoldTheUpload) {
  Peer peer;
  Exchange exchange("PUT", "hello");
  exchange.submit(peer);
  peer.session.pause(exchange.id);
  peer.send();
  EXPECT_TRUE(exchange.sink.sent_complete);
}

}  // namespace
}  // namespace godwit::http1
