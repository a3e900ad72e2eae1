// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "godwit/tools/load/measure/result.h"
#include "godwit/tools/load/report/judgement.h"

namespace godwit::load {

// json_report is the report for programs: one object on one line. Durations are milliseconds, rates are a
// second's; a histogram that is empty is null. The series is a list with one object for each slot of time.
std::string json_report(const Result& result, const Judgement& judgement);

}  // namespace godwit::load
