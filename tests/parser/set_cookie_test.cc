// SPDX-License-Identifier: MIT
#include "godwit/parser/set_cookie.h"

#include <string>

#include <gtest/gtest.h>

#include "godwit/parser/cookie_date.h"
#include "godwit/tests/support/alloc_count.h"
#include "godwit/tests/support/guard_page.h"

namespace godwit::parser {
namespace {

using godwit::testing::GuardPage;
using namespace std::string_view_literals;

// print shows a parsed cookie with what is set: "a=b expires 5 max-age 3 domain d path /p secure".
std::string print(std::string_view text, const SetCookieOptions& options = {}) {
  SetCookie cookie;
  const SetCookieError error = parse_set_cookie(text, cookie, options);
  if (error != SetCookieError::none) return "error " + std::string(to_string(error));
  std::string out = "[" + std::string(cookie.name) + "][" + std::string(cookie.value) + "]";
  if (cookie.expires) out += " expires " + std::to_string(*cookie.expires);
  if (cookie.max_age) out += " max-age " + std::to_string(*cookie.max_age);
  if (!cookie.domain.empty()) out += " domain " + std::string(cookie.domain);
  if (!cookie.path.empty()) out += " path " + std::string(cookie.path);
  if (cookie.secure) out += " secure";
  if (cookie.http_only) out += " http-only";
  if (cookie.same_site == SameSite::none) out += " same-site none";
  if (cookie.same_site == SameSite::lax) out += " same-site lax";
  if (cookie.same_site == SameSite::strict) out += " same-site strict";
  return out;
}

struct Row {
  std::string_view text;
  std::string_view outcome;
};

constexpr Row kRows[] = {
    // 5.6: name and value.
    {"a=b"sv, "[a][b]"sv},
    {"a="sv, "[a][]"sv},
    {"a=b=c"sv, "[a][b=c]"sv},
    {" \ta b \t= \tc d\t "sv, "[a b][c d]"sv},
    {"a=\"b;c\""sv, "[a][\"b]"sv},
    {"a=\xc3\xa4\xff"sv, "[a][\xc3\xa4\xff]"sv},
    {"a=b\tc"sv, "[a][b\tc]"sv},
    {"a=b;"sv, "[a][b]"sv},
    {"a=b;;; ;=;=x;x"sv, "[a][b]"sv},
    {""sv, "error missing-name"sv},
    {"="sv, "error missing-name"sv},
    {"a"sv, "error missing-name"sv},
    {"=a"sv, "error missing-name"sv},
    {" =a=b"sv, "error missing-name"sv},
    {";a=b"sv, "error missing-name"sv},
    {"Secure"sv, "error missing-name"sv},

    // Control characters refuse all of it, wherever they are.
    {"a=b\r\n"sv, "error control-character"sv},
    {"a=\0"sv, "error control-character"sv},
    {"a\x01=b"sv, "error control-character"sv},
    {"a=b; x=\x7f"sv, "error control-character"sv},
    {"a=b; \x1f"sv, "error control-character"sv},

    // 5.6.1: Expires; the last that can be read.
    {"a=b; Expires=Sun, 06 Nov 1994 08:49:37 GMT"sv, "[a][b] expires 784111777"sv},
    {"a=b; EXPIRES = Sun, 06-Nov-94 08:49:37 "sv, "[a][b] expires 784111777"sv},
    {"a=b; expires=never"sv, "[a][b]"sv},
    {"a=b; expires"sv, "[a][b]"sv},
    {"a=b; expires=1 jan 1970 0:0:1; expires=never"sv, "[a][b] expires 1"sv},
    {"a=b; expires=1 jan 1970 0:0:1; expires=1 jan 1970 0:0:2"sv, "[a][b] expires 2"sv},

    // 5.6.2: Max-Age.
    {"a=b; max-age=0"sv, "[a][b] max-age 0"sv},
    {"a=b; Max-Age=3600"sv, "[a][b] max-age 3600"sv},
    {"a=b; max-age=-1"sv, "[a][b] max-age -1"sv},
    {"a=b; max-age=007"sv, "[a][b] max-age 7"sv},
    {"a=b; max-age=9223372036854775807"sv, "[a][b] max-age 9223372036854775807"sv},
    {"a=b; max-age=9223372036854775808"sv, "[a][b] max-age 9223372036854775807"sv},
    {"a=b; max-age=-99999999999999999999999"sv, "[a][b] max-age -9223372036854775807"sv},
    {"a=b; max-age"sv, "[a][b]"sv},
    {"a=b; max-age="sv, "[a][b]"sv},
    {"a=b; max-age=-"sv, "[a][b]"sv},
    {"a=b; max-age=--1"sv, "[a][b]"sv},
    {"a=b; max-age=+1"sv, "[a][b]"sv},
    {"a=b; max-age=1.5"sv, "[a][b]"sv},
    {"a=b; max-age=\"1\""sv, "[a][b]"sv},
    {"a=b; max-age=5; max-age=x"sv, "[a][b] max-age 5"sv},
    {"a=b; max-age=5; max-age=6"sv, "[a][b] max-age 6"sv},

    // 5.6.3 and 5.6.4: Domain and Path; the last, be it empty.
    {"a=b; Domain=Example.COM"sv, "[a][b] domain Example.COM"sv},
    {"a=b; domain=.example.com"sv, "[a][b] domain example.com"sv},
    {"a=b; domain=..example.com"sv, "[a][b] domain .example.com"sv},
    {"a=b; domain=."sv, "[a][b]"sv},
    {"a=b; domain=x.org; domain="sv, "[a][b]"sv},
    {"a=b; domain=x.org; domain=y.org"sv, "[a][b] domain y.org"sv},
    {"a=b; path=/"sv, "[a][b] path /"sv},
    {"a=b; path=/x y/"sv, "[a][b] path /x y/"sv},
    {"a=b; path=\"/x\""sv, "[a][b]"sv},
    {"a=b; path=x"sv, "[a][b]"sv},
    {"a=b; path=/x; path"sv, "[a][b]"sv},
    {"a=b; path=/x; path=/y"sv, "[a][b] path /y"sv},

    // 5.6.5 to 5.6.7.
    {"a=b; Secure"sv, "[a][b] secure"sv},
    {"a=b;secure=no"sv, "[a][b] secure"sv},
    {"a=b; Secure x"sv, "[a][b]"sv},
    {"a=b; HttpOnly"sv, "[a][b] http-only"sv},
    {"a=b; httponly=; SECURE"sv, "[a][b] secure http-only"sv},
    {"a=b; SameSite=Lax"sv, "[a][b] same-site lax"sv},
    {"a=b; samesite=STRICT"sv, "[a][b] same-site strict"sv},
    {"a=b; SameSite = none"sv, "[a][b] same-site none"sv},
    {"a=b; SameSite=Strict; SameSite=x"sv, "[a][b]"sv},

    // 4.1.3: the promises of a name.
    {"__Secure-a=b"sv, "error broken-prefix"sv},
    {"__Secure-a=b; Secure; Domain=x"sv, "[__Secure-a][b] domain x secure"sv},
    {"__SECURE-a=b; path=/"sv, "error broken-prefix"sv},
    {"__Host-a=b; Secure; Path=/"sv, "[__Host-a][b] path / secure"sv},
    {"__Host-a=b; Path=/"sv, "error broken-prefix"sv},
    {"__Host-a=b; Secure"sv, "error broken-prefix"sv},
    {"__Host-a=b; Secure; Path=/x"sv, "error broken-prefix"sv},
    {"__host-a=b; Secure; Path=/; Domain=x.org"sv, "error broken-prefix"sv},
    {"__Host-a=b; Secure; Path=/; Domain=x.org; Domain="sv, "[__Host-a][b] path / secure"sv},
    {"__Hosta=b"sv, "[__Hosta][b]"sv},
    {"__Secure=b"sv, "[__Secure][b]"sv},
    {"x__Host-a=b"sv, "[x__Host-a][b]"sv},

    {"SID=31d4d96e407aad42; Path=/; Domain=.example.com; Secure; HttpOnly; SameSite=Lax; Max-Age=604800; "
     "Expires=Wed, 09 Jun 2021 10:18:14 GMT; Partitioned; Priority=High"sv,
     "[SID][31d4d96e407aad42] expires 1623233894 max-age 604800 domain example.com path / secure http-only "
     "same-site lax"sv},
};

TEST(SetCookie, ReadsNamesValuesAndAttributes) {
  GuardPage page(4096);
  for (const Row& row : kRows) {
    EXPECT_EQ(print(page.place(row.text)), row.outcome) << ::testing::PrintToString(row.text);
  }
}

TEST(SetCookie, NamelessOnesAreTakenOnlyIfAllowed) {
  constexpr Row kNameless[] = {
      {"a"sv, "[][a]"sv},
      {"=a"sv, "[][a]"sv},
      {" = a=b ; Secure"sv, "[][a=b] secure"sv},
      {""sv, "error missing-name"sv},
      {"="sv, "error missing-name"sv},
      {" ; Secure"sv, "error missing-name"sv},
      {"=__Secure-a=b; Secure"sv, "error broken-prefix"sv},
      {"__host-a; Secure; Path=/"sv, "error broken-prefix"sv},
      {"__Secure-a=b; Secure"sv, "[__Secure-a][b] secure"sv},
  };
  for (const Row& row : kNameless) EXPECT_EQ(print(row.text, {.allow_nameless = true}), row.outcome);
}

// However a value is cut, it is a cookie or it is none, and all views stay inside it.
TEST(SetCookie, EveryTruncationStaysInside) {
  GuardPage page(4096);
  for (const Row& row : kRows) {
    for (size_t size = 0; size < row.text.size(); ++size) {
      const std::string_view text = page.place(row.text.substr(0, size));
      SetCookie cookie;
      if (parse_set_cookie(text, cookie) != SetCookieError::none) continue;
      for (std::string_view view : {cookie.name, cookie.value, cookie.domain, cookie.path}) {
        if (view.empty()) continue;
        EXPECT_GE(view.data(), text.data());
        EXPECT_LE(view.data() + view.size(), text.data() + text.size());
      }
    }
  }
}

TEST(SetCookie, EveryOctetIsJudgedInEveryPlace) {
  for (unsigned octet = 0; octet < 256; ++octet) {
    const bool control = (octet < 0x20 && octet != '\t') || octet == 0x7f;
    for (std::string_view text : {"_a=b"sv, "a_=b"sv, "a=_"sv, "a=b_"sv, "a=b;_"sv, "a=b; path=_"sv}) {
      std::string with(text);
      with[with.find('_')] = static_cast<char>(octet);
      EXPECT_EQ(print(with) == "error control-character", control) << octet << " in " << text;
    }
  }
}

TEST(SetCookie, LimitsHoldAtTheLimitAndOneBeyond) {
  const std::string most = "name=" + std::string(kMaxCookiePair - 4, 'v');
  SetCookie cookie;
  EXPECT_EQ(parse_set_cookie(most, cookie), SetCookieError::none);
  EXPECT_EQ(cookie.value.size(), kMaxCookiePair - 4);
  EXPECT_EQ(parse_set_cookie(most + "  ; Secure", cookie), SetCookieError::none) << "blanks don't count";
  EXPECT_EQ(parse_set_cookie(most + "v", cookie), SetCookieError::too_long);
  EXPECT_EQ(parse_set_cookie(std::string(kMaxCookiePair + 1, 'n') + "=", cookie), SetCookieError::too_long);

  const std::string path = "/" + std::string(kMaxCookieAttribute - 1, 'p');
  ASSERT_EQ(parse_set_cookie("a=b; path=/x; path=" + path, cookie), SetCookieError::none);
  EXPECT_EQ(cookie.path.size(), kMaxCookieAttribute);
  const std::string long_path = "a=b; path=/x; path=" + path + "p; Secure";
  ASSERT_EQ(parse_set_cookie(long_path, cookie), SetCookieError::none);
  EXPECT_EQ(cookie.path, "/x") << "as if it had not been there";
  EXPECT_TRUE(cookie.secure);
}

// A megabyte of attributes is read once, from the front.
TEST(SetCookie, ManyAttributesCostTheirBytes) {
  std::string text = "a=b";
  while (text.size() < (1u << 20)) text += "; path=/x";
  EXPECT_EQ(print(text), "[a][b] path /x");
}

TEST(SetCookie, LeavesNothingBehindForTheNext) {
  SetCookie cookie;
  ASSERT_EQ(parse_set_cookie("a=b; Secure; HttpOnly; Path=/; Domain=x; Max-Age=1; Expires=1 jan 1970 0:0:1; "
                             "SameSite=Lax",
                             cookie),
            SetCookieError::none);
  ASSERT_EQ(parse_set_cookie("c=d", cookie), SetCookieError::none);
  EXPECT_FALSE(cookie.secure || cookie.http_only || cookie.max_age || cookie.expires);
  EXPECT_TRUE(cookie.path.empty() && cookie.domain.empty());
  EXPECT_EQ(cookie.same_site, SameSite::unset);
}

TEST(SetCookie, AllocatesNothing) {
  const std::string text(kRows[std::size(kRows) - 1].text);
  const test::AllocCount allocations;
  SetCookie cookie;
  const SetCookieError error = parse_set_cookie(text, cookie);
  EXPECT_EQ(allocations.count(), 0u);
  EXPECT_EQ(error, SetCookieError::none);
}

TEST(SetCookie, EveryErrorHasANameAndASentence) {
  EXPECT_EQ(to_string(SetCookieError::none), "none");
  EXPECT_EQ(describe(SetCookieError::broken_prefix).substr(0, 17), "the cookie's name");
}

struct DateRow {
  std::string_view text;
  int64_t time;  // kNone for no date
};

constexpr int64_t kNone = -1'000'000'000'000;

// What the vectors of others leave out: RFC 6265bis 5.1.1 at its edges.
constexpr DateRow kDates[] = {
    {"", kNone},
    {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
    {"1 jan 1970 0:0:0", 0},
    {"0:0:0 1 JANUARY 1970", 0},
    {"1 jan 70 0:0:0", 0},
    {"1 jan 99 0:0:0", 915148800},
    {"1 jan 69 0:0:0", 3124224000},
    {"1 jan 00 0:0:0", 946684800},
    {"1 jan 1601 0:0:0", -11644473600},
    {"1 jan 1600 23:59:59", kNone},
    {"31 dec 9999 23:59:59", 253402300799},
    {"1 jan 10000 0:0:0", kNone},
    {"1 jan 100 0:0:0", kNone},
    {"1 jan 1970 23:59:59", 86399},
    {"1 jan 1970 24:0:0", kNone},
    {"1 jan 1970 0:60:0", kNone},
    {"1 jan 1970 0:0:60", kNone},
    {"0 jan 1970 0:0:0", kNone},
    {"31 jan 1970 0:0:0", 30 * 86400},
    {"32 jan 1970 0:0:0", kNone},
    {"30 feb 2000 0:0:0", kNone},
    {"29 feb 2000 0:0:0", 951782400},
    {"29 feb 1900 0:0:0", kNone},
    {"29 feb 2001 0:0:0", kNone},
    {"31 apr 2001 0:0:0", kNone},
    {"1 ja 1970 0:0:0", kNone},
    {"1 jam 1970 0:0:0", kNone},
    {"1 jan 1970", kNone},
    {"1 jan 0:0:0", kNone},
    {"jan 1970 0:0:0", kNone},  // 1970 is no day
    {"1 1970 0:0:0", kNone},
    {"1st jan 1970th 0:0:0am", 0},
    {"1\tjan\t1970\t0:0:0", 0},
    {"1 jan 1970 0:0:0:0", 0},
    {"1 jan 1970 000:0:0", kNone},
    {"1 jan 1970 0:0:000", kNone},
    {"1 jan 1970 :0:0", kNone},
    {"1\x80jan 1970 0:0:0", kNone},  // no delimiter: one token
    {"1\x01 jan 1970 0:0:0", 0},     // no delimiter either, but a day goes on as it likes
    {"1 jan feb 1970 0:0:0", 0},
    {"70 1 jan 0:0:0", kNone},  // 70 is taken for the day
};

TEST(CookieDate, IsReadAtItsEdges) {
  GuardPage page(4096);
  for (const DateRow& row : kDates) {
    EXPECT_EQ(parse_cookie_date(page.place(row.text)).value_or(kNone), row.time) << row.text;
  }
}

TEST(CookieDate, EveryDelimiterSeparates) {
  for (unsigned octet = 0; octet < 256; ++octet) {
    const char byte = static_cast<char>(octet);
    const bool delimits = octet == 0x09 || (octet >= 0x20 && octet <= 0x2f) ||
                          (octet >= 0x3b && octet <= 0x40) || (octet >= 0x5b && octet <= 0x60) ||
                          (octet >= 0x7b && octet <= 0x7e);
    // Without it, "jan1970" is a month that goes on, and there is no year.
    const std::string text = "1 jan" + std::string(1, byte) + "1970 0:0:0";
    EXPECT_EQ(parse_cookie_date(text).has_value(), delimits) << octet;
  }
}

}  // namespace
}  // namespace godwit::parser
