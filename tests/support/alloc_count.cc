// SPDX-License-Identifier: MIT
#include "godwit/tests/support/alloc_count.h"

#include <cstdlib>
#include <new>

namespace godwit::test {
namespace {

thread_local size_t calls = 0;

void* allocate(std::size_t size) {
  ++calls;
  if (void* memory = std::malloc(size > 0 ? size : 1)) return memory;
  std::abort();
}

void* allocate(std::size_t size, std::align_val_t alignment) {
  ++calls;
  // aligned_alloc wants a multiple of the alignment, and not zero.
  const auto step = static_cast<std::size_t>(alignment);
  if (void* memory = std::aligned_alloc(step, (size / step + 1) * step)) return memory;
  std::abort();
}

}  // namespace

AllocCount::AllocCount() : begin_(calls) {}

size_t AllocCount::count() const {
  return calls - begin_;
}

}  // namespace godwit::test

// Each form is replaced: a sanitizer's own operator new[] doesn't go through operator new.
void* operator new(std::size_t size) {
  return godwit::test::allocate(size);
}
void* operator new[](std::size_t size) {
  return godwit::test::allocate(size);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return godwit::test::allocate(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return godwit::test::allocate(size);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return godwit::test::allocate(size, alignment);
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return godwit::test::allocate(size, alignment);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
