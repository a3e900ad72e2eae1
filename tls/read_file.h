// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

namespace godwit::tls {

// kMaxFile bounds what is read of one file, in octets: a hundred times the usual system store. A path
// that names a device must not fill the memory.
inline constexpr size_t kMaxFile = 32 * 1024 * 1024;

// read_file appends the content of a file to `out`. Returns what is wrong, beginning with the path, or an
// empty string.
std::string read_file(const std::string& path, std::string& out);

}  // namespace godwit::tls
