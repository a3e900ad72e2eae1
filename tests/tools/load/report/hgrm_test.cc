// SPDX-License-Identifier: MIT
#include "godwit/tools/load/report/hgrm.h"

#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace godwit::load {
namespace {

struct Line {
  double value, share;
  uint64_t count;
};

// The lines of figures, as a plotter reads them.
std::vector<Line> lines_of(const std::string& report) {
  std::istringstream in(report);
  std::vector<Line> lines;
  std::string text;
  std::getline(in, text);
  EXPECT_EQ(text, "       Value     Percentile TotalCount 1/(1-Percentile)");
  while (std::getline(in, text)) {
    if (text.empty() || text[0] == '#') continue;
    Line line;
    std::istringstream(text) >> line.value >> line.share >> line.count;
    lines.push_back(line);
  }
  return lines;
}

TEST(Hgrm, SharesAndCountsAgree) {
  Histogram histogram;
  for (uint64_t i = 1; i <= 1000; ++i) histogram.record(i * 1'000'000);
  const std::string report = hgrm_report(histogram);
  const std::vector<Line> lines = lines_of(report);
  // Ten halvings of a thousand, five lines each, and the line of all.
  ASSERT_EQ(lines.size(), 51u);
  EXPECT_EQ(lines[0].share, 0);
  EXPECT_NEAR(lines[0].value, 1, 0.001);
  EXPECT_NEAR(lines[5].share, 0.5, 1e-9);
  EXPECT_NEAR(lines[5].value, 500, 0.5);
  for (size_t i = 1; i < lines.size(); ++i) {
    EXPECT_GE(lines[i].value, lines[i - 1].value);
    EXPECT_GE(static_cast<double>(lines[i].count) + 1e-6, lines[i].share * 1000);
    EXPECT_NEAR(lines[i].value, static_cast<double>(lines[i].count), 1);
  }
  EXPECT_EQ(lines.back().share, 1);
  EXPECT_EQ(lines.back().count, 1000u);
  EXPECT_EQ(lines.back().value, 1000);
  EXPECT_NE(report.find("#[Mean    =   500.500000, StdDeviation   =   288.6"), report.npos);
  EXPECT_NE(report.find("#[Max     =  1000.000000, Total count    =         1000]"), report.npos);
}

TEST(Hgrm, NothingWasRecorded) {
  EXPECT_TRUE(lines_of(hgrm_report({})).empty());
  EXPECT_NE(hgrm_report({}).find("Total count    =            0]"), std::string::npos);
}

}  // namespace
}  // namespace godwit::load
