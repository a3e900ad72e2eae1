// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/fetch_options.h"

#include <initializer_list>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace godwit::fetch {
namespace {

using Kind = OutputTarget::Kind;
using Arguments = std::vector<std::string>;

FetchOptions parsed(const Arguments& arguments) {
  FetchOptions options;
  EXPECT_EQ(parse_fetch_options(arguments, options), "");
  return options;
}

TEST(FetchOptions, OptionsMayStandAnywhereAndBeSpelledAsGetoptDoes) {
  const std::vector<Arguments> kSame = {
      {"-X", "PUT", "-H", "A: 1", "-s", "-S", "u"},
      {"u", "-XPUT", "-HA: 1", "-sS"},
      {"--request", "PUT", "u", "--header=A: 1", "-Ss"},
      {"-sSXPUT", "--header", "A: 1", "--", "u"},
  };
  for (const Arguments& arguments : kSame) {
    const FetchOptions o = parsed(arguments);
    EXPECT_EQ(o.method, "PUT");
    EXPECT_EQ(o.headers.get("a"), "1");
    EXPECT_TRUE(o.silent && o.show_error);
    EXPECT_EQ(o.urls, Arguments{"u"});
  }
}

TEST(FetchOptions, ValuesAreTakenAsTheyAre) {
  EXPECT_EQ(parsed({"-d", "-x", "u"}).data, "-x");
  EXPECT_EQ(parsed({"-d", "[1,2]", "u"}).data, "[1,2]");
  EXPECT_EQ(parsed({"-d", "{}", "u"}).data, "{}");
  EXPECT_EQ(parsed({"-d", "", "u"}).data, "");
  EXPECT_EQ(parsed({"--data=a=b", "u"}).data, "a=b");
  EXPECT_EQ(parsed({"-d", "a", "-d", "b", "--data-raw", "@c", "u"}).data, "a&b&@c");
  EXPECT_EQ(parsed({"--", "-s", "--", "u"}).urls, (Arguments{"-s", "--", "u"}));
  EXPECT_EQ(parsed({"-"}).urls, Arguments{"-"});
}

TEST(FetchOptions, Headers) {
  const FetchOptions o =
      parsed({"-H", "A:1", "-H", "B;", "-H", "User-Agent:", "-H", "Accept: ", "-H", "A:  2 ", "u"});
  EXPECT_EQ(o.headers.wire(), "A: 1\r\nB: \r\nA: 2\r\n");
  EXPECT_EQ(o.without, (Arguments{"User-Agent", "Accept"}));
}

TEST(FetchOptions, TlsReachesTheClient) {
  const FetchOptions o =
      parsed({"--tls-min", "1.3", "--tls-max",      "1.3",         "--ciphers",     "a:b",
              "--curves",  "c",   "--pinnedpubkey", "sha256//x",   "--cert-status", "--capath",
              "f",         "-E",  "me.p12",         "--cert-type", "P12",           "--pass",
              "word",      "u"});
  EXPECT_EQ(o.client.tls.min_version, TlsVersion::tls1_3);
  EXPECT_EQ(o.client.tls.max_version, TlsVersion::tls1_3);
  EXPECT_EQ(o.client.tls.ciphers, "a:b");
  EXPECT_EQ(o.client.tls.groups, "c");
  EXPECT_EQ(o.client.tls.pins, "sha256//x");
  EXPECT_TRUE(o.client.tls.require_ocsp);
  EXPECT_EQ(o.client.tls.ca_folder, "f");
  EXPECT_EQ(o.client.tls.pkcs12_file, "me.p12");
  EXPECT_EQ(o.client.tls.cert_file, "");
  EXPECT_EQ(o.client.tls.key_password, "word");
  EXPECT_TRUE(o.client.tls.verify);
  EXPECT_EQ(parsed({"--tlsv1.3", "u"}).client.tls.min_version, TlsVersion::tls1_3);
  EXPECT_EQ(parsed({"--tlsv1.2", "u"}).client.tls.min_version, TlsVersion::tls1_2);
}

TEST(FetchOptions, Proxies) {
  const FetchOptions o =
      parsed({"-x", "p.example:3128", "-U", "u:p", "--proxy-header", "X-Tag: 1", "--noproxy", "a,b", "-p",
              "--proxy-insecure", "--proxy-cacert", "ca.pem", "u"});
  EXPECT_TRUE(o.proxy_given);
  EXPECT_EQ(o.client.proxy.url, "http://p.example:3128");
  EXPECT_EQ(o.client.proxy.credentials, "u:p");
  EXPECT_EQ(o.client.proxy.headers.wire(), "X-Tag: 1\r\n");
  EXPECT_EQ(o.client.proxy.no_proxy, (Arguments{"a", "b"}));
  EXPECT_TRUE(o.client.proxy.tunnel_http);
  EXPECT_FALSE(o.client.proxy.tls.verify);
  EXPECT_EQ(o.client.proxy.tls.ca_file, "ca.pem");
  EXPECT_TRUE(o.client.tls.verify);
  EXPECT_FALSE(parsed({"u"}).proxy_given);
  EXPECT_TRUE(parsed({"-x", "", "u"}).proxy_given);
  FetchOptions bad;
  EXPECT_EQ(parse_fetch_options(Arguments{"--proxy-header", "A", "u"}, bad),
            "--proxy-header: 'A' has no colon; 'Name: value' is meant");
  EXPECT_EQ(parse_fetch_options(Arguments{"--proxy-header", "A: b\rc", "u"}, bad),
            "--proxy-header: byte 0x0D at position 2 of the field value is not allowed");
}

TEST(FetchOptions, NumbersReachTheClient) {
  const FetchOptions o = parsed({"-m",        "1.5",         "--connect-timeout",
                                 "0.25",      "--blocksize", "16k",
                                 "-Y",        "2k",          "--parallel",
                                 "7",         "--resolve",   "h:1:127.0.0.1",
                                 "--resolve", "i:2:::1",     "--source-address",
                                 "::1",       "-k",          "--cert",
                                 "c",         "--key",       "k",
                                 "--cacert",  "r",           "u"});
  using std::chrono::milliseconds;
  EXPECT_EQ(o.client.timeouts.total, milliseconds(1500));
  EXPECT_EQ(o.client.timeouts.connect, milliseconds(250));
  EXPECT_EQ(o.client.timeouts.resolve, milliseconds(250));
  EXPECT_EQ(o.client.timeouts.tls, milliseconds(250));
  EXPECT_EQ(o.client.blocksize, 16384u);
  EXPECT_EQ(o.client.min_rate, 2048u);
  EXPECT_EQ(o.parallel, 7u);
  EXPECT_EQ(o.client.overrides.size(), 2u);
  EXPECT_EQ(o.client.overrides[1].address, "::1");
  EXPECT_EQ(o.client.source_addresses, Arguments{"::1"});
  EXPECT_FALSE(o.client.tls.verify);
  EXPECT_EQ(o.client.tls.ca_file + o.client.tls.cert_file + o.client.tls.key_file, "rck");
  EXPECT_EQ(parsed({"u"}).parallel, 50u);
}

TEST(FetchOptions, TheNthOutputIsForTheNthUrl) {
  FetchOptions o = parsed({"-o", "a", "-O", "u", "-o", "-", "v", "w", "x"});
  EXPECT_EQ(o.output_of(0).file, "a");
  EXPECT_EQ(o.output_of(1).kind, Kind::remote_name);
  EXPECT_EQ(o.output_of(2).kind, Kind::standard_output);
  EXPECT_EQ(o.output_of(3).kind, Kind::standard_output);
  o = parsed({"-O", "u", "v"});
  EXPECT_EQ(o.output_of(1).kind, Kind::remote_name) << "one -O holds for every URL";
  o = parsed({"-O", "-O", "u", "v", "w"});
  EXPECT_EQ(o.output_of(2).kind, Kind::standard_output);
}

TEST(FetchOptions, FromImpliesJson) {
  EXPECT_TRUE(parsed({"--from", "-"}).json);
  EXPECT_TRUE(parsed({"--from", "-", "--body", "base64"}).hold_body);
}

struct Refusal {
  Arguments arguments;
  const char* sentence;
};

TEST(FetchOptions, Refusals) {
  const std::vector<Refusal> kRefusals = {
      {{}, "no URL given"},
      {{"-s"}, "no URL given"},
      {{"-Z", "u"}, "unknown option -Z"},
      {{"-sZ", "u"}, "unknown option -Z"},
      {{"--nope", "u"}, "unknown option --nope"},
      {{"--nope=1", "u"}, "unknown option --nope"},
      {{"--=1", "u"}, "unknown option --"},
      {{"--inc", "u"}, "unknown option --inc"},
      {{"--include=1", "u"}, "--include takes no value"},
      {{"u", "-X"}, "-X needs a value: METHOD"},
      {{"u", "--request"}, "--request needs a value: METHOD"},
      {{"-X", "", "u"}, "-X: the value is empty"},
      {{"-o", "", "u"}, "-o: the value is empty"},
      {{"-H", "nocolon", "u"}, "-H: 'nocolon' has no colon; 'Name: value' is meant"},
      {{"-H", "Host:", "u"}, "-H: Host can be changed, but not left out"},
      {{"-m", "x", "u"}, "-m: 'x' is not a number of seconds"},
      {{"--parallel", "0", "u"}, "--parallel: '0' is not a number from 1 to 65535"},
      {{"--blocksize", "65m", "u"}, "--blocksize: '65m' is not a size from 0 to 67108864"},
      {{"--resolve", "a:b:c", "u"}, "--resolve: 'a:b:c' is not HOST:PORT:ADDRESS"},
      {{"--source-address", "eth0", "u"}, "--source-address: 'eth0' is not an IP address"},
      {{"--json", "--body", "hex", "u"}, "--body: 'hex' is not known; base64 is"},
      {{"--body", "base64", "u"}, "--body is for --json"},
      {{"--json", "--body", "base64", "-o", "f", "u"}, "--body does not go with -o or -O"},
      {{"-d", "@/nonexistent", "u"}, "-d: can't read /nonexistent: No such file or directory"},
      {{"-T", "/nonexistent", "u"}, "can't read /nonexistent: No such file or directory"},
      {{"-T", "/", "u"}, "can't read /: Is a directory"},
      {{"-d", "x", "-T", "/dev/null", "u"}, "-d and -T do not go together"},
      {{"-I", "-d", "x", "u"}, "-I does not go with -d or -T"},
      {{"-I", "-X", "GET", "u"}, "-I does not go with -X GET"},
      {{"-T", "-", "u", "v"}, "-T - serves one URL only"},
      {{"-T", "-", "--from", "-"}, "the standard input can be read only once"},
      {{"--from", "-", "u"}, "with --from, URLs come from it alone"},
      {{"--from", "-", "-O"}, "-o and -O do not go with --from"},
      {{"-o", "a", "-o", "b", "u"}, "there are more -o and -O than URLs"},
      {{"-o", "a", "-o", "a", "u", "v"}, "two URLs would be written to a"},
      {{"--json", "-o", "-", "u"}, "-o - does not go with --json, which writes there itself"},
      {{"--cert-type", "P12", "u"}, "--cert-type needs --cert"},
      {{"--cert-type", "DER", "u"}, "--cert-type: 'DER' is not known; PEM and P12 are"},
      {{"--cert-type", "P12", "-E", "c", "--key", "k", "u"},
       "--key does not go with --cert-type P12, which holds the key"},
      {{"--tls-min", "1.1", "u"}, "--tls-min: '1.1' is not known; 1.2 and 1.3 are"},
      {{"--tls-max", "1.2", "--tlsv1.3", "u"}, "--tls-min is above --tls-max"},
      {{"--tls13-ciphers", "TLS_AES_128_GCM_SHA256", "u"},
       "--tls13-ciphers: BoringSSL chooses the ciphers of TLS 1.3 itself"},
      {{"--embedded-tls", "--capath", "c", "/"}, "--capath does not go with --embedded-tls"},
      {{"--key", "k", "u"}, "--key needs --cert"},
      {{"--embedded-tls", "--cacert", "c", "/"}, "--cacert does not go with --embedded-tls"},
  };
  for (const Refusal& refusal : kRefusals) {
    FetchOptions options;
    EXPECT_EQ(parse_fetch_options(refusal.arguments, options), refusal.sentence);
  }
}

TEST(FetchOptions, AFieldThatCanNotBeSentIsNamed) {
  for (const char* line : {"Bad Name: x", ": x", "A: b\nC: d", "Bad Name;", "Bad Name:"}) {
    FetchOptions options;
    const std::string fault = parse_fetch_options(Arguments{"-H", line, "u"}, options);
    EXPECT_TRUE(fault.starts_with("-H: ") && fault.size() > 10) << line << " gives " << fault;
  }
}

TEST(FetchOptions, HelpNamesEveryOptionOfTheProgram) {
  EXPECT_TRUE(parsed({"--help"}).help);
  EXPECT_TRUE(parsed({"-s", "-h"}).help);
  const std::string help = fetch_help();
  for (const char* name : {"-X, --request METHOD",
                           "-H, --header",
                           "-d, --data DATA",
                           "-T, --upload-file",
                           "-o, --output",
                           "-O, --remote-name",
                           "-i, --include",
                           "-I, --head",
                           "-k, --insecure",
                           "--cacert",
                           "--cert",
                           "--key",
                           "--resolve HOST:PORT:ADDR",
                           "--source-address",
                           "-m, --max-time",
                           "--connect-timeout",
                           "-Y, --speed-limit",
                           "--blocksize",
                           "--http1.0",
                           "--path-as-is",
                           "--fail",
                           "-v, --verbose",
                           "--parallel",
                           "--embedded",
                           "--json",
                           "--body base64",
                           "--from",
                           "--help",
                           "Latin-1"}) {
    EXPECT_NE(help.find(name), std::string::npos) << name;
  }
  size_t begin = 0;
  for (size_t end; (end = help.find('\n', begin)) != std::string::npos; begin = end + 1) {
    EXPECT_LE(end - begin, 110u) << help.substr(begin, end - begin);
  }
}

}  // namespace
}  // namespace godwit::fetch
