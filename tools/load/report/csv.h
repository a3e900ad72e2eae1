// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "godwit/tools/load/measure/time_series.h"

namespace godwit::load {

// csv_report writes a run over time, a line of comma-separated values (RFC 4180) for each slot: when it began
// and how long it is, in seconds since the measuring began; requests that ended well and badly; bytes of
// bodies; latency from due in microseconds. Latencies of a slot in which nothing went well are empty.
std::string csv_report(const TimeSeries& series);

}  // namespace godwit::load
