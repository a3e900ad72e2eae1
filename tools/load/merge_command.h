// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>

namespace godwit::load {

// merge_command is `godwit load merge [report options] FILE...`: the runs that several machines saved by
// --out, as one.
int merge_command(std::span<const std::string> arguments);

// kMaxSaved limits a saved result; ten full histograms are below it.
inline constexpr size_t kMaxSaved = 64 << 20;

}  // namespace godwit::load
