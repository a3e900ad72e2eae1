// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include "godwit/tools/load/measure/result.h"
#include "godwit/tools/load/measure/threshold.h"
#include "godwit/tools/load/measure/verdict.h"

namespace godwit::load {

// Judgement is what a report says beyond the figures: the verdict, and each threshold with what was found.
struct Judgement {
  struct Row {
    std::string text;
    std::string value;
    bool holds;
  };
  Verdict verdict;
  std::vector<Row> thresholds;

  // passed: the run is valid and every threshold holds; the exit status says so.
  bool passed() const {
    for (const Row& row : thresholds) {
      if (!row.holds) return false;
    }
    return verdict.valid();
  }
};

inline Judgement judge_with(const Result& result, std::span<const Threshold> thresholds) {
  Judgement judgement{judge(result), {}};
  for (const Threshold& threshold : thresholds) {
    judgement.thresholds.push_back({threshold.text, threshold.value_text(result), threshold.holds(result)});
  }
  return judgement;
}

}  // namespace godwit::load
