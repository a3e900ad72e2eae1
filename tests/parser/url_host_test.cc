// SPDX-License-Identifier: MIT
#include "godwit/parser/url_host.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace godwit::parser {
namespace {

struct Row {
  std::string_view in, out;
};

std::string host_of(std::string_view in) {
  std::string out = "before";
  const HostResult result = append_host(in, out);
  EXPECT_TRUE(out.starts_with("before"));
  return result.error ? std::string(to_string(result.error.code)) : out.substr(6);
}

TEST(UrlHost, ascii_names_are_lowered_and_otherwise_left_alone) {
  constexpr Row kRows[] = {
      {"ExAmple.COM", "example.com"},
      {"a_b.-c-.d--e", "a_b.-c-.d--e"},
      {"example.com.", "example.com."},
      {"a..b", "a..b"},
      {"xn--a", "xn--a"},
      {"XN--BCHER-KVA.x", "xn--bcher-kva.x"},
      {"%41%2e%62", "a.b"},
      {"!$&'()*+,;=`{}~", "!$&'()*+,;=`{}~"},
  };
  for (const Row& row : kRows) EXPECT_EQ(host_of(row.in), row.out) << row.in;
}

TEST(UrlHost, international_names) {
  constexpr Row kRows[] = {
      {"B\u00dccher.de", "xn--bcher-kva.de"},
      {"b%C3%BCcher.de", "xn--bcher-kva.de"},
      {"bu\u0308cher.de", "xn--bcher-kva.de"},
      {"fa\u00df.de", "xn--fa-hia.de"},
      {"FA\u1e9e.de", "xn--fa-hia.de"},
      {"\u4f8b\u3048\u3002\u30c6\u30b9\u30c8", "xn--r8jz45g.xn--zckzah"},
      {"\u4f8b\u3048\uff0e\u30c6\u30b9\u30c8\uff61", "xn--r8jz45g.xn--zckzah."},
      {"\u0645\u062b\u0627\u0644.\u0625\u062e\u062a\u0628\u0627\u0631", "xn--mgbh0fb.xn--kgbechtv"},
      {"\uff27\uff4f\u00ad.com", "go.com"},
      {"\uff11.\uff12.3.4", "1.2.3.4"},
      {"\uff10x7f.1", "127.0.0.1"},
      {"xn--bcher-kva.\u00fc", "xn--bcher-kva.xn--tda"},
      {"a.\u00ad.b", "a..b"},
      // Beyond IDNA 2008, within UTS 46.
      {"i\u2764.ws", "xn--i-7iq.ws"},
      {"\U0001f4a9.la", "xn--ls8h.la"},
      {"xn--ls8h.\u00fc", "xn--ls8h.xn--tda"},
      {"a\U0001fbc0", "xn--a-n95s"},
      {"a\u00b7b", "xn--ab-0ea"},
      {"a\u30fbb", "xn--ab-3n4a"},
      // What one label needs, another may not have: they are looked at one by one.
      {"\u2665\u3002fa\u00df", "xn--g6h.xn--fa-hia"},
      {"\u2665\uff0efa\u00df", "xn--g6h.xn--fa-hia"},
      {"\u2665\uff61fa\u00df", "xn--g6h.xn--fa-hia"},
      {"l\u00b7l.cat\u00e9", "xn--ll-0ea.xn--cat-dma"},
  };
  for (const Row& row : kRows) EXPECT_EQ(host_of(row.in), row.out) << row.in;
}

TEST(UrlHost, international_names_refused) {
  constexpr std::string_view kRows[] = {
      "xn--a.\u00fc",      // not Punycode
      "xn--a-yoc.\u00fc",  // Bidi rule, encoded
      "\u064aa",           // Bidi rule
      "\u2665\u05d0",      // Bidi rule can't be checked beside a symbol
      "\u2665\u00df",      // deviation character beside a symbol
      "\u2665\u03c2",     "\u2665\ufb21", "\u2665\ufe8d", "\u2665\U00010800", "\u2665\U0001e900",
      "a\u200db",      // joiner out of context
      "\u2665\u200d",  // the same beside a symbol
      "\u0300a",       // begins with a combining mark
      "\u2488com",     // maps to "1."
      "\ufffd",        // replacement character
      "\ue000",        // private use
      "\uff58n--a",    // "xn--a" once mapped
  };
  for (std::string_view in : kRows) EXPECT_EQ(host_of(in), "bad-idn") << in;
  EXPECT_EQ(host_of("\uff05\uff14\uff11"), "forbidden-host-byte") << "%41 once mapped: never decoded twice";
  EXPECT_EQ(host_of("a\uff0fb"), "forbidden-host-byte") << "a/b once mapped";
  EXPECT_EQ(host_of("\u00ad"), "missing-host");
  EXPECT_EQ(host_of("\uff11.256.1.1"), "bad-ipv4");
}

TEST(UrlHost, international_names_are_limited_in_size) {
  constexpr size_t kLimit = 1024;
  std::string name(kLimit - 2, 'a');
  EXPECT_EQ(host_of(name + "\u00e9"), "bad-idn") << "libidn2: a label of more than 63";
  for (size_t i = 50; i < name.size(); i += 50) name[i] = '.';
  EXPECT_EQ(host_of(name + "\u00e9").size(), name.size() + sizeof "xn---" + 2);
  std::string out;
  EXPECT_EQ(append_host(name + "a\u00e9", out).error, (UrlError{UrlErrc::bad_idn, kLimit}));
  EXPECT_EQ(host_of(std::string(100'000, 'A')), std::string(100'000, 'a')) << "no limit for ASCII";
}

TEST(UrlHost, tells_names_from_addresses) {
  const struct {
    std::string_view in, out;
    HostKind kind;
  } kRows[] = {
      {"h", "h", HostKind::name},
      {"1.2.3.4", "1.2.3.4", HostKind::ipv4},
      {"1.2.3.4.", "1.2.3.4", HostKind::ipv4},
      {"%30x1", "0.0.0.1", HostKind::ipv4},
      {"1.2.3.4a", "1.2.3.4a", HostKind::name},
      {"[::0]", "[::]", HostKind::ipv6},
      {"[::ffff:1.2.3.4]", "[::ffff:102:304]", HostKind::ipv6},
  };
  for (const auto& row : kRows) {
    std::string out;
    const HostResult result = append_host(row.in, out);
    EXPECT_FALSE(result.error) << row.in;
    EXPECT_EQ(out, row.out);
    EXPECT_EQ(result.kind, row.kind) << row.in;
  }
}

}  // namespace
}  // namespace godwit::parser
