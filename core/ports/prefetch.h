// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace godwit::ports {

// prefetch has kSize bytes brought into the processor's caches, which goes on while others are looked at.
template <size_t kSize>
inline void prefetch(const void* at) {
  constexpr size_t kLine = 64;
#pragma GCC unroll 16
  for (size_t i = 0; i < kSize; i += kLine) __builtin_prefetch(static_cast<const char*>(at) + i);
}

}  // namespace godwit::ports
