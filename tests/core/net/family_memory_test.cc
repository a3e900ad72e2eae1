// SPDX-License-Identifier: MIT
#include "godwit/core/net/family_memory.h"

#include <utility>

#include <gtest/gtest.h>

namespace godwit::net {
namespace {

using Family = FamilyMemory::Family;

constexpr uint64_t kNow = 1'000'000'000'000;

void silence(FamilyMemory& memory, Family family, int times, uint64_t now = kNow) {
  while (times-- > 0) memory.silent(family, now);
}

TEST(FamilyMemory, N3_ASilentFamilyGoesLast) {
  for (const auto& [dead, good] : {std::pair(Family::v6, Family::v4), std::pair(Family::v4, Family::v6)}) {
    FamilyMemory memory;
    silence(memory, dead, FamilyMemory::kStrikes - 1);
    EXPECT_EQ(memory.first(dead, kNow), dead) << "it may have been the host's fault";
    silence(memory, dead, 1);
    EXPECT_EQ(memory.first(dead, kNow), good);
    EXPECT_EQ(memory.first(good, kNow), good);
  }
}

TEST(FamilyMemory, N3_OneConnectionClearsIt) {
  FamilyMemory memory;
  silence(memory, Family::v6, FamilyMemory::kStrikes - 1);
  memory.answered(Family::v6);
  silence(memory, Family::v6, 1);
  EXPECT_EQ(memory.first(Family::v6, kNow), Family::v6) << "only silences on end count";
  silence(memory, Family::v6, FamilyMemory::kStrikes);
  memory.answered(Family::v4);
  EXPECT_EQ(memory.first(Family::v6, kNow), Family::v4) << "the other's says nothing";
  memory.answered(Family::v6);
  EXPECT_EQ(memory.first(Family::v6, kNow), Family::v6);
}

TEST(FamilyMemory, N3_AfterItsRestOneRaceFindsOut) {
  FamilyMemory memory;
  silence(memory, Family::v6, FamilyMemory::kStrikes);
  const uint64_t rested = kNow + FamilyMemory::kRest;
  EXPECT_EQ(memory.first(Family::v6, rested - 1), Family::v4);
  EXPECT_EQ(memory.first(Family::v6, rested), Family::v6);
  EXPECT_EQ(memory.first(Family::v6, rested), Family::v4) << "one at a time";
  // It is silent still: one race is enough now.
  memory.silent(Family::v6, rested + 1);
  EXPECT_EQ(memory.first(Family::v6, rested + FamilyMemory::kRest), Family::v4);
  EXPECT_EQ(memory.first(Family::v6, rested + FamilyMemory::kRest + 1), Family::v6);
  memory.answered(Family::v6);
  EXPECT_EQ(memory.first(Family::v6, rested + FamilyMemory::kRest + 1), Family::v6);
}

TEST(FamilyMemory, N3_WhereBothAreSilentTheOrderStays) {
  FamilyMemory memory;
  silence(memory, Family::v6, FamilyMemory::kStrikes);
  silence(memory, Family::v4, FamilyMemory::kStrikes);
  EXPECT_EQ(memory.first(Family::v6, kNow), Family::v6);
  EXPECT_EQ(memory.first(Family::v4, kNow), Family::v4);
}

}  // namespace
}  // namespace godwit::net
