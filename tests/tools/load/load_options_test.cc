// SPDX-License-Identifier: MIT
#include "godwit/tools/load/plan/load_options.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/tools/load/plan/start_time.h"

namespace godwit::load {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;

LoadOptions parsed(std::vector<std::string> arguments) {
  LoadOptions options;
  EXPECT_EQ(parse_load_options(arguments, options), "");
  return options;
}

std::string fault_of(std::vector<std::string> arguments) {
  LoadOptions options;
  return parse_load_options(arguments, options);
}

TEST(LoadOptions, AUrlAloneIsTenSecondsWithTenConnections) {
  const LoadOptions options = parsed({"http://a/"});
  EXPECT_FALSE(options.open_loop());
  EXPECT_EQ(options.places(), 10u);
  EXPECT_EQ(options.length(), 10 * kSecond);
  EXPECT_EQ(options.threads, 1u);
  EXPECT_EQ(options.client.timeouts.total.count(), 30'000);
}

TEST(LoadOptions, Closed) {
  const LoadOptions options = parsed({"-c64", "-t", "2", "-n", "1000", "u"});
  EXPECT_EQ(options.places(), 64u);
  EXPECT_EQ(options.threads, 2u);
  EXPECT_EQ(options.requests, 1000u);
  EXPECT_EQ(options.length(), UINT64_MAX);
  EXPECT_EQ(parsed({"-n", "5", "-d", "3", "u"}).length(), 3 * kSecond);
  LoadOptions ramped = parsed({"-c", "100", "--connections-ramp", "10s", "u"});
  EXPECT_EQ(ramped.connection_profile().level_at(5), 50);
  EXPECT_EQ(ramped.connection_profile().level_at(50), 100);
}

TEST(LoadOptions, StagesOfConnectionsAreNoRate) {
  const LoadOptions options = parsed({"--stages", "1s:8c,1s:1c", "u"});
  EXPECT_FALSE(options.open_loop());
  EXPECT_EQ(options.rate_profile().area_until(2), 0);
  EXPECT_EQ(options.connection_profile().level_at(1), 8);
}

TEST(LoadOptions, MergeTakesFilesAndWhatTheReportIsToBe) {
  LoadOptions options;
  EXPECT_EQ(
      parse_merge_options(std::vector<std::string>{"--json=x", "a", "b", "--threshold", "p99<1s"}, options),
      "");
  EXPECT_EQ(options.urls, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(parse_merge_options(std::vector<std::string>{"-R", "5", "a"}, options), "unknown option -R");
  EXPECT_EQ(parse_merge_options(std::vector<std::string>{"--json", "--csv", "a"}, options),
            "only one report goes to the standard output; --csv=FILE names a file");
  EXPECT_EQ(parse_merge_options(std::vector<std::string>{}, options), "no file given");
  EXPECT_EQ(fault_of({"-q", "merge", "a"}), "merge stands in front of its options");
}

TEST(LoadOptions, QuestionsHaveOneAnswer) {
  EXPECT_EQ(fault_of({"--compare", "--html", "x", "a", "b"}),
            "--compare and --find-knee have a text and --json alone, and no --threshold");
  EXPECT_EQ(fault_of({"--find-knee", "--slo", "p99<1s", "--threshold", "p99<1s", "a"}),
            "--compare and --find-knee have a text and --json alone, and no --threshold");
}

TEST(LoadOptions, Pipeline) {
  const LoadOptions closed = parsed({"-c", "3", "--pipeline", "16", "-t", "2", "u"});
  EXPECT_EQ(closed.client.pipeline_depth, 16u);
  EXPECT_EQ(closed.places(), 48u);
  EXPECT_EQ(closed.most_connections(), 3u);
  EXPECT_EQ(closed.connection_profile().level_at(0), 3);
  EXPECT_EQ(parsed({"--pipeline", "4", "u"}).places(), 40u);
  const LoadOptions open = parsed({"-R", "9", "--pipeline", "16", "u"});
  EXPECT_EQ(open.places(), 1000u);
  EXPECT_EQ(open.most_connections(), 63u);
  EXPECT_EQ(parsed({"-R", "9", "-c", "2", "--pipeline", "8", "u"}).places(), 16u);
  EXPECT_EQ(parsed({"u"}).client.pipeline_depth, 1u);
  EXPECT_EQ(fault_of({"-c", "2", "-t", "3", "--pipeline", "16", "u"}),
            "3 threads have nothing to do with 2 connections");
  EXPECT_EQ(fault_of({"--no-keepalive", "--pipeline", "2", "u"}),
            "--pipeline does not go with --no-keepalive");
  EXPECT_EQ(fault_of({"--connections-ramp", "1s", "--pipeline", "2", "u"}),
            "--pipeline is for a fixed number of connections");
  EXPECT_EQ(fault_of({"-c", "1000000", "--pipeline", "1000", "u"}),
            "1000000 connections with 1000 requests each are more than 1000000 requests at once");
  EXPECT_NE(fault_of({"--pipeline", "0", "u"}), "");
}

TEST(LoadOptions, Open) {
  EXPECT_TRUE(parsed({"-R", "0.5", "u"}).open_loop());
  EXPECT_EQ(parsed({"-R", "100", "u"}).places(), 1000u);
  EXPECT_EQ(parsed({"-R", "100", "-c", "7", "u"}).places(), 7u);
  EXPECT_EQ(parsed({"-R", "100", "--max-inflight", "50000", "u"}).places(), 50'000u);
  EXPECT_EQ(parsed({"-R", "100", "--max-inflight", "5", "-c", "7", "u"}).places(), 5u);
}

TEST(LoadOptions, Stages) {
  const LoadOptions rates = parsed({"--stages", "10s:100,1m:1000", "u"});
  EXPECT_TRUE(rates.open_loop());
  EXPECT_EQ(rates.length(), 70 * kSecond);
  EXPECT_EQ(rates.rate_profile().level_at(5), 50);
  EXPECT_EQ(parsed({"-R", "40", "--stages", "10s:100", "u"}).rate_profile().level_at(0), 40);
  const LoadOptions connections = parsed({"--stages", "10s:100c,1m:20c", "u"});
  EXPECT_FALSE(connections.open_loop());
  EXPECT_EQ(connections.places(), 100u);
  EXPECT_EQ(connections.connection_profile().level_at(5), 50);
}

TEST(LoadOptions, Requests) {
  const LoadOptions options =
      parsed({"-X", "PATCH", "-H", "X-A: 1", "--data", "hello", "--no-keepalive", "--timeout", "1.5s",
              "--order", "random", "--seed", "9", "--expect-status", "2xx,404", "--expect-body-sha256",
              "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", "u", "v"});
  EXPECT_EQ(options.method, "PATCH");
  EXPECT_EQ(options.headers.get("x-a"), "1");
  EXPECT_EQ(options.body, "hello");
  EXPECT_FALSE(options.keep_alive);
  EXPECT_EQ(options.client.timeouts.total.count(), 1500);
  EXPECT_EQ(options.order, Order::random);
  EXPECT_EQ(options.seed, 9u);
  EXPECT_TRUE(options.expect_status.contains(204));
  EXPECT_TRUE(options.expect_status.contains(404));
  EXPECT_FALSE(options.expect_status.contains(302));
  EXPECT_EQ(options.expect_sha256.substr(0, 8), "e3b0c442");
  EXPECT_EQ(options.urls, (std::vector<std::string>{"u", "v"}));
}

TEST(LoadOptions, ConnectionAndTls) {
  const LoadOptions options = parsed({"-k", "--cert", "c", "--key", "k", "--resolve", "a:80:127.0.0.1",
                                      "--source-address", "127.0.0.2,127.0.0.3", "--cacert", "ca", "u"});
  EXPECT_FALSE(options.client.tls.verify);
  EXPECT_EQ(options.client.tls.cert_file, "c");
  EXPECT_EQ(options.client.tls.key_file, "k");
  EXPECT_EQ(options.client.tls.ca_file, "ca");
  EXPECT_EQ(options.client.overrides.size(), 1u);
  EXPECT_EQ(options.client.source_addresses, (std::vector<std::string>{"127.0.0.2", "127.0.0.3"}));
}

// The rows are those of `fetch`, whose tests have each of them.
TEST(LoadOptions, TlsAsFetch) {
  const LoadOptions o =
      parsed({"--tls-min", "1.3", "--ciphers", "a", "--curves", "c", "--pinnedpubkey", "sha256//x",
              "--no-session-reuse", "--early-data", "-E", "me.p12", "--cert-type", "P12", "u"});
  EXPECT_EQ(o.client.tls.min_version, TlsVersion::tls1_3);
  EXPECT_EQ(o.client.tls.ciphers, "a");
  EXPECT_EQ(o.client.tls.groups, "c");
  EXPECT_EQ(o.client.tls.pins, "sha256//x");
  EXPECT_FALSE(o.client.tls.session_reuse);
  EXPECT_TRUE(o.client.tls.early_data);
  EXPECT_EQ(o.client.tls.pkcs12_file, "me.p12");
  EXPECT_EQ(o.client.tls.cert_file, "");
  EXPECT_EQ(fault_of({"--key", "k", "u"}), "--key needs --cert");
  EXPECT_EQ(fault_of({"--tls-max", "1.2", "--tls-min", "1.3", "u"}), "--tls-min is above --tls-max");
  EXPECT_EQ(fault_of({"--capath", "f", "--embedded-tls"}), "--capath does not go with --embedded-tls");
}

TEST(LoadOptions, Reports) {
  const LoadOptions options = parsed({"--json", "--csv=a.csv", "--hgrm=b", "--html", "c.html", "--out", "d",
                                      "--threshold", "p99<1ms", "--threshold", "errors<1%", "-q", "u"});
  EXPECT_TRUE(options.json.wanted);
  EXPECT_EQ(options.json.file, "");
  EXPECT_EQ(options.csv.file, "a.csv");
  EXPECT_EQ(options.hgrm.file, "b");
  EXPECT_EQ(options.html, "c.html");
  EXPECT_EQ(options.out, "d");
  EXPECT_EQ(options.thresholds.size(), 2u);
  EXPECT_TRUE(options.quiet);
}

TEST(LoadOptions, EmbeddedNeedsNoUrl) {
  EXPECT_EQ(parsed({"--embedded"}).urls, std::vector<std::string>{"/bytes/100"});
  EXPECT_TRUE(parsed({"--embedded-tls", "/"}).embedded);
}

TEST(LoadOptions, Help) {
  EXPECT_TRUE(parsed({"--help"}).help);
  EXPECT_TRUE(parsed({"-h"}).help);
  const std::string help = load_help();
  for (const char* name : {"--rate", "--json[=FILE]", "--html FILE", "--threshold", "godwit load merge"}) {
    EXPECT_NE(help.find(name), help.npos) << name;
  }
}

TEST(LoadOptions, ARateMayHaveAnExponent) {
  EXPECT_EQ(parsed({"-R", "1e6", "u"}).rate, 1e6);
}

TEST(LoadOptions, AFaultSaysWhatIsRight) {
  EXPECT_EQ(fault_of({"-d", "0", "u"}), "-d: it is to be longer than 0");
  EXPECT_EQ(fault_of({"--threshold", "p99<20", "u"}), "--threshold: '20' has no unit; 20ms is meant, or 20s");
  EXPECT_EQ(fault_of({"--compare", "--embedded"}), "--compare needs two URLs, or two files");
  EXPECT_EQ(fault_of({"-n", "0", "u"}), "-n: '0' is not a whole number of requests, 1 or more");
}

TEST(LoadOptions, Faults) {
  const std::vector<std::vector<std::string>> kWrong = {
      {},
      {"--nope", "u"},
      {"-c", "0", "u"},
      {"-c", "many", "u"},
      {"-t", "0", "u"},
      {"-t", "20", "u"},  // more than connections
      {"-d", "soon", "u"},
      {"-d", "0", "u"},
      {"--stages", "0s:100", "u"},
      {"-n", "0", "u"},
      {"-n", "-1", "u"},
      {"-R", "0", "u"},
      {"-R", "-5", "u"},
      {"-R", "fast", "u"},
      {"-R", "1e30", "u"},
      {"--stages", "10s", "u"},
      {"--stages", "10s:5c,10s:6", "u"},
      {"--stages", "10s:5c", "-R", "4", "u"},
      {"--stages", "10s:5c", "-c", "4", "u"},
      {"--connections-ramp", "1s", "-R", "4", "u"},
      {"--max-inflight", "4", "u"},
      {"-H", "no colon", "u"},
      {"-H", "a b: c", "u"},
      {"--data", "a", "--data", "b", "u"},
      {"--body-file", "/nonexistent/file", "u"},
      {"--requests-file", "f", "u"},
      {"--order", "alphabetical", "u"},
      {"--timeout", "-1", "u"},
      {"--expect-status", "20", "u"},
      {"--expect-body-sha256", "abc", "u"},
      {"--source-address", "here", "u"},
      {"--key", "k", "u"},
      {"--cacert", "c", "--embedded-tls"},
      {"--threshold", "p99", "u"},
      {"--json", "--csv", "u"},
      {"--start-at", "tomorrow", "u"},
      {"--compare", "u"},
      {"--find-knee", "u"},
      {"--slo", "p99<1ms", "u"},
      {"--find-knee", "--slo", "p99<1ms", "--compare", "u", "v"},
      {"-R"},
  };
  for (const std::vector<std::string>& arguments : kWrong) {
    std::string all;
    for (const std::string& argument : arguments) all += argument + " ";
    EXPECT_NE(fault_of(arguments), "") << all;
  }
}

TEST(StartTime, BothForms) {
  uint64_t out = 0;
  EXPECT_EQ(parse_start_time("1769860800.5", out), "");
  EXPECT_EQ(out, 1769860800'500'000'000u);
  EXPECT_EQ(parse_start_time("2026-01-31T12:00:00Z", out), "");
  EXPECT_EQ(out, 1769860800u * kSecond);
  EXPECT_EQ(time_text(out), "2026-01-31T12:00:00Z");
  EXPECT_EQ(time_text(951782400 * kSecond), "2000-02-29T00:00:00Z");
  for (const char* text : {"", "now", "-1", "2026-02-30T12:00:00Z", "2026-01-31T24:00:00Z",
                           "2026-01-31 12:00:00Z", "2026-01-31T12:00:00", "1e99"}) {
    EXPECT_NE(parse_start_time(text, out), "") << text;
  }
}

}  // namespace
}  // namespace godwit::load
