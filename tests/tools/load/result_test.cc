// SPDX-License-Identifier: MIT
#include "godwit/tools/load/measure/result.h"

#include <random>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace godwit::load {
namespace {

constexpr uint64_t kMs = 1'000'000;

Result sample(uint64_t seed) {
  Result result;
  result.urls = {"http://localhost:8080/"};
  result.open_loop = true;
  result.rate = 1234.5;
  result.connections = 10;
  result.warmup = 0.1;
  result.started = "2026-01-31T12:00:0" + std::to_string(seed) + "Z";
  result.seconds = 1.0 / 3;
  result.threads = {{0.3, 0.1}, {1.0 / 3, 0.25}};
  std::mt19937_64 random(seed);
  Measurements& m = result.measured;
  for (Histogram* histogram : {&m.from_due, &m.from_sent, &m.lag, &m.connect, &m.tls, &m.first_byte,
                               &m.transfer, &m.failed, &m.open_age, &m.loop_delay}) {
    for (int i = 0; i < 50; ++i) histogram->record(random() >> (random() % 60));
  }
  for (int i = 0; i < 50; ++i) m.series.record_good(random() % (2000 * kMs), random() % (100 * kMs), 7);
  m.series.record_failed(5);
  m.series.set_asked([](double second) { return second / 3; }, 2);
  m.sent = 110;
  m.unsent = 3;
  m.oldest_unsent = 99;
  m.connections = 10;
  m.body_bytes = 5000;
  m.statuses = {{200, 50}, {503, 2}};
  m.causes = {{"status 503", {2, ""}}, {"connect-failed in connect", {48, "connection \"refused\"\n"}}};
  return result;
}

TEST(Result, SavingLosesNothing) {
  for (const Result& result : {sample(1), Result()}) {
    std::string fault;
    const std::optional<Result> loaded = load_result(save_result(result), fault);
    ASSERT_TRUE(loaded) << fault;
    EXPECT_EQ(*loaded, result);
    EXPECT_EQ(save_result(*loaded), save_result(result));
  }
}

TEST(Result, MergeAddsUp) {
  Result one = sample(1);
  const Result other = sample(2);
  Histogram both = one.measured.from_due;
  both.merge(other.measured.from_due);
  one.merge(other);
  EXPECT_EQ(one.measured.from_due, both);
  EXPECT_EQ(one.rate, 2469.0);
  EXPECT_EQ(one.connections, 20u);
  EXPECT_EQ(one.generators, 2u);
  EXPECT_EQ(one.seconds, 1.0 / 3);
  EXPECT_EQ(one.threads.size(), 4u);
  EXPECT_EQ(one.started, "2026-01-31T12:00:01Z");
  EXPECT_EQ(one.urls.size(), 1u);
  EXPECT_EQ(one.measured.sent, 220u);
  EXPECT_EQ(one.measured.causes.at("status 503").count, 4u);
  EXPECT_EQ(one.measured.statuses.at(200), 100u);
}

TEST(Result, RatesAndShares) {
  Result result;
  EXPECT_EQ(result.throughput(), 0);
  EXPECT_EQ(result.error_share(), 0);
  result.seconds = 2;
  for (int i = 0; i < 30; ++i) result.measured.from_due.record(kMs);
  for (int i = 0; i < 10; ++i) result.measured.failed.record(kMs);
  result.measured.body_bytes = 1000;
  EXPECT_EQ(result.throughput(), 15);
  EXPECT_EQ(result.error_share(), 0.25);
  EXPECT_EQ(result.body_rate(), 500);
}

TEST(Result, WhatIsNoSavedResultIsRefusedWithASentence) {
  std::string fault;
  for (const char* text : {"", "{", "[]", "7", "{}", R"({"kind":"something else","format":1})"}) {
    EXPECT_FALSE(load_result(text, fault)) << text;
    EXPECT_EQ(fault, "it is not what --out of godwit load writes");
  }
  EXPECT_FALSE(load_result(R"({"kind":"godwit load result","format":2})", fault));
  EXPECT_EQ(fault, "it was written by another version of godwit");
}

TEST(Result, EveryKeyIsNeededAndOfItsKind) {
  const std::string text = save_result(sample(1));
  const auto document = nlohmann::json::parse(text);
  std::string fault;
  const auto refused = [&](const nlohmann::json& changed, const std::string& what) {
    EXPECT_FALSE(load_result(changed.dump(), fault)) << what;
    EXPECT_FALSE(fault.empty()) << what;
  };
  for (const auto& [key, value] : document.items()) {
    auto without = document;
    without.erase(key);
    refused(without, "without " + key);
    auto other = document;
    other[key] = key == "urls" || value.is_array() ? nlohmann::json({{{"x", 1}}}) : nlohmann::json(nullptr);
    refused(other, key + " of another kind");
  }
  for (const char* group : {"histograms", "counts", "series"}) {
    for (const auto& [key, value] : document[group].items()) {
      auto without = document;
      without[group].erase(key);
      refused(without, std::string(group) + " without " + key);
      auto other = document;
      other[group][key] = "x";
      refused(other, std::string(group) + "." + key + " of another kind");
    }
  }
  auto damaged = document;
  damaged["histograms"]["lag"][4] = 1u << 30;
  refused(damaged, "a bucket that does not exist");
  damaged = document;
  damaged["series"]["slots"][0].push_back(5);
  refused(damaged, "half a pair");
}

}  // namespace
}  // namespace godwit::load
