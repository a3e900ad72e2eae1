// SPDX-License-Identifier: MIT
#pragma once

#include "godwit/tools/load/measure/result.h"
#include "godwit/tools/load/plan/load_options.h"

namespace godwit::load {

// write_outputs writes every form of the report that the options ask for, and the text to the standard output
// unless another form goes there. It returns the exit status: of the run, or kStatusFailed if something can't
// be written.
int write_outputs(const Result& result, const LoadOptions& options);

}  // namespace godwit::load
