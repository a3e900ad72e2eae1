// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>

#include "godwit/tools/load/measure/result.h"
#include "godwit/tools/load/measure/threshold.h"

namespace godwit::load {

// html_report writes a result, its verdict and how it met the thresholds as one page with plots. The page is
// whole: it loads nothing, and may be mailed or kept beside a build.
std::string html_report(const Result& result, std::span<const Threshold> thresholds);

}  // namespace godwit::load
