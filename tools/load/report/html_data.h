// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>

#include "godwit/tools/load/measure/result.h"
#include "godwit/tools/load/measure/threshold.h"

namespace godwit::load {

// html_data gives what page.js draws, as JSON without `<`, so that no text in it can end the element that
// holds it.
std::string html_data(const Result& result, std::span<const Threshold> thresholds);

}  // namespace godwit::load
