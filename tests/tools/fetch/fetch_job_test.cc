// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/fetch_job.h"

#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/tools/fetch/base64.h"

namespace godwit::fetch {
namespace {

FetchOptions options_of(const std::vector<std::string>& arguments) {
  FetchOptions options;
  EXPECT_EQ(parse_fetch_options(arguments, options), "");
  return options;
}

FetchJob job_of(const std::vector<std::string>& arguments, size_t n = 0) {
  // The job borrows data from the options: both are looked at before this returns.
  static FetchOptions options;
  static Loop loop;
  options = options_of(arguments);
  return JobMaker(options, loop, {}).from_url(options.urls[n], n);
}

FetchJob line_job(const std::string& text, const std::vector<std::string>& arguments = {}) {
  static FetchOptions options;
  static Loop loop;
  std::vector<std::string> all = {"--from", "-"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  options = options_of(all);
  return JobMaker(options, loop, {}).from_line({JobLine::Kind::text, 3, text});
}

TEST(CompleteUrl, GivesASchemeToWhatHasNone) {
  const char* const kRows[][2] = {
      {"example.com", "http://example.com"},
      {"localhost:8080/x", "http://localhost:8080/x"},
      {"[::1]:80/", "http://[::1]:80/"},
      {"a.b/?u=http://c", "http://a.b/?u=http://c"},
      {"http://a", "http://a"},
      {"HTTPS://a", "HTTPS://a"},
      {"http:a", "http:a"},
      {"ftp://a", "ftp://a"},
      {"x+y-z.1://a", "x+y-z.1://a"},
      {"1http://a", "http://1http://a"},
      {"/path", "/path"},
      {"//host/path", "//host/path"},
      {"", ""},
      {"mailto:a", "http://mailto:a"},
  };
  for (const auto& [text, url] : kRows) EXPECT_EQ(complete_url(text), url);
}

TEST(RemoteName, IsTheLastSegmentAsItIsWritten) {
  const char* const kRows[][2] = {
      {"http://a/b/c.txt?x=/y#/z", "c.txt"},
      {"http://a/b%20c", "b%20c"},
      {"http://a/b/", ""},
      {"http://a", ""},
      {"http://a/..%2Fb", "..%2Fb"},
      {"http://a/b/..", ""},
      {"not a url", ""},
  };
  for (const auto& [url, name] : kRows) EXPECT_EQ(remote_name(url), name) << url;
}

TEST(WithFileName, NamesAnUploadToAFolder) {
  EXPECT_EQ(with_file_name("http://a/b/", "/tmp/c d.txt"), "http://a/b/c%20d.txt");
  EXPECT_EQ(with_file_name("http://a/b/?q/", "c"), "http://a/b/c?q/");
  EXPECT_EQ(with_file_name("http://a", "c"), "http://a/c");
  EXPECT_EQ(with_file_name("http://a?q", "c"), "http://a/c?q");
  EXPECT_EQ(with_file_name("http://a/b", "c"), "http://a/b");
  EXPECT_EQ(with_file_name("http://a/", "-"), "http://a/");
}

TEST(FetchJob, MethodsGoWithTheBody) {
  EXPECT_EQ(job_of({"u"}).request.method, "GET");
  EXPECT_EQ(job_of({"u", "-I"}).request.method, "HEAD");
  EXPECT_EQ(job_of({"u", "-d", ""}).request.method, "POST");
  EXPECT_EQ(job_of({"u", "-T", "/dev/null"}).request.method, "PUT");
  EXPECT_EQ(job_of({"u", "-T", "/dev/null", "-X", "PATCH"}).request.method, "PATCH");
  EXPECT_EQ(job_of({"u", "-d", "x", "-X", "get"}).request.method, "get");
}

TEST(FetchJob, OurFieldsGiveWayToTheUsers) {
  const std::string agent = "User-Agent: godwit/0.1.0\r\n";
  const std::string form = "Content-Type: application/x-www-form-urlencoded\r\n";
  EXPECT_EQ(job_of({"u"}).request.headers.wire(), agent + "Accept: */*\r\n");
  EXPECT_EQ(job_of({"u", "-d", "x", "-H", "accept: a/b"}).request.headers.wire(),
            agent + form + "accept: a/b\r\n");
  EXPECT_EQ(job_of({"u", "-H", "user-agent:", "-H", "Accept:", "-H", "content-type:", "-d", "x"})
                .request.headers.wire(),
            "");
  EXPECT_EQ(job_of({"u", "-d", "x", "-H", "Content-Type;", "-H", "Accept:"}).request.headers.wire(),
            agent + "Content-Type: \r\n");
}

TEST(FetchJob, DataIsBorrowed) {
  const FetchJob job = job_of({"u", "-d", "a=1", "-d", "b=2"});
  EXPECT_EQ(job.request.body.kind(), Body::Kind::borrowed);
  EXPECT_EQ(text_of(job.request.body.bytes()), "a=1&b=2");
}

TEST(FetchJob, FlagsReachTheRequest) {
  const FetchJob job = job_of({"u", "--http1.0", "--path-as-is"});
  EXPECT_EQ(job.request.version, HttpVersion::http10);
  EXPECT_TRUE(job.request.path_as_is);
  EXPECT_EQ(job.url, "u");
  EXPECT_EQ(job.request.url, "http://u");
}

TEST(FetchJob, RemoteNames) {
  EXPECT_EQ(job_of({"-O", "h/x", "h/y"}, 1).output.file, "y");
  EXPECT_NE(job_of({"-O", "h/x/"}).fault, "");
  EXPECT_EQ(job_of({"-O", "http://a b/"}).fault, "") << "the exchange tells that the URL is not valid";
  FetchOptions options = options_of({"-O", "h/x", "g/x"});
  Loop loop;
  JobMaker maker(options, loop, {});
  EXPECT_EQ(maker.from_url("h/x", 0).fault, "");
  EXPECT_EQ(maker.from_url("g/x", 1).fault, "another URL is written to x already; use -o");
}

TEST(FetchJob, PathsAreTheEmbeddedServers) {
  const FetchOptions options = options_of({"--embedded", "/x", "h/y"});
  Loop loop;
  JobMaker maker(options, loop, [](std::string_view path) { return "http://embedded" + std::string(path); });
  EXPECT_EQ(maker.from_url("/x", 0).request.url, "http://embedded/x");
  EXPECT_EQ(maker.from_url("/x", 0).url, "/x");
  EXPECT_EQ(maker.from_url("h/y", 1).request.url, "http://h/y");
  EXPECT_EQ(maker.from_line({JobLine::Kind::text, 1, R"({"url":"/z"})"}).request.url, "http://embedded/z");
}

TEST(FetchLine, AUrl) {
  const FetchJob job = line_job("example.com/a b");
  EXPECT_EQ(job.fault, "");
  EXPECT_EQ(job.id, std::nullopt);
  EXPECT_EQ(job.url, "example.com/a b");
  EXPECT_EQ(job.request.url, "http://example.com/a b");
}

TEST(FetchLine, EveryKey) {
  const FetchJob job = line_job(
      R"( {"timeout":1.5,"body":"AAEC/w==","headers":[["X-A","1"],["x-a","2"],["User-Agent","me"]],"method":"PURGE","url":"http://h/","id":{"b":[1,null],"a":"é"}})" +
      1);
  EXPECT_EQ(job.fault, "");
  EXPECT_EQ(job.id, R"({"b":[1,null],"a":"é"})");
  EXPECT_EQ(job.request.method, "PURGE");
  EXPECT_EQ(job.request.headers.wire(), "Accept: */*\r\nX-A: 1\r\nx-a: 2\r\nUser-Agent: me\r\n");
  EXPECT_EQ(text_of(job.request.body.bytes()), std::string_view("\0\1\2\xFF", 4));
  EXPECT_EQ(job.request.total_timeout, std::chrono::milliseconds(1500));
}

TEST(FetchLine, WhatIsMissingOrNullHasItsDefault) {
  const FetchJob job =
      line_job(R"({"url":"u","method":null,"headers":null,"body":null,"timeout":null,"id":null})");
  EXPECT_EQ(job.fault, "");
  EXPECT_EQ(job.id, "null");
  EXPECT_EQ(job.request.method, "GET");
  EXPECT_EQ(job.request.body.kind(), Body::Kind::none);
  EXPECT_EQ(line_job(R"({"url":"u","body":""})").request.method, "POST");
  EXPECT_FALSE(line_job(R"({"url":"u","body":"YQ=="})").request.headers.contains("Content-Type"));
}

TEST(FetchLine, OptionsHoldForLinesThatSayNothingElse) {
  const FetchJob plain = line_job("u", {"-X", "PUT", "-H", "X-A: 1", "-d", "x"});
  EXPECT_EQ(plain.request.method, "PUT");
  EXPECT_EQ(plain.request.headers.get("X-A"), "1");
  EXPECT_EQ(text_of(plain.request.body.bytes()), "x");
  const FetchJob own = line_job(R"({"url":"u","method":"POST","headers":[["x-a","2"]],"body":"eQ=="})",
                                {"-X", "PUT", "-H", "X-A: 1", "-d", "x"});
  EXPECT_EQ(own.request.method, "POST");
  EXPECT_EQ(own.request.headers.get_all("X-A"), std::vector<std::string_view>{"2"});
  EXPECT_EQ(text_of(own.request.body.bytes()), "y");
}

TEST(FetchLine, Refusals) {
  const char* const kRows[][2] = {
      {"{", "this is not a JSON object"},
      {R"({"url":"u"} x)", "this is not a JSON object"},
      {"{\"url\":\"\xFF\"}", "this is not a JSON object"},
      {R"({"url":"u","timeout":1e999})", "this is not a JSON object"},
      {R"("http://a/")", "this is not a JSON object"},
      {"{}", "there is no url"},
      {R"({"url":3})", "url is not a string"},
      {R"({"url":null})", "url is not a string"},
      {R"({"url":""})", "url is empty"},
      {R"({"url":"u","method":""})", "method is empty"},
      {R"({"url":"u","method":1})", "method is not a string"},
      {R"({"url":"u","headers":{}})", "headers is not a list"},
      {R"({"url":"u","headers":["a"]})", "headers is not a list of [name, value]"},
      {R"({"url":"u","headers":[["a"]]})", "headers is not a list of [name, value]"},
      {R"({"url":"u","headers":[["a",1]]})", "headers is not a list of [name, value]"},
      {R"({"url":"u","body":"a"})", "body is not base64"},
      {R"({"url":"u","body":1})", "body is not base64"},
      {R"({"url":"u","timeout":-1})", "timeout is not a number of seconds"},
      {R"({"url":"u","timeout":"1"})", "timeout is not a number of seconds"},
      {R"({"url":"u","header":[]})", "the key header is not known"},
  };
  for (const auto& [line, fault] : kRows)
    EXPECT_EQ(line_job(line).fault, std::string("line 3: ") + fault) << line;
  EXPECT_NE(line_job(R"({"url":"u","headers":[["a","b\r\nc: d"]]})").fault, "");
  EXPECT_NE(line_job(R"({"url":"u","headers":[["","b"]]})").fault, "");
}

TEST(FetchLine, ARefusalKeepsIdAndUrl) {
  const FetchJob job = line_job(R"({"body":"?","url":"u","id":"x"})");
  EXPECT_NE(job.fault, "");
  EXPECT_EQ(job.id, R"("x")");
  EXPECT_EQ(job.url, "u");
}

TEST(FetchLine, NestingAtTheLimitAndOneLevelMore) {
  const auto nested = [](size_t levels) {
    return R"({"url":"u","id":)" + std::string(levels, '[') + std::string(levels, ']') + "}";
  };
  EXPECT_EQ(line_job(nested(63)).fault, "");
  EXPECT_EQ(line_job(nested(64)).fault, "");
  EXPECT_EQ(line_job(nested(65)).fault, "line 3: the JSON is nested deeper than 64 levels");
  EXPECT_EQ(line_job(nested(1'000'000)).fault, "line 3: the JSON is nested deeper than 64 levels");
}

}  // namespace
}  // namespace godwit::fetch
