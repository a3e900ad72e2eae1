// SPDX-License-Identifier: MIT
// The URL Standard's own vectors, as far as they concern http and https. Every case is counted: it runs,
// or is left out for a reason that is printed, or stands in the table of known differences, whose rows
// must hold.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <idn2.h>
#include <nlohmann/json.hpp>

#include "godwit/parser/url.h"

namespace godwit::parser {
namespace {

using Json = nlohmann::json;

Json read_json(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return Json::parse(file);
}

// ascii writes non-ASCII characters as \uXXXX, so that the output shows which ones they are.
std::string ascii(std::string_view text) {
  return Json(text).dump(-1, ' ', true);
}

std::string with_mark(char mark, std::string_view text) {
  return text.empty() ? std::string() : mark + std::string(text);
}

// Difference is a host that libidn2 up to kDifferencesOf does not treat as the standard says. `got` is
// what comes of it, "" for a failure.
struct Difference {
  std::string_view host;
  std::string_view got;
  std::string_view reason;
};

constexpr std::string_view kHyphens = "libidn2 checks hyphens (CheckHyphens=true)";
constexpr std::string_view kLength = "libidn2 refuses labels of more than 63 octets (VerifyDnsLength=true)";
constexpr std::string_view kTables = "libidn2's UTS 46 tables are older than Unicode 16";

constexpr const char kDifferencesOf[] = "2.3.3";

constexpr Difference kDifferences[] = {
    {"a\u2020--", "", kHyphens},
    {"-\u2020", "", kHyphens},
    {"x01234567890123456789012345678901234567890123456789012345678901\u2020", "", kLength},
    {"look\u180eout.net", "", kTables},
    {"look\u206bout.net", "", kTables},
    {"\u04c0.com", "", kTables},
    {"\U0002f868.com", "", kTables},
    {"\u2183.com", "", kTables},
};

const Difference* difference_of(std::string_view host) {
  const auto found = std::find_if(std::begin(kDifferences), std::end(kDifferences),
                                  [host](const Difference& row) { return row.host == host; });
  return found == std::end(kDifferences) ? nullptr : found;
}

// scheme_of finds the scheme of a vector by other means than the parser under test; "" is none.
std::string scheme_of(std::string_view input) {
  std::string scheme;
  const size_t begin = std::min(input.find_first_not_of(std::string_view(
                                    "\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\21\22\23\24\25\26\27"
                                    "\30\31\32\33\34\35\36\37 ",
                                    33)),
                                input.size());
  for (char byte : input.substr(begin)) {
    if (byte == '\t' || byte == '\n' || byte == '\r') continue;
    if (byte == ':') return scheme;
    const bool alpha = std::isalpha(static_cast<unsigned char>(byte)) != 0;
    const bool later =
        std::isdigit(static_cast<unsigned char>(byte)) != 0 || byte == '+' || byte == '-' || byte == '.';
    if (!alpha && (scheme.empty() || !later)) return "";
    scheme += static_cast<char>(std::tolower(static_cast<unsigned char>(byte)));
  }
  return "";
}

bool is_http(std::string_view scheme) {
  return scheme == "http" || scheme == "https";
}

void expect_components(const Url& url, const Json& want) {
  EXPECT_EQ(url.href(), want["href"].get<std::string>());
  EXPECT_EQ(std::string(url.scheme()) + ":", want["protocol"].get<std::string>());
  EXPECT_EQ(url.username(), want["username"].get<std::string>());
  EXPECT_EQ(url.password(), want["password"].get<std::string>());
  EXPECT_EQ(url.authority(), want["host"].get<std::string>());
  EXPECT_EQ(url.host(), want["hostname"].get<std::string>());
  EXPECT_EQ(url.has_explicit_port() ? std::to_string(url.port()) : "", want["port"].get<std::string>());
  EXPECT_EQ(url.path(), want["pathname"].get<std::string>());
  EXPECT_EQ(with_mark('?', url.query()), want["search"].get<std::string>());
  EXPECT_EQ(with_mark('#', url.fragment()), want["hash"].get<std::string>());
  if (want.contains("origin")) {
    const std::string origin = std::string(url.scheme()) + "://" + std::string(url.authority());
    EXPECT_EQ(origin, want["origin"].get<std::string>());
  }
}

TEST(UrlVectors, urltestdata) {
  size_t valid = 0;
  size_t failures = 0;
  size_t refused_scheme = 0;
  size_t total = 0;
  std::map<std::string, size_t> left_out;
  for (const Json& vector : read_json("tests/data/url/urltestdata.json")) {
    if (!vector.is_object()) continue;
    ++total;
    const std::string input = vector["input"];
    const bool has_base = vector.contains("base") && !vector["base"].is_null();
    const std::string base_text = has_base ? vector["base"].get<std::string>() : "";
    const bool failure = vector.value("failure", false);
    SCOPED_TRACE("input " + ascii(input) + (has_base ? " base " + ascii(base_text) : ""));

    const std::string scheme = scheme_of(input);
    const std::string base_scheme = scheme_of(base_text);
    if (!scheme.empty() && !is_http(scheme)) {
      // Nothing of the kind may be taken for an http URL, whatever the standard makes of it.
      ++left_out[scheme + ":"];
      ++refused_scheme;
      Url url;
      EXPECT_EQ(parse_url(input, url).code, UrlErrc::unsupported_scheme);
      continue;
    }
    if (scheme.empty() && has_base && !is_http(base_scheme)) {
      ++left_out["relative to " + base_scheme + ":"];
      continue;
    }

    // A base of another scheme plays no part in resolving an http URL, and can't be had either.
    Url base;
    if (is_http(base_scheme)) {
      ASSERT_FALSE(parse_url(base_text, base));
    }
    Url url;
    const UrlError error = parse_url(input, base, url);
    if (failure) {
      ++failures;
      EXPECT_TRUE(error) << "parsed as " << url.href();
      EXPECT_TRUE(url.empty());
      EXPECT_LE(error.offset, input.size());
      continue;
    }
    ++valid;
    ASSERT_FALSE(error) << describe(error);
    expect_components(url, vector);
    Url again;
    ASSERT_FALSE(parse_url(url.href(), again));
    EXPECT_EQ(again.href(), url.href());
  }
  size_t left_out_total = 0;
  std::string reasons;
  for (const auto& [reason, count] : left_out) {
    left_out_total += count;
    reasons += (reasons.empty() ? "" : ", ") + reason + " " + std::to_string(count);
  }
  std::printf("urltestdata.json: ran %zu of %zu cases (%zu URLs, %zu failures)\n", valid + failures, total,
              valid, failures);
  std::printf("left out, not http or https: %zu (%zu of them shown to be refused): %s\n", left_out_total,
              refused_scheme, reasons.c_str());
  EXPECT_EQ(valid + failures + left_out_total, total);
  EXPECT_GE(valid, 200u);
  EXPECT_GE(failures, 150u);
}

TEST(UrlVectors, toascii) {
  size_t valid = 0;
  size_t failures = 0;
  size_t differences = 0;
  size_t total = 0;
  // A later libidn2 may have learnt better; it still may not do a third thing.
  const bool later = std::string_view(idn2_check_version(nullptr)) != kDifferencesOf &&
                     idn2_check_version(kDifferencesOf) != nullptr;
  for (const Json& vector : read_json("tests/data/url/toascii.json")) {
    if (!vector.is_object()) continue;
    ++total;
    const std::string input = vector["input"];
    const std::string want = vector["output"].is_null() ? "" : vector["output"].get<std::string>();
    SCOPED_TRACE("host " + ascii(input));
    Url url;
    const UrlError error = parse_url("https://" + input + "/x", url);
    if (const Difference* row = difference_of(input)) {
      ++differences;
      std::printf("differs: %s gives %s: %s\n", ascii(input).c_str(),
                  row->got.empty() ? "an error" : std::string(row->got).c_str(),
                  std::string(row->reason).c_str());
      EXPECT_NE(want, row->got) << "the row is no difference";
      const bool learnt = later && url.host() == want;
      if (learnt) std::printf("no longer: the row can go\n");
      EXPECT_TRUE(learnt || url.host() == row->got) << "not so, it gives: " << url.host();
      continue;
    }
    want.empty() ? ++failures : ++valid;
    EXPECT_EQ(url.host(), want) << describe(error);
    EXPECT_EQ(want.empty(), static_cast<bool>(error));
  }
  std::printf("toascii.json: ran %zu of %zu cases (%zu hosts, %zu failures), %zu differ\n", valid + failures,
              total, valid, failures, differences);
  EXPECT_EQ(valid + failures + differences, total);
  EXPECT_EQ(differences, std::size(kDifferences)) << "a row names no vector";
}

}  // namespace
}  // namespace godwit::parser
