// SPDX-License-Identifier: MIT
// The http-state vectors, as far as a parser can answer them. Every case is counted: a cookie that is not
// sent was refused by the parser, or its parsed attributes say why a jar keeps it back, or the case stands in
// the table of differences.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "godwit/parser/byte_class.h"
#include "godwit/parser/cookie_date.h"
#include "godwit/parser/http_date.h"
#include "godwit/parser/set_cookie.h"

namespace godwit::parser {
namespace {

using Json = nlohmann::json;

Json read_json(const std::string& name) {
  std::ifstream file("tests/data/cookies/" + name);
  EXPECT_TRUE(file) << name;
  return Json::parse(file, nullptr, true, /*ignore_comments=*/true);
}

// kNow is when the vectors were current: some cookies expire in 2019, others in 2007.
constexpr int64_t kNow = 1'514'764'800;  // 2018-01-01

constexpr std::string_view kHost = "home.example.org";
constexpr std::string_view kRequestFolder = "/";

struct Difference {
  std::string_view test;
  std::string_view reason;
};

constexpr std::string_view kEmptyDomain =
    "RFC 6265bis takes the last Domain though it is empty, RFC 6265 the one before";

constexpr std::string_view kControls =
    "switched off there: the value would end before a control character; RFC 6265bis refuses it";

constexpr Difference kDifferences[] = {
    {"OPTIONAL_DOMAIN0042", kEmptyDomain},
    {"DISABLED_CHROMIUM0022", kControls},
    {"DISABLED_CHROMIUM0023", kControls},
    {"DISABLED_PATH0029", "the jar's, and switched off there: paths would match after percent-decoding"},
};

// Target is where the cookies would be sent.
struct Target {
  std::string host{kHost};
  std::string path = "/cookie-parser-result";
};

Target target_of(const Json& vector) {
  Target target;
  if (!vector.contains("sent-to")) return target;
  std::string url = vector["sent-to"];
  if (url.starts_with("http://")) {
    url.erase(0, 7);
    target.host.clear();
    for (char byte : url.substr(0, url.find(':'))) target.host += to_lower(byte);
    url.erase(0, url.find('/'));
  }
  target.path = url.substr(0, url.find('?'));
  return target;
}

bool domain_matches(std::string_view host, std::string_view domain) {
  if (ascii_iequals(host, domain)) return true;
  return host.size() > domain.size() && host[host.size() - domain.size() - 1] == '.' &&
         ascii_iequals(host.substr(host.size() - domain.size()), domain);
}

bool path_matches(std::string_view target, std::string_view path) {
  if (!target.starts_with(path)) return false;
  return target.size() == path.size() || path.ends_with('/') || target[path.size()] == '/';
}

// kept_back says why a jar would not send a parsed cookie; "" if it would. Replaced cookies are left to the
// caller.
std::string_view kept_back(const SetCookie& cookie, const Target& target) {
  if (cookie.secure) return "Secure over plain http";
  if (cookie.max_age ? *cookie.max_age <= 0 : cookie.expires && *cookie.expires <= kNow) return "expired";
  if (!cookie.domain.empty()) {
    if (cookie.domain.find('.') == cookie.domain.npos) return "public suffix";
    if (!domain_matches(kHost, cookie.domain) || !domain_matches(target.host, cookie.domain)) {
      return "another domain";
    }
  } else if (target.host != kHost) {
    return "another host";
  }
  if (!path_matches(target.path, cookie.path.empty() ? kRequestFolder : cookie.path)) return "another path";
  return "";
}

std::string pair_of(std::string_view name, std::string_view value) {
  return std::string(name) + "=" + std::string(value);
}

// would_send gives the pairs that a jar built on the parser sends, sorted, and counts why others are not.
std::vector<std::string> would_send(const Json& vector, std::map<std::string, size_t>& reasons) {
  const Target target = target_of(vector);
  const std::vector<std::string> received = vector["received"];
  std::map<std::string, std::string> sent;  // by name, domain and path
  for (const std::string& text : received) {
    SetCookie cookie;
    if (const SetCookieError error = parse_set_cookie(text, cookie); error != SetCookieError::none) {
      ++reasons["refused, " + std::string(to_string(error))];
      continue;
    }
    const std::string_view path = cookie.path.empty() ? kRequestFolder : cookie.path;
    std::string key = std::string(cookie.name) + "|" + std::string(path) + "|";
    for (char byte : cookie.domain) key += to_lower(byte);
    if (sent.erase(key) != 0) ++reasons["jar: replaced"];
    if (const std::string_view reason = kept_back(cookie, target); !reason.empty()) {
      ++reasons["jar: " + std::string(reason)];
    } else {
      sent[key] = pair_of(cookie.name, cookie.value);
    }
  }
  std::vector<std::string> pairs;
  for (const auto& [key, pair] : sent) pairs.push_back(pair);
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

TEST(CookieVectors, Parser) {
  std::map<std::string, size_t> reasons;
  size_t cases = 0;
  size_t cookies = 0;
  size_t sent = 0;
  size_t ordered = 0;
  size_t differences = 0;
  for (const Json& vector : read_json("parser.json")) {
    const std::string test = vector["test"];
    SCOPED_TRACE(test + " " + vector["received"].dump());
    std::vector<std::string> want;
    for (const Json& pair : vector["sent"]) {
      want.push_back(pair_of(pair["name"].get<std::string>(), pair["value"].get<std::string>()));
    }
    std::sort(want.begin(), want.end());
    ++cases;
    cookies += vector["received"].size();
    sent += want.size();
    if (want.size() > 1) ++ordered;
    const std::vector<std::string> got = would_send(vector, reasons);
    const auto* row = std::find_if(std::begin(kDifferences), std::end(kDifferences),
                                   [&test](const Difference& known) { return known.test == test; });
    if (row != std::end(kDifferences)) {
      ++differences;
      std::printf("differs: %s: %s\n", test.c_str(), std::string(row->reason).c_str());
      EXPECT_NE(got, want) << "the row is no difference";
      continue;
    }
    EXPECT_EQ(got, want);
  }
  std::printf("parser.json: ran %zu cases with %zu Set-Cookie values, of which %zu are sent; %zu differ\n",
              cases, cookies, sent, differences);
  for (const auto& [reason, count] : reasons) std::printf("  %zu %s\n", count, reason.c_str());
  std::printf("left out: the order of cookies, which is the jar's, in %zu cases\n", ordered);
  EXPECT_EQ(differences, std::size(kDifferences)) << "a row names no vector";
  EXPECT_GE(cases, 200u);
}

class CookieDateVectors : public ::testing::TestWithParam<const char*> {};

TEST_P(CookieDateVectors, AreRead) {
  size_t dates = 0;
  size_t failures = 0;
  for (const Json& vector : read_json(GetParam())) {
    const std::string text = vector["test"];
    SCOPED_TRACE(text);
    const auto got = parse_cookie_date(text);
    if (vector["expected"].is_null()) {
      ++failures;
      EXPECT_FALSE(got);
      continue;
    }
    ++dates;
    ASSERT_TRUE(got);
    EXPECT_EQ(HttpDate(*got).text(), vector["expected"].get<std::string>());
  }
  std::printf("%s: ran %zu dates and %zu failures, left out none\n", GetParam(), dates, failures);
  EXPECT_GE(dates, 10u);
}

INSTANTIATE_TEST_SUITE_P(Files, CookieDateVectors, ::testing::Values("examples.json", "bsd-examples.json"),
                         [](const auto& param) {
                           return std::string(param.param).starts_with("bsd") ? "bsd_examples" : "examples";
                         });

}  // namespace
}  // namespace godwit::parser
