// SPDX-License-Identifier: MIT
#include "godwit/core/net/dns_cache.h"

#include <string>

#include <gtest/gtest.h>

namespace godwit::net {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;
constexpr uint64_t kStart = 1000 * kSecond;
constexpr uint64_t kAny = UINT64_MAX;

// What a resolver would say: an address that ends in `last`.
struct Said {
  explicit Said(uint8_t last, uint64_t ttl) {
    address.octets[3] = last;
    resolution = {.addresses = {&address, 1}, .ttl = ttl};
  }
  ports::Address address;
  ports::Resolution resolution;
};

ports::Resolution denied(uint64_t ttl) {
  Error error;
  error.code = Errc::name_not_found;
  return {.error = error, .diagnosis = "no such name", .ttl = ttl};
}

int last_octet(const DnsCache::Answer* answer) {
  return answer ? answer->addresses.at(0).octets[3] : -1;
}

TEST(DnsCache, D4_AnAnswerLivesForItsTtl) {
  DnsCache cache;
  cache.store("a.example", Said(7, 30 * kSecond).resolution, kStart);
  EXPECT_EQ(last_octet(cache.find("a.example", kStart, kAny)), 7);
  EXPECT_EQ(last_octet(cache.find("a.example", kStart + 30 * kSecond - 1, kAny)), 7);
  EXPECT_EQ(cache.size(), 1u);
  EXPECT_EQ(cache.find("a.example", kStart + 30 * kSecond, kAny), nullptr);
  EXPECT_EQ(cache.size(), 0u) << "what is over is not kept";
  EXPECT_EQ(cache.find("b.example", kStart, kAny), nullptr);
}

TEST(DnsCache, D4_ATtlOfZeroIsNotKept) {
  DnsCache cache;
  cache.store("a.example", Said(7, 0).resolution, kStart);
  EXPECT_EQ(cache.find("a.example", kStart, kAny), nullptr);
  cache.store("a.example", Said(7, kSecond).resolution, kStart);
  cache.store("a.example", Said(8, 0).resolution, kStart);
  EXPECT_EQ(cache.find("a.example", kStart, kAny), nullptr) << "what it replaces is gone, too";
  EXPECT_EQ(cache.size(), 0u);
}

TEST(DnsCache, WhoAsksSaysHowOldItMayBe) {
  DnsCache cache;
  cache.store("a.example", Said(7, 30 * kSecond).resolution, kStart);
  const uint64_t later = kStart + 10 * kSecond;
  EXPECT_EQ(cache.find("a.example", later, 0), nullptr);
  EXPECT_EQ(cache.find("a.example", kStart, 0), nullptr) << "0 takes nothing that was there before";
  EXPECT_EQ(cache.find("a.example", later, 10 * kSecond), nullptr);
  EXPECT_EQ(last_octet(cache.find("a.example", later, 10 * kSecond + 1)), 7) << "it was kept for others";
}

TEST(DnsCache, ANewAnswerReplacesTheOldOne) {
  DnsCache cache;
  cache.store("a.example", Said(7, 30 * kSecond).resolution, kStart);
  cache.store("a.example", denied(2 * kSecond), kStart + kSecond);
  const DnsCache::Answer* answer = cache.find("a.example", kStart + 2 * kSecond, kAny);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error.code, Errc::name_not_found);
  EXPECT_EQ(answer->diagnosis, "no such name");
  EXPECT_TRUE(answer->addresses.empty());
  EXPECT_EQ(cache.find("a.example", kStart + 3 * kSecond, kAny), nullptr);
}

TEST(DnsCache, D1_NoTtlIsLongerThanTheLimit) {
  DnsCache cache;
  cache.store("nx.example", denied(3600 * kSecond), kStart);
  EXPECT_TRUE(cache.find("nx.example", kStart + DnsCache::kMaxNegativeTtl - 1, kAny));
  EXPECT_FALSE(cache.find("nx.example", kStart + DnsCache::kMaxNegativeTtl, kAny));
  cache.store("a.example", Said(7, UINT64_MAX).resolution, kStart);
  EXPECT_TRUE(cache.find("a.example", kStart + DnsCache::kMaxTtl - 1, kAny));
  EXPECT_FALSE(cache.find("a.example", kStart + DnsCache::kMaxTtl, kAny));
}

TEST(DnsCache, D4_TheNameThatWasNotAskedForLongestGoes) {
  DnsCache cache(3);
  for (const char* host : {"a", "b", "c"}) cache.store(host, Said(1, kSecond).resolution, kStart);
  EXPECT_TRUE(cache.find("a", kStart, kAny));
  cache.store("b", Said(2, kSecond).resolution, kStart);
  cache.store("d", Said(3, kSecond).resolution, kStart);
  EXPECT_EQ(cache.size(), 3u);
  EXPECT_FALSE(cache.find("c", kStart, kAny));
  for (const char* host : {"a", "b", "d"}) EXPECT_TRUE(cache.find(host, kStart, kAny)) << host;
}

TEST(DnsCache, ForgetsWhatIsNotNewerThanTold) {
  DnsCache cache;
  cache.store("a.example", Said(7, 30 * kSecond).resolution, kStart);
  cache.forget("a.example", kStart - 1);
  EXPECT_TRUE(cache.find("a.example", kStart, kAny));
  cache.forget("a.example", kStart);
  EXPECT_FALSE(cache.find("a.example", kStart, kAny));
  cache.forget("b.example", kStart);
}

}  // namespace
}  // namespace godwit::net
