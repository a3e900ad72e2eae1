// SPDX-License-Identifier: MIT
#include "godwit/core/net/happy_eyeballs.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace godwit::net {
namespace {

constexpr uint64_t kMs = 1'000'000;

// Addresses written as letters: 'a'.. are IPv6, 'A'.. IPv4; the octet is the letter.
std::vector<ports::Address> addresses(const std::string& letters) {
  std::vector<ports::Address> out;
  for (char c : letters) {
    ports::Address address;
    address.family = c >= 'a' ? ports::Address::Family::v6 : ports::Address::Family::v4;
    address.octets[0] = static_cast<uint8_t>(c);
    out.push_back(address);
  }
  return out;
}

std::string letters(const std::vector<ports::Address>& list) {
  std::string out;
  for (const ports::Address& address : list) out += static_cast<char>(address.octets[0]);
  return out;
}

TEST(Interleave, TakesTheFamiliesInTurn) {
  const struct {
    const char* in;
    const char* out;
  } rows[] = {
      {"", ""},           {"a", "a"},           {"A", "A"},         {"aA", "aA"},       {"Aa", "Aa"},
      {"abAB", "aAbB"},   {"ABab", "AaBb"},     {"abcdA", "aAbcd"}, {"Aabcd", "Aabcd"}, {"aABCD", "aABCD"},
      {"abcAB", "aAbBc"}, {"aAbBcC", "aAbBcC"}, {"ABC", "ABC"},
  };
  for (const auto& row : rows) {
    const std::vector<ports::Address> in = addresses(row.in);
    const auto first = in.empty() ? ports::Address::Family::v4 : in[0].family;
    EXPECT_EQ(letters(interleave(in, first)), row.out) << row.in;
  }
}

TEST(Interleave, N3_BeginsWithTheFamilyThatIsToldIfThereIsOne) {
  const struct {
    const char* in;
    const char* v4;
    const char* v6;
  } rows[] = {
      {"", "", ""},
      {"a", "a", "a"},
      {"A", "A", "A"},
      {"abAB", "AaBb", "aAbB"},
      {"ABab", "AaBb", "aAbB"},
      {"abA", "Aab", "aAb"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(letters(interleave(addresses(row.in), ports::Address::Family::v4)), row.v4) << row.in;
    EXPECT_EQ(letters(interleave(addresses(row.in), ports::Address::Family::v6)), row.v6) << row.in;
  }
}

// Runs a script on a virtual clock: each address fails after so many milliseconds (0: at once, -1: never).
// Gives the log "index@time" of starts, and "lost@time".
std::string run(const std::vector<int>& fails_after) {
  HappyEyeballs race(fails_after.size());
  std::vector<uint64_t> failing;  // times at which running ones fail
  std::string log;
  uint64_t now = 1000 * kMs;
  const auto note = [&](const std::string& what) {
    log += (log.empty() ? "" : " ") + what + '@' + std::to_string(now / kMs - 1000);
  };
  for (int guard = 0; guard < 100; ++guard) {
    while (auto index = race.next(now)) {
      note(std::to_string(*index));
      const int after = fails_after[*index];
      if (after == 0) race.failed();
      if (after > 0) failing.push_back(now + static_cast<uint64_t>(after) * kMs);
    }
    if (race.lost()) {
      note("lost");
      return log;
    }
    uint64_t wake = race.due();
    size_t which = failing.size();
    for (size_t i = 0; i < failing.size(); ++i) {
      if (failing[i] <= wake) {
        wake = failing[i];
        which = i;
      }
    }
    if (wake == HappyEyeballs::kNever) return log;
    now = wake;
    if (which < failing.size()) {
      failing.erase(failing.begin() + static_cast<long>(which));
      race.failed();
    }
  }
  return log + " endless";
}

TEST(HappyEyeballs, StartsByHeadStartOrFailure) {
  const struct {
    std::vector<int> fails_after;
    const char* log;
  } rows[] = {
      {{}, "lost@0"},
      {{-1}, "0@0"},
      {{-1, -1, -1}, "0@0 1@250 2@500"},
      {{0, -1}, "0@0 1@0"},
      {{0, 0, 0}, "0@0 1@0 2@0 lost@0"},
      {{10, -1, -1}, "0@0 1@10 2@260"},
      {{10, 10}, "0@0 1@10 lost@20"},
      // A failure of an old one starts the next early, and its head start counts from then.
      {{300, -1, -1, -1}, "0@0 1@250 2@300 3@550"},
      {{300, 300}, "0@0 1@250 lost@550"},
      {{249, 0, -1}, "0@0 1@249 2@249"},
      {{1000, 100}, "0@0 1@250 lost@1000"},
  };
  for (const auto& row : rows) EXPECT_EQ(run(row.fails_after), row.log);
}

TEST(HappyEyeballs, ATickTooEarlyStartsNothing) {
  HappyEyeballs race(2);
  EXPECT_EQ(race.next(5), 0u);
  EXPECT_EQ(race.due(), 5 + HappyEyeballs::kDelay);
  EXPECT_EQ(race.next(4 + HappyEyeballs::kDelay), std::nullopt);
  EXPECT_EQ(race.next(5 + HappyEyeballs::kDelay), 1u);
  EXPECT_EQ(race.due(), HappyEyeballs::kNever);
  EXPECT_FALSE(race.lost());
  race.failed();
  EXPECT_FALSE(race.lost());
  race.failed();
  EXPECT_TRUE(race.lost());
}

}  // namespace
}  // namespace godwit::net
