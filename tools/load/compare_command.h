// SPDX-License-Identifier: MIT
#pragma once

#include "godwit/tools/load/plan/load_options.h"

namespace godwit::load {

// compare_command is --compare: it measures two URLs by turns, or reads two saved results, and says which is
// faster and how sure that is. It returns the exit status. Slots of time take the place of rounds in saved
// results.
int compare_command(const LoadOptions& options);

}  // namespace godwit::load
