// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "godwit/tools/load/measure/histogram.h"

namespace godwit::load {

// hgrm_report writes a histogram in the text form of HdrHistogram's percentile distribution, values in
// milliseconds, five lines to a halving of what is left: what the plotters of that family read.
std::string hgrm_report(const Histogram& histogram);

}  // namespace godwit::load
