// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/json_line.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "godwit/parser/utf8.h"
#include "godwit/tools/fetch/json_text.h"

namespace godwit::fetch {
namespace {

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonText, EscapesWhatJsonAsksFor) {
  EXPECT_EQ(json_string("a\"b\\c\n\r\t/"), R"("a\"b\\c\n\r\t/")");
  EXPECT_EQ(json_string(std::string_view("\0\x1f\x7f", 3)), R"("\u0000\u001f\u007f")");
  EXPECT_EQ(json_string(""), R"("")");
}

TEST(JsonText, Utf8StaysAndAnythingElseIsLatin1) {
  EXPECT_EQ(json_string("gr\xC3\xBC\xC3\x9F"), "\"gr\xC3\xBC\xC3\x9F\"");
  EXPECT_EQ(json_string("gr\xFC\xDF"), "\"gr\xC3\xBC\xC3\x9F\"");
  EXPECT_EQ(json_string("\xC3\xBC\xFF"), "\"\xC3\x83\xC2\xBC\xC3\xBF\"")
      << "a text is one or the other as a whole";
}

TEST(JsonText, AnyOctetsMakeValidJsonThatTellsThem) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string octets = {static_cast<char>(first), static_cast<char>(second)};
      const auto parsed = nlohmann::json::parse(json_string(octets), nullptr, false);
      ASSERT_TRUE(parsed.is_string()) << first << " " << second;
      if (parser::is_utf8(octets)) {
        ASSERT_EQ(parsed.get<std::string>(), octets);
      }
    }
  }
}

TEST(JsonText, PrintableKeepsTerminalsSafe) {
  EXPECT_EQ(printable("a\x1b[2J\xC3\xBC\n"), "a\\x1B[2J\xC3\xBC\\x0A");
}

constexpr PeerCertificates::Reader kReader = {
    [](const void*) {
      return std::vector<CertificateInfo>{
          {"CN=a", "CN=b\\,c", -1, 2, "00ff", "der", {"a.example", "::1"}, "sha256//AA=="},
          {"CN=b", "CN=b", 3, 4, "ff", "der"}};
    },
    [](const void*) {
      return OcspInfo{1, 2, 3, 0, "der"};
    },
    [](const void*) {
      return std::vector<SctInfo>{{"\xff\xfe", 1717200000123, true}, {"b", 4, false}};
    }};

TEST(JsonLine, OfAFullExchange) {
  Headers headers, trailers;
  ASSERT_FALSE(headers.add("Set-Cookie", "a=1"));
  ASSERT_FALSE(headers.add("set-cookie", "b=2"));
  ASSERT_FALSE(trailers.add("X-Checksum", "42"));
  std::vector<ExchangeRecord::Interim> interims;
  interims.push_back({103, {}});
  ASSERT_FALSE(interims[0].headers.add("Link", "</a>"));
  interims.push_back({100, {}});
  const TlsInfo tls = {.version = "TLSv1.3",
                       .cipher = "TLS_AES_128_GCM_SHA256",
                       .group = "X25519",
                       .alpn = "http/1.1",
                       .resumed = true,
                       .early_data = EarlyData::rejected,
                       .ocsp = OcspStatus::good,
                       .peer = PeerCertificates(std::make_shared<int>(0), kReader)};

  ExchangeRecord record;
  record.id = "[1,null]";
  record.url = "localhost/x";
  record.effective_url = "https://localhost/x";
  record.status = 200;
  record.reason = "Fine";
  record.version = 11;
  record.headers = &headers;
  record.trailers = &trailers;
  record.informational = &interims;
  record.body_bytes = 3;
  record.body = "YWJj";
  record.reused = true;
  record.remote = "[::1]:443";
  record.tls = &tls;
  record.timing = {.queue = 1,
                   .resolve = 499,
                   .connect = 500,
                   .tls = 999'999,
                   .send = 1'000'000,
                   .first_byte = 1'234'567'890,
                   .total = 10'000'000'000};
  EXPECT_EQ(
      json_line(record),
      R"({"id":[1,null],"url":"localhost/x","effective_url":"https://localhost/x","status":200,)"
      R"("reason":"Fine","version":11,"headers":[["Set-Cookie","a=1"],["set-cookie","b=2"]],)"
      R"("trailers":[["X-Checksum","42"]],"informational":[{"status":103,"headers":[["Link","</a>"]]},)"
      R"({"status":100,"headers":[]}],"body_bytes":3,"body":"YWJj","reused":true,"remote":"[::1]:443",)"
      R"("tls":{"version":"TLSv1.3","cipher":"TLS_AES_128_GCM_SHA256","group":"X25519",)"
      R"("alpn":"http/1.1","resumed":true,"early_data":"rejected",)"
      R"("ocsp":{"status":"good","produced_at":1,"this_update":2,"next_update":3,"revoked_at":null},)"
      R"("scts":[{"log_id":"//4=","timestamp_ms":1717200000123,"in_certificate":true},)"
      R"({"log_id":"Yg==","timestamp_ms":4,"in_certificate":false}],"peer":[)"
      R"({"subject":"CN=a","issuer":"CN=b\\,c","not_before":-1,"not_after":2,"sha256":"00ff",)"
      R"("public_key_pin":"sha256//AA==","names":["a.example","::1"]},)"
      R"({"subject":"CN=b","issuer":"CN=b","not_before":3,"not_after":4,"sha256":"ff",)"
      R"("public_key_pin":null,"names":[]}]},)"
      R"("timing_ms":{"queue":0.000,"resolve":0.000,"connect":0.001,"proxy":0.000,"tls":1.000,"send":1.000,)"
      R"("first_byte":1234.568,"total":10000.000},"error":null})"
      "\n");
}

TEST(JsonLine, OfAnExchangeThatNeverBegan) {
  ExchangeRecord record;
  record.error = {.code = Errc::incomplete_read, .phase = Phase::body, .sent = true, .received = 7};
  record.message = "it \"ended\"";
  EXPECT_EQ(
      json_line(record),
      R"({"url":null,"effective_url":null,"status":null,"reason":null,"version":null,"headers":[],)"
      R"("trailers":[],"informational":[],"body_bytes":0,"reused":false,"remote":null,"tls":null,)"
      R"("timing_ms":{"queue":0.000,"resolve":0.000,"connect":0.000,"proxy":0.000,"tls":0.000,"send":0.000,)"
      R"("first_byte":0.000,"total":0.000},"error":{"code":"incomplete-read","phase":"body",)"
      R"("message":"it \"ended\"","received":7,"sent":true,"retry_safe":false}})"
      "\n");
}

}  // namespace
}  // namespace godwit::fetch
