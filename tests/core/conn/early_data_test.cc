// SPDX-License-Identifier: MIT
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "godwit/tests/core/conn/rig.h"

namespace godwit::testing {
namespace {

constexpr std::string_view kTooEarly = "HTTP/1.1 425 Too Early\r\nContent-Length: 4\r\n\r\nlate";
constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

TlsInfo early() {
  return {.version = "TLSv1.3", .resumed = true, .early_data = EarlyData::accepted};
}

Request request(std::string method, Body body = {}) {
  Request made;
  made.method = std::move(method);
  made.url = "https://a.example/";
  made.body = std::move(body);
  return made;
}

TEST(EarlyData, OnlySafeMethodsWithoutABody) {
  struct Source final : BodySource {
    Pull pull(std::span<std::byte>) override { return {0, State::end}; }
  } source;
  struct {
    Request request;
    bool allowed;
  } rows[] = {
      {request("GET"), true},        {request("HEAD"), true},
      {request("OPTIONS"), true},    {request("TRACE"), true},
      {request("PUT", "x"), false},  {request("DELETE"), false},
      {request("POST"), false},      {request("GET", "x"), false},
      {request("PATCH", ""), false}, {request("GET", Body::from(source)), false},
      {request("get"), false},
  };
  for (auto& row : rows) {
    SCOPED_TRACE(row.request.method);
    Recorder recorder;
    Rig rig;
    rig.send(std::move(row.request), recorder);
    EXPECT_EQ(rig.accept()->early_data_allowed, row.allowed);
  }
}

TEST(EarlyData, EachRequestOfAConnectionIsJudgedByItself) {
  Recorder first, second;
  Rig rig;
  rig.send(request("GET"), first);
  const auto wire = rig.accept();
  EXPECT_TRUE(wire->early_data_allowed);
  rig.deliver(*wire, kOk);
  rig.send(request("POST", "x"), second);
  rig.run();
  EXPECT_FALSE(wire->early_data_allowed);
  rig.deliver(*wire, kOk);
}

TEST(EarlyData, TooEarlyIsSentAgainUnseen) {
  Recorder recorder;
  Rig rig;
  rig.connector.tls = early();
  rig.send(request("GET"), recorder);
  const auto first = rig.accept();
  rig.deliver(*first, kTooEarly);
  EXPECT_TRUE(recorder.log.empty());
  EXPECT_TRUE(first->closed);
  const auto second = rig.accept();
  EXPECT_NE(second->sent.find("GET / HTTP/1.1"), std::string::npos);
  EXPECT_FALSE(second->early_data_allowed);
  rig.deliver(*second, kOk);
  EXPECT_EQ(recorder.log, (std::vector<std::string>{"head 200", "body ok", "done ok"}));
  EXPECT_EQ(rig.connector.attempts, 2);
}

TEST(EarlyData, TooEarlyTwiceIsTheAnswer) {
  Recorder recorder;
  Rig rig;
  rig.connector.tls = early();
  rig.send(request("GET"), recorder);
  rig.deliver(*rig.accept(), kTooEarly);
  rig.deliver(*rig.accept(), kTooEarly);
  EXPECT_EQ(recorder.log, (std::vector<std::string>{"head 425", "body late", "done ok"}));
}

TEST(EarlyData, TooEarlyToWhoWasNotEarlyIsTheAnswer) {
  TlsInfo late = early();
  late.early_data = EarlyData::not_tried;
  const struct {
    std::optional<TlsInfo> tls;
    std::string method;
  } rows[] = {{std::nullopt, "GET"}, {late, "GET"}, {early(), "POST"}};
  for (const auto& row : rows) {
    Recorder recorder;
    Rig rig;
    rig.connector.tls = row.tls;
    rig.send(request(row.method), recorder);
    rig.deliver(*rig.accept(), kTooEarly);
    EXPECT_EQ(recorder.log, (std::vector<std::string>{"head 425", "body late", "done ok"})) << row.method;
  }
}

TEST(EarlyData, TooEarlyOnAKeptConnectionIsTheAnswer) {
  Recorder first, second;
  Rig rig;
  rig.connector.tls = early();
  rig.send(request("GET"), first);
  const auto wire = rig.accept();
  rig.deliver(*wire, kOk);
  rig.send(request("GET"), second);
  rig.run();
  rig.deliver(*wire, kTooEarly);
  EXPECT_EQ(second.log, (std::vector<std::string>{"head 425", "body late", "done ok"}));
}

TEST(EarlyData, AHandshakeThatBrokeBehindTheRequestIsTriedOnceMore) {
  Recorder recorder;
  Rig rig;
  rig.send(request("GET"), recorder);
  const auto first = rig.accept();
  const Error broken{.code = Errc::early_data_rejected, .phase = Phase::tls, .detail = 7};
  first->end(broken, "peer sent alert internal_error");
  rig.run();
  EXPECT_TRUE(recorder.log.empty());
  const auto second = rig.accept();
  EXPECT_FALSE(second->early_data_allowed);
  second->end(broken, "peer sent alert internal_error");
  rig.run();
  EXPECT_EQ(recorder.error.code, Errc::early_data_rejected);
  EXPECT_EQ(recorder.error.phase, Phase::tls);
  EXPECT_EQ(recorder.error.detail, 7u);
  EXPECT_EQ(recorder.message, "early-data-rejected in tls: peer sent alert internal_error");
}

TEST(EarlyData, ARefusedCertificateIsNotTriedAgain) {
  Recorder recorder;
  Rig rig;
  rig.send(request("GET"), recorder);
  rig.accept()->end({.code = Errc::certificate_rejected, .phase = Phase::tls}, "certificate is expired");
  rig.run();
  EXPECT_EQ(recorder.message, "certificate-rejected in tls: certificate is expired");
  EXPECT_EQ(rig.connector.attempts, 1);
}

}  // namespace
}  // namespace godwit::testing
