// SPDX-License-Identifier: MIT
#include "godwit/tools/load/plan/knee_search.h"

#include <gtest/gtest.h>

namespace godwit::load {
namespace {

// found runs a search against a server that holds up to `knee`, and counts the rates.
double found(double first, double knee, int& trials) {
  KneeSearch search(first);
  trials = 0;
  while (const std::optional<double> rate = search.next()) {
    search.tell(*rate <= knee ? Trial::holds : Trial::fails);
    if (*rate > knee && search.next() == rate) search.tell(Trial::fails);
    if (++trials > 100) ADD_FAILURE() << "no end";
  }
  return search.best();
}

TEST(KneeSearch, FindsTheKneeFromBelowAndFromAbove) {
  for (double knee : {1.0, 37.0, 100.0, 101.0, 5000.0, 1'234'567.0}) {
    for (double first : {1.0, 100.0, 50'000.0}) {
      int trials = 0;
      const double best = found(first, knee, trials);
      EXPECT_LE(best, knee);
      EXPECT_GE(best * KneeSearch::kPrecision, knee) << first;
      EXPECT_LE(trials, 30);
    }
  }
}

TEST(KneeSearch, GivesUpWhereNothingHolds) {
  int trials = 0;
  EXPECT_EQ(found(100, 0, trials), 0);
  EXPECT_LE(trials, 8);
}

TEST(KneeSearch, EndsThoughEverythingHolds) {
  int trials = 0;
  EXPECT_GE(found(100, 1e300, trials), KneeSearch::kHighest / 2);
}

TEST(KneeSearch, ATrialThatContradictsAnEarlierOneDoesNotKeepItGoing) {
  KneeSearch search(100);
  int trials = 0;
  for (bool holds : {true, false, true, false, true, true, false, true, false, true, true, true}) {
    if (!search.next()) break;
    search.tell(holds ? Trial::holds : Trial::fails);
    if (!holds) search.tell(Trial::fails);
    ++trials;
  }
  EXPECT_FALSE(search.next());
  EXPECT_LT(trials, 10);
}

TEST(KneeSearch, ARateFailsNotByOneTrialAlone) {
  KneeSearch search(100);
  search.tell(Trial::fails);
  EXPECT_EQ(search.next(), 100);
  search.tell(Trial::holds);
  EXPECT_EQ(search.best(), 100);
  EXPECT_EQ(search.next(), 200);
  // What happened at one rate is forgotten at the next.
  search.tell(Trial::fails);
  EXPECT_EQ(search.next(), 200);
  search.tell(Trial::fails);
  EXPECT_LT(*search.next(), 200);
}

TEST(KneeSearch, ATrialThatCannotTellIsRepeatedNotForEver) {
  KneeSearch search(100);
  for (int i = 0; i + 1 < KneeSearch::kUnsure; ++i) {
    search.tell(Trial::unsure);
    EXPECT_EQ(search.next(), 100);
  }
  search.tell(Trial::unsure);
  EXPECT_EQ(search.next(), 50);
}

}  // namespace
}  // namespace godwit::load
