// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "godwit/core/options.h"

// Each function reads one kind of option value, and returns what is wrong with it: empty if nothing is,
// and then the result is stored.
namespace godwit::fetch {

// not_empty takes any text but the empty one.
std::string not_empty(std::string_view text, std::string& out);

// parse_seconds reads a decimal number of seconds ("2", "0.25") of at most a year. What is above zero
// becomes at least a millisecond.
std::string parse_seconds(std::string_view text, std::chrono::milliseconds& out);

// parse_size reads a number of bytes with an optional suffix k, m or g (powers of 1024).
std::string parse_size(std::string_view text, uint64_t limit, uint64_t& out);

// parse_count reads a decimal number from 1 to limit.
std::string parse_count(std::string_view text, uint32_t limit, uint32_t& out);

// parse_tls_version reads "1.2" or "1.3".
std::string parse_tls_version(std::string_view text, TlsVersion& out);

// parse_resolve reads HOST:PORT:ADDR; HOST and ADDR may be in brackets.
std::string parse_resolve(std::string_view text, HostOverride& out);

// is_ip_address tells whether text is an IPv4 or IPv6 address, without brackets.
bool is_ip_address(std::string_view text);

// kMaxData limits what -d holds in memory, all of them together; -T streams a file of any size.
inline constexpr size_t kMaxData = size_t{1} << 30;

// read_data appends what -d names to out: the text itself, or with `@` the content of a file, "-" being
// the standard input. strip drops CR, LF and NUL of a file, as curl's -d does.
std::string read_data(std::string_view text, bool strip, std::string& out);

}  // namespace godwit::fetch
