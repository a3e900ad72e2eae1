// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "godwit/core/headers.h"

namespace godwit::fetch {

// read_header_pairs adds the fields of a JSON list of [name, value]. It returns what is wrong with the list,
// empty if nothing is.
std::string read_header_pairs(const nlohmann::ordered_json& value, Headers& out);

}  // namespace godwit::fetch
