// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace godwit::load {

// kStatus* are the exit statuses of `godwit load`.
inline constexpr int kStatusOk = 0;
inline constexpr int kStatusFailed = 1;
inline constexpr int kStatusUsage = 2;

// complain writes one line to the standard error, and gives the status back.
int complain(std::string_view fault, int status);

// write_text writes a report to a file, or to the standard output if the name is empty. False, after a
// complaint, if that can't be done.
bool write_text(const std::string& file, std::string_view text);

// read_text reads a whole file of at most `limit` bytes; "-" is the standard input. It returns what is wrong,
// empty if nothing is.
std::string read_text(const std::string& file, size_t limit, std::string& out);

}  // namespace godwit::load
