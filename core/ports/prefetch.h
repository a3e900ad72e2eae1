// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace godwit::ports {

// prefetch has kSize bytes brought into the processor's caches, which goes on while others are looked at.
// There need be nothing: the processor passes over addresses that are none, null too.
template <size_t kSize>
inline void prefetch(const void* at) {
  constexpr size_t kLine = 64;
  const auto begin = reinterpret_cast<uintptr_t>(at);  // a pointer beside null could not be reckoned
#pragma GCC unroll 16
  for (size_t i = 0; i < kSize; i += kLine) __builtin_prefetch(reinterpret_cast<const void*>(begin + i));
}

}  // namespace godwit::ports
