// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>

namespace godwit::load {

// load_command is `godwit load`, with the arguments behind that name; it returns the exit status.
int load_command(std::span<const std::string> arguments);

}  // namespace godwit::load
