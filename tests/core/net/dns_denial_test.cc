// SPDX-License-Identifier: MIT
#include "godwit/core/net/dns_denial.h"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "godwit/tests/support/guard_page.h"

namespace godwit::net {
namespace {

constexpr int kA = 1, kNs = 2, kCname = 5, kSoa = 6, kAaaa = 28;

std::string number(uint32_t value, int octets) {
  std::string out;
  while (octets-- > 0) out += static_cast<char>(value >> 8 * octets);
  return out;
}

std::string name(std::string_view dotted) {
  std::string out;
  while (!dotted.empty()) {
    const std::string_view label = dotted.substr(0, dotted.find('.'));
    out += static_cast<char>(label.size());
    out += label;
    dotted.remove_prefix(std::min(dotted.size(), label.size() + 1));
  }
  return out + '\0';
}

std::string record(int type, uint32_t ttl, std::string_view data, std::string_view owner = "\xC0\x0C") {
  return std::string(owner) + number(static_cast<uint32_t>(type), 2) + number(1, 2) + number(ttl, 4) +
         number(static_cast<uint32_t>(data.size()), 2) + std::string(data);
}

std::string soa(uint32_t ttl, uint32_t minimum) {
  return record(kSoa, ttl,
                name("ns.example") + name("who.example") + std::string(16, '\1') + number(minimum, 4));
}

// A message: its answers and authorities are told by how many there are.
struct Message {
  uint32_t flags = 0x8183;  // a response, NXDOMAIN
  std::string question = name("Nx.Example") + number(kA, 2) + number(1, 2);
  int questions = 1;
  int answers = 0;
  int authorities = 0;
  std::string records;

  std::string text() const {
    return number(7, 2) + number(flags, 2) + number(static_cast<uint32_t>(questions), 2) +
           number(static_cast<uint32_t>(answers), 2) + number(static_cast<uint32_t>(authorities), 2) +
           number(0, 2) + question + records;
  }
};

std::optional<DnsDenial> read(std::string_view text) {
  static testing::GuardPage page(65536);
  const std::string_view placed = page.place(text);
  return read_dns_denial({reinterpret_cast<const uint8_t*>(placed.data()), placed.size()});
}

// The seconds that are read, or -1 if it is no denial.
int64_t ttl_of(const Message& message) {
  const std::optional<DnsDenial> denial = read(message.text());
  return denial ? int64_t{denial->ttl} : -1;
}

TEST(DnsDenial, TheLesserOfTheSoasTwoNumbers) {
  EXPECT_EQ(ttl_of({.authorities = 1, .records = soa(300, 60)}), 60);
  EXPECT_EQ(ttl_of({.authorities = 1, .records = soa(60, 300)}), 60);
  EXPECT_EQ(ttl_of({.authorities = 1, .records = soa(0, 300)}), 0);
  EXPECT_EQ(ttl_of({.authorities = 2, .records = record(kNs, 5, "\xC0\x0C") + soa(60, 300)}), 60);
  EXPECT_EQ(ttl_of({.authorities = 1, .records = soa(0x80000000, 300)}), 0) << "RFC 2181, 8";
}

TEST(DnsDenial, TheNameIsLowerCaseWithoutTheLastDot) {
  EXPECT_EQ(read(Message{}.text())->name, "nx.example");
  EXPECT_EQ(read(Message{.question = name("") + number(kA, 2) + number(1, 2)}.text())->name, "");
}

TEST(DnsDenial, WithoutAnSoaNothingIsToBeKept) {
  EXPECT_EQ(ttl_of({}), 0);
  EXPECT_EQ(ttl_of({.authorities = 1, .records = record(kNs, 500, "\xC0\x0C")}), 0);
}

TEST(DnsDenial, NoRecordOfTheTypeIsOneToo) {
  EXPECT_EQ(ttl_of({.flags = 0x8180, .authorities = 1, .records = soa(300, 60)}), 60);
  const std::string alias = record(kCname, 20, name("b.example"));
  EXPECT_EQ(ttl_of({.flags = 0x8180, .answers = 1, .authorities = 1, .records = alias + soa(300, 60)}), 20);
  EXPECT_EQ(ttl_of({.answers = 1, .authorities = 1, .records = alias + soa(300, 10)}), 10);
}

TEST(DnsDenial, WhatIsNone) {
  const std::string address = record(kA, 20, "\x7F\1\1\1");
  EXPECT_EQ(ttl_of({.flags = 0x8180, .answers = 1, .records = address}), -1) << "an answer";
  EXPECT_EQ(ttl_of({.flags = 0x0100, .authorities = 1, .records = soa(300, 60)}), -1) << "a question";
  EXPECT_EQ(ttl_of({.flags = 0x8383, .authorities = 1, .records = soa(300, 60)}), -1) << "truncated";
  EXPECT_EQ(ttl_of({.flags = 0x8182, .authorities = 1, .records = soa(300, 60)}), -1) << "a server's failure";
  EXPECT_EQ(ttl_of({.flags = 0x8185, .authorities = 1, .records = soa(300, 60)}), -1) << "refused";
  EXPECT_EQ(ttl_of({.question = "", .questions = 0}), -1);
  EXPECT_EQ(ttl_of({.questions = 2}), -1);
  // Of another type than asked for, it is no answer.
  EXPECT_EQ(ttl_of({.flags = 0x8180, .answers = 1, .records = record(kAaaa, 20, std::string(16, '\1'))}), 0);
}

TEST(DnsDenial, BrokenAtEachByte) {
  const std::string whole =
      Message{.answers = 1, .authorities = 1, .records = record(kCname, 20, name("b.example")) + soa(300, 60)}
          .text();
  ASSERT_TRUE(read(whole));
  for (size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(read(whole.substr(0, size))) << size;
  // Counts that are lies, labels of no known kind, data that is too short or too long for what it is.
  EXPECT_FALSE(read(Message{.answers = 65535}.text()));
  EXPECT_FALSE(read(Message{.authorities = 65535}.text()));
  EXPECT_FALSE(read(Message{.question = "\x40" + std::string(64, 'a') + name("") + number(kA, 2)}.text()));
  EXPECT_FALSE(read(Message{.authorities = 1, .records = record(kSoa, 1, std::string(21, '\0'))}.text()));
  std::string long_data = Message{.authorities = 1, .records = soa(300, 60)}.text();
  long_data[long_data.size() - name("ns.example").size() - name("who.example").size() - 20 - 1] = '\x7F';
  EXPECT_FALSE(read(long_data));
  EXPECT_TRUE(read(whole + "an additional section")) << "it is never looked at";
}

}  // namespace
}  // namespace godwit::net
