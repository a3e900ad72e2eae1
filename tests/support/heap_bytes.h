// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <malloc.h>

extern "C" [[gnu::weak]] std::size_t __sanitizer_get_current_allocated_bytes();

namespace godwit::test {

// heap_is_real is false under a sanitizer, whose allocations have other sizes than those of a program.
inline bool heap_is_real() {
  return __sanitizer_get_current_allocated_bytes == nullptr;
}

// heap_bytes is what is allocated at the moment by the whole program, by C libraries too, with malloc's own
// share: for differences between two moments.
inline size_t heap_bytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

}  // namespace godwit::test
