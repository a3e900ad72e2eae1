// SPDX-License-Identifier: MIT
#include "godwit/parser/url.h"

#include <chrono>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/tests/support/alloc_count.h"

namespace godwit::parser {

static void PrintTo(const UrlError& error, std::ostream* out) {
  *out << describe(error);
}

namespace {

using test::AllocCount;

Url parsed(std::string_view text, const UrlOptions& options = {}) {
  Url url;
  const UrlError error = parse_url(text, url, options);
  EXPECT_FALSE(error) << text << ": " << describe(error);
  return url;
}

Url resolved(std::string_view text, std::string_view base, const UrlOptions& options = {}) {
  Url url;
  const UrlError error = parse_url(text, parsed(base, options), url, options);
  EXPECT_FALSE(error) << text << ": " << describe(error);
  return url;
}

// expect_sound checks what holds for every URL that any input can make.
void expect_sound(const Url& url) {
  for (unsigned char byte : url.href()) EXPECT_TRUE(byte > ' ' && byte < 0x7f) << url.href();
  std::string whole = std::string(url.scheme()) + "://";
  EXPECT_EQ(url.has_credentials(), !url.username().empty() || !url.password().empty());
  if (url.has_credentials()) {
    whole += url.username();
    if (!url.password().empty()) whole.append(":").append(url.password());
    whole += '@';
  }
  EXPECT_EQ(std::string(url.host()) + (url.has_explicit_port() ? ":" + std::to_string(url.port()) : ""),
            url.authority());
  whole.append(url.authority()).append(url.target());
  EXPECT_EQ(url.href().substr(0, whole.size()), whole);
  const std::string_view rest = url.href().substr(whole.size());
  EXPECT_TRUE(rest.empty() ? url.fragment().empty() : rest.substr(1) == url.fragment() && rest[0] == '#');

  EXPECT_EQ(url.authority().find('@'), std::string_view::npos);
  EXPECT_TRUE(url.target().starts_with('/'));
  EXPECT_TRUE(url.target().starts_with(url.path()));
  EXPECT_EQ(url.target().find('#'), std::string_view::npos);
  EXPECT_EQ(url.path().find('?'), std::string_view::npos);
  EXPECT_FALSE(url.hostname().empty());

  Url again;
  ASSERT_FALSE(parse_url(url.href(), again, {.path_as_is = true})) << url.href();
  EXPECT_EQ(again.href(), url.href());
  EXPECT_EQ(again.authority(), url.authority());
  EXPECT_EQ(again.target(), url.target());
  EXPECT_EQ(again.host_kind(), url.host_kind());
  EXPECT_EQ(again.port(), url.port());
}

TEST(Url, has_every_component) {
  const Url url = parsed("HTTPS://us%40er:p:w@Example.COM:8443/a/b;c?d=e?f#g#h");
  EXPECT_EQ(url.href(), "https://us%40er:p%3Aw@example.com:8443/a/b;c?d=e?f#g#h");
  EXPECT_EQ(url.scheme(), "https");
  EXPECT_TRUE(url.is_https());
  EXPECT_EQ(url.username(), "us%40er");
  EXPECT_EQ(url.password(), "p%3Aw");
  EXPECT_EQ(url.host(), "example.com");
  EXPECT_EQ(url.hostname(), "example.com");
  EXPECT_EQ(url.host_kind(), HostKind::name);
  EXPECT_FALSE(url.host_is_ip());
  EXPECT_EQ(url.port(), 8443);
  EXPECT_TRUE(url.has_explicit_port());
  EXPECT_EQ(url.authority(), "example.com:8443");
  EXPECT_EQ(url.path(), "/a/b;c");
  EXPECT_EQ(url.query(), "d=e?f");
  EXPECT_EQ(url.fragment(), "g#h");
  EXPECT_EQ(url.target(), "/a/b;c?d=e?f");
}

TEST(Url, is_empty_before_a_parse_after_a_failure_and_after_a_move) {
  const auto expect_empty = [](const Url& url) {
    EXPECT_TRUE(url.empty());
    for (std::string_view view :
         {url.href(), url.scheme(), url.username(), url.password(), url.host(), url.hostname(),
          url.authority(), url.path(), url.query(), url.fragment(), url.target()})
      EXPECT_EQ(view, "");
    EXPECT_EQ(url.port(), 0);
    EXPECT_FALSE(url.has_credentials() || url.has_explicit_port() || url.host_is_ip());
  };
  Url url;
  expect_empty(url);
  url = parsed("https://u:p@[::1]:8/p?q#f");
  EXPECT_TRUE(parse_url("https://u:p@[::1]:8x/p?q#f", url));
  expect_empty(url);
  url = parsed("https://u:p@[::1]:8/p?q#f");
  const Url taken = std::move(url);
  EXPECT_EQ(taken.href(), "https://u:p@[::1]:8/p?q#f");
  EXPECT_EQ(taken.hostname(), "::1");
  expect_empty(url);  // NOLINT(bugprone-use-after-move): what this test is about
}

TEST(Url, target_and_authority_are_what_a_request_carries) {
  const struct {
    std::string_view in, target, authority;
    uint16_t port;
  } kRows[] = {
      {"http://h", "/", "h", 80},
      {"http://h?", "/?", "h", 80},
      {"http://h?a#b", "/?a", "h", 80},
      {"http://h#b?a", "/", "h", 80},
      {"http://h/#", "/", "h", 80},
      {"http://u:p@h:80/x", "/x", "h", 80},
      {"http://h:443/x", "/x", "h:443", 443},
      {"https://h:443/x", "/x", "h", 443},
      {"https://h:80/x", "/x", "h:80", 80},
      {"https://h:/x", "/x", "h", 443},
      {"http://h:0/", "/", "h:0", 0},
      {"http://h:00065535/", "/", "h:65535", 65535},
      {"http://[::FFFF:1.2.3.4]:8080", "/", "[::ffff:102:304]:8080", 8080},
      {"http://0x7f.1/", "/", "127.0.0.1", 80},
      {"http://h//a//", "//a//", "h", 80},
      {"http://h/a b\"<>`{}^|'~", "/a%20b%22%3C%3E%60%7B%7D%5E|'~", "h", 80},
      {"http://h/?a b\"<>`{}^|'~", "/?a%20b%22%3C%3E`{}^|%27~", "h", 80},
      {"http://h/%zz%4", "/%zz%4", "h", 80},
      {"http://h/\xff", "/%FF", "h", 80},
      {"http://h\\a\\..\\b?c\\d", "/b?c\\d", "h", 80},
      {"  http:h/\1x\1 \n", "/%01x", "h", 80},
  };
  for (const auto& row : kRows) {
    const Url url = parsed(row.in);
    EXPECT_EQ(url.target(), row.target) << row.in;
    EXPECT_EQ(url.authority(), row.authority) << row.in;
    EXPECT_EQ(url.port(), row.port) << row.in;
    expect_sound(url);
  }
}

TEST(Url, credentials) {
  const struct {
    std::string_view in, href, username, password;
  } kRows[] = {
      {"http://u@h", "http://u@h/", "u", ""},
      {"http://u:@h", "http://u@h/", "u", ""},
      {"http://:p@h", "http://:p@h/", "", "p"},
      {"http://:@h", "http://h/", "", ""},
      {"http://@h", "http://h/", "", ""},
      {"http://a:b@c@h", "http://a:b%40c@h/", "a", "b%40c"},
      {"http://a@b:c@h", "http://a%40b:c@h/", "a%40b", "c"},
      {"http://a:b:c@h", "http://a:b%3Ac@h/", "a", "b%3Ac"},
  };
  for (const auto& row : kRows) {
    const Url url = parsed(row.in);
    EXPECT_EQ(url.href(), row.href) << row.in;
    EXPECT_EQ(url.username(), row.username) << row.in;
    EXPECT_EQ(url.password(), row.password) << row.in;
    expect_sound(url);
  }
}

TEST(Url, dot_segments_go_or_stay_as_they_are) {
  const struct {
    std::string_view in, path, as_is;
  } kRows[] = {
      {"http://h/.", "/", "/."},
      {"http://h/..", "/", "/.."},
      {"http://h/a/./b", "/a/b", "/a/./b"},
      {"http://h/a/../b", "/b", "/a/../b"},
      {"http://h/a/b/..", "/a/", "/a/b/.."},
      {"http://h/a/b/.", "/a/b/", "/a/b/."},
      {"http://h/../../etc/passwd", "/etc/passwd", "/../../etc/passwd"},
      {"http://h/a/%2E%2e/b", "/b", "/a/%2E%2e/b"},
      {"http://h/a/.%2e/%2e/b", "/b", "/a/.%2e/%2e/b"},
      {"http://h/a/%2e./b", "/b", "/a/%2e./b"},
      {"http://h/a\\..\\b", "/b", "/a/../b"},
      {"http://h/a//../b", "/a/b", "/a//../b"},
      {"http://h/.../..b/c..", "/.../..b/c..", "/.../..b/c.."},
      {"http://h/%2e%2f..", "/%2e%2f..", "/%2e%2f.."},
      {"http://h/%252e%252e/a", "/%252e%252e/a", "/%252e%252e/a"},
      {"http://h/a?/../b", "/a", "/a"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(parsed(row.in).path(), row.path) << row.in;
    const Url as_is = parsed(row.in, {.path_as_is = true});
    EXPECT_EQ(as_is.path(), row.as_is) << row.in;
    expect_sound(as_is);
  }
  EXPECT_EQ(resolved("../c", "http://h/a/b", {.path_as_is = true}).path(), "/a/../c");
}

// RFC 3986 5.4, but for what the URL Standard changed; the base is its own.
TEST(Url, relative_references) {
  constexpr std::string_view kBase = "http://a/b/c/d;p?q#f";
  const struct {
    std::string_view in, href;
  } kRows[] = {
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g/"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {"#s", "http://a/b/c/d;p?q#s"},
      {"g#s", "http://a/b/c/g#s"},
      {"g?y#s", "http://a/b/c/g?y#s"},
      {";x", "http://a/b/c/;x"},
      {"g;x", "http://a/b/c/g;x"},
      {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},
      {"./", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../..", "http://a/"},
      {"../../g", "http://a/g"},
      {"../../../g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"g.", "http://a/b/c/g."},
      {"..g", "http://a/b/c/..g"},
      {"./g/.", "http://a/b/c/g/"},
      {"g;x=1/../y", "http://a/b/c/y"},
      {"g?y/../x", "http://a/b/c/g?y/../x"},
      {"http:g", "http://a/b/c/g"},
      {"http:/g", "http://a/g"},
      {"https:g", "https://g/"},
      {"http:?y", "http://a/b/c/d;p?y"},
      {"\\\\g\\h", "http://g/h"},
      {"/\\g", "http://g/"},
      {"///g", "http://g/"},
      {"?", "http://a/b/c/d;p?"},
      {"#", "http://a/b/c/d;p?q#"},
      {"  \t", "http://a/b/c/d;p?q"},
      {"g:h%", ""},
      {"https://x:443/y", "https://x/y"},
  };
  for (const auto& row : kRows) {
    Url url;
    const UrlError error = parse_url(row.in, parsed(kBase), url);
    EXPECT_EQ(url.href(), row.href) << row.in;
    EXPECT_EQ(row.href.empty(), error.code == UrlErrc::unsupported_scheme) << row.in;
    if (!error) expect_sound(url);
  }
  const Url kept = resolved("x", "https://u:p@[::1]:8443/a/b");
  EXPECT_EQ(kept.href(), "https://u:p@[::1]:8443/a/x");
  EXPECT_EQ(kept.port(), 8443);
  EXPECT_EQ(kept.host_kind(), HostKind::ipv6);
  EXPECT_TRUE(kept.is_https());
  const Url other = resolved("//h", "https://u:p@[::1]:8443/a/b");
  EXPECT_EQ(other.href(), "https://h/") << "credentials and port belong to the host that they came with";
  EXPECT_EQ(other.port(), 443);
  EXPECT_EQ(other.host_kind(), HostKind::name);
}

TEST(Url, may_be_its_own_base_and_its_own_input) {
  Url url = parsed("http://a/b/c?q#f");
  ASSERT_FALSE(parse_url("../d", url, url));
  EXPECT_EQ(url.href(), "http://a/d");
  ASSERT_FALSE(parse_url(url.path(), url, url));
  EXPECT_EQ(url.href(), "http://a/d");
  ASSERT_FALSE(parse_url(url.href(), url));
  EXPECT_EQ(url.href(), "http://a/d");
  ASSERT_FALSE(parse_url(url.path(), parsed("https://b/"), url));
  EXPECT_EQ(url.href(), "https://b/d");
  EXPECT_EQ(parse_url("x", Url(), url).code, UrlErrc::missing_scheme);
}

TEST(Url, errors_name_the_first_offending_byte) {
  using enum UrlErrc;
  using namespace std::string_view_literals;
  const struct {
    std::string_view in;
    UrlErrc code;
    size_t offset;
  } kRows[] = {
      {"", missing_scheme, 0},
      {"   ", missing_scheme, 3},
      {"/path", missing_scheme, 0},
      {"//host", missing_scheme, 0},
      {" example.com", missing_scheme, 1},
      {"1http://h", missing_scheme, 0},
      {"://h", missing_scheme, 0},
      {"ht tp://h", missing_scheme, 0},
      {"http", missing_scheme, 0},
      {"localhost:80", unsupported_scheme, 0},
      {"ftp://h/", unsupported_scheme, 0},
      {"file:///etc/passwd", unsupported_scheme, 0},
      {" javascript:1", unsupported_scheme, 1},
      {"httpss://h", unsupported_scheme, 0},
      {"http:", missing_host, 5},
      {"http://", missing_host, 7},
      {"http:///", missing_host, 8},
      {"http://?q", missing_host, 7},
      {"http://#f", missing_host, 7},
      {"http://:80", missing_host, 7},
      {"http://u:p@", missing_host, 11},
      {"http://u:p@/x", missing_host, 11},
      {"http://@:80/x", missing_host, 8},
      {"http://%C2%AD/", missing_host, 7},
      {"http://a b/", forbidden_host_byte, 8},
      {"http://a<b/", forbidden_host_byte, 8},
      {"http://u@a^b/", forbidden_host_byte, 10},
      {"http://a%20b/", forbidden_host_byte, 8},
      {"http://%41%42%2Fb/", forbidden_host_byte, 13},
      {"http://%41%zz/", forbidden_host_byte, 10},
      {"http://a%00b/", forbidden_host_byte, 8},
      {"http://\xc3\xa9%00b/", forbidden_host_byte, 9},
      {"http://\xc3\xa9 b/", forbidden_host_byte, 9},
      {"http://\xe2\xa9\xb4/", forbidden_host_byte, 7},
      {"http://\xc3\xa9<b/", bad_idn, 7},
      {"http://a\0b/"sv, forbidden_host_byte, 8},
      {"http://\x7f/", forbidden_host_byte, 7},
      {"http://a]b/", forbidden_host_byte, 8},
      {"http://x[::1]/", forbidden_host_byte, 8},
      {"http://a%b/", forbidden_host_byte, 8},
      {"http://a.\xff.b/", bad_host_encoding, 9},
      {"http://a.%ff.b/", bad_host_encoding, 9},
      {"http://%C3/", bad_host_encoding, 7},
      {"http://\xed\xa0\x80/", bad_host_encoding, 7},
      {"http://\xc0\xaf/", bad_host_encoding, 7},
      {"http://ok.\xef\xbf\xbd/", bad_idn, 10},
      {"http://%41.xn--a.\xc3\x9f/", bad_idn, 11},
      {"http://1.2.3.256/", bad_ipv4, 7},
      {"http://1.2.3.4.5/", bad_ipv4, 7},
      {"http://u@1.2.3.08/", bad_ipv4, 9},
      {"http://4294967296/", bad_ipv4, 7},
      {"http://99999999999999999999999999/", bad_ipv4, 7},
      {"http://a.0x/", bad_ipv4, 7},
      {"http://a.1./", bad_ipv4, 7},
      {"http://[::1/", unclosed_bracket, 7},
      {"http://[::1]x/", unclosed_bracket, 7},
      {"http://[/", unclosed_bracket, 7},
      {"http://[]/", bad_ipv6, 7},
      {"http://[:1]/", bad_ipv6, 7},
      {"http://[fe80::1%25eth0]/", bad_ipv6, 7},
      {"http://[::1%]/", bad_ipv6, 7},
      {"http://h:x/", bad_port, 9},
      {"http://h:8 0/", bad_port, 10},
      {"http://h:+80/", bad_port, 9},
      {"http://h:-1/", bad_port, 9},
      {"http://h:80:80/", bad_port, 11},
      {"http://h:99999x/", bad_port, 14},
      {"http://h:65536/", port_out_of_range, 9},
      {"http://h:99999999999999999999/", port_out_of_range, 9},
      // What is dropped still counts.
      {" \n http://a b/", forbidden_host_byte, 11},
      {"ht\ttp://\na\r b/", forbidden_host_byte, 11},
      {"\thttp://h:8\n0\nx", bad_port, 14},
      {"http://\n", missing_host, 7},
      {"http://\n?", missing_host, 8},
  };
  for (const auto& row : kRows) {
    Url url = parsed("http://before/");
    EXPECT_EQ(parse_url(row.in, url), (UrlError{row.code, row.offset})) << row.in;
    EXPECT_TRUE(url.empty()) << row.in;
  }
  EXPECT_EQ(describe({bad_port, 14}), "bad-port at byte 14: the port is not made of digits");
  EXPECT_EQ(describe({}), "none: no error");
  EXPECT_EQ(to_string(unbracketed_ipv6), "unbracketed-ipv6");
}

TEST(Url, every_byte_is_allowed_in_a_host_or_is_not) {
  // The forbidden domain code points, but for those that end a host or are dropped from a URL.
  constexpr std::string_view kForbidden = " %<>[]^|\x7f";
  constexpr std::string_view kOther = "/\\?#:@\t\n\r";
  for (int byte = 0; byte < 0x80; ++byte) {
    const char c = static_cast<char>(byte);
    if (kOther.find(c) != kOther.npos) continue;
    const bool forbidden = byte < 0x20 || kForbidden.find(c) != kForbidden.npos;
    Url url;
    const UrlError error = parse_url(std::string("http://a") + c + "b/", url);
    EXPECT_EQ(error.code, forbidden ? UrlErrc::forbidden_host_byte : UrlErrc::none) << byte;
    char escape[] = "http://a%00b/";
    escape[9] = "0123456789abcdef"[byte >> 4];
    escape[10] = "0123456789abcdef"[byte & 15];
    EXPECT_EQ(static_cast<bool>(parse_url(escape, url)), forbidden) << escape;
  }
  for (char c : kOther) {
    char escape[] = "http://a%00b/";
    escape[9] = "0123456789abcdef"[c >> 4];
    escape[10] = "0123456789abcdef"[c & 15];
    Url url;
    EXPECT_EQ(parse_url(escape, url).code, UrlErrc::forbidden_host_byte) << escape;
  }
}

TEST(Url, stays_sound_under_every_truncation_and_every_byte_at_every_place) {
  constexpr std::string_view kWhole = "https://u:p@a.\xc3\xa9.example:8443/a/../b/%2e/c?d=1#e";
  for (size_t size = 0; size <= kWhole.size(); ++size) {
    Url url;
    if (!parse_url(kWhole.substr(0, size), url)) expect_sound(url);
  }
  const Url base = parsed("http://base:81/x/y?z");
  size_t good = 0;
  for (size_t at = 0; at <= kWhole.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text(kWhole);
      text.insert(at, 1, static_cast<char>(byte));
      Url url;
      const UrlError error = parse_url(text, base, url);
      EXPECT_LE(error.offset, text.size());
      EXPECT_EQ(static_cast<bool>(error), url.empty());
      if (error) continue;
      ++good;
      expect_sound(url);
    }
  }
  EXPECT_GT(good, 4000u);
}

TEST(Url, size_is_limited_before_and_after) {
  std::string text = "http://h/";
  text.resize(kMaxUrlSize, 'a');
  Url url;
  EXPECT_FALSE(parse_url(text, url));
  EXPECT_EQ(url.href().size(), kMaxUrlSize);
  text += 'a';
  EXPECT_EQ(parse_url(text, url), (UrlError{UrlErrc::too_long, kMaxUrlSize}));
  text.resize(kMaxUrlSize - 1);
  text.back() = '<';
  EXPECT_EQ(parse_url(text, url), (UrlError{UrlErrc::too_long, text.size()}));
  EXPECT_TRUE(url.empty());
}

TEST(Url, hostile_paths_take_linear_time) {
  const auto begin = std::chrono::steady_clock::now();
  std::string text = "http://h/";
  while (text.size() < kMaxUrlSize / 2) text += "a/";
  while (text.size() < kMaxUrlSize - 3) text += "../";
  Url url;
  EXPECT_FALSE(parse_url(text, url));
  std::string slashes = "http:";
  slashes.append(kMaxUrlSize - 10, '/').append("h");
  EXPECT_FALSE(parse_url(slashes, url));
  EXPECT_EQ(url.href(), "http://h/");
  std::string international = "http://";
  for (int i = 0; i < 100'000; ++i) international += "\xc3\xa9.";
  EXPECT_EQ(parse_url(international, url).code, UrlErrc::bad_idn);
  // Some milliseconds; quadratic work would take minutes.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

TEST(Url, a_warm_parse_makes_no_heap_call) {
  const Url base = parsed("https://example.com/articles/2024/index.html?page=2");
  Url url = parsed(
      "https://user:password@subdomain.example.com:8443/a/long/path/to/make/room/for/the/rest/of/them");
  const std::string_view kInputs[] = {
      "https://www.example.com/wiki/Bar-tailed_godwit?action=history&limit=50#top",
      "HTTP://User:Pass@EXAMPLE.com:80/a/b/../c/./d?x y",
      "http://192.168.0.1:8080/",
      "http://0xC0A80001/",
      "https://[2001:DB8::1]:8443/",
      "  https://example.com/\\a%20b  ",
      "http://xn--bcher-kva.example/",
      "http://example.com:99999/",
      "http://exa mple.com/",
      "mailto:a@example.com",
  };
  for (std::string_view in : kInputs) {
    const AllocCount allocations;
    const UrlError error = parse_url(in, url);
    EXPECT_EQ(allocations.count(), 0u) << in;
    EXPECT_EQ(static_cast<bool>(error), url.empty());
  }
  for (std::string_view in : {"../other", "/", "?page=3", "//cdn.example.com/x", "#top", ""}) {
    const AllocCount allocations;
    EXPECT_FALSE(parse_url(in, base, url)) << in;
    EXPECT_EQ(allocations.count(), 0u) << in;
  }
  const AllocCount counts_at_all;
  parsed("https://www.example.com/wiki/Bar-tailed_godwit?action=history&limit=50#top");
  EXPECT_EQ(counts_at_all.count(), 1u) << "a cold parse reserves once";
}

}  // namespace
}  // namespace godwit::parser
