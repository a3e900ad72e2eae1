// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>

namespace godwit::fetch {

// fetch_command is `godwit fetch`: it takes the arguments behind that word, and gives the exit status.
int fetch_command(std::span<const std::string> arguments);

}  // namespace godwit::fetch
