// SPDX-License-Identifier: MIT
#pragma once

namespace godwit::tools {

// kVersion is the program's version; CHANGELOG.md tells what is in it.
inline constexpr char kVersion[] = "0.1.0";

}  // namespace godwit::tools
