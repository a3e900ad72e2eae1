// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "godwit/tools/load/measure/result.h"
#include "godwit/tools/load/report/judgement.h"

namespace godwit::load {

// text_report is what a person reads at the end of a run.
std::string text_report(const Result& result, const Judgement& judgement);

// count_text writes a count with a comma for every three digits; size_text bytes with a unit.
std::string count_text(uint64_t count);
std::string size_text(double bytes);

}  // namespace godwit::load
