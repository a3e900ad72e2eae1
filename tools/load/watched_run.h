// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "godwit/tools/load/measure/result.h"
#include "godwit/tools/load/plan/load_options.h"
#include "godwit/tools/load/plan/request_set.h"

namespace godwit::load {

// watched_run makes one run that a person can watch and interrupt. It gives nothing, with a sentence in
// `fault`, if the options can't be used. From the main thread.
std::optional<Result> watched_run(const LoadOptions& options, const RequestSet& requests, std::string& fault);

}  // namespace godwit::load
