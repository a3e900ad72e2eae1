// SPDX-License-Identifier: MIT
#pragma once

#include "godwit/tools/load/plan/load_options.h"
#include "godwit/tools/load/plan/request_set.h"

namespace godwit::load {

// knee_command is --find-knee: it searches the highest rate at which every --slo holds, shows each rate that
// was tried, and returns the exit status.
int knee_command(LoadOptions options, const RequestSet& requests);

}  // namespace godwit::load
