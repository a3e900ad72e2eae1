// SPDX-License-Identifier: MIT
#include "godwit/parser/kernel/dispatch.h"

#include <array>
#include <atomic>

#include "godwit/parser/kernel/kernels.h"

namespace godwit::parser {
namespace {

// The best first.
constexpr std::array kBuilt = {
#if defined(__x86_64__)
    &kAvx512Kernel,
    &kAvx2Kernel,
    &kSse42Kernel,
#elif defined(__aarch64__)
    &kNeonKernel,
#endif
    &kScalarKernel,
};

struct Runnable {
  std::array<const Kernel*, kBuilt.size()> kernels{};
  size_t count = 0;

  Runnable() {
    for (const Kernel* kernel : kBuilt) {
      if (kernel->supported()) kernels[count++] = kernel;
    }
  }
};

// Kernels are constants, so the order in which threads see the pointer change does not matter.
std::atomic<const Kernel*> active{nullptr};

}  // namespace

std::span<const Kernel* const> all_kernels() {
  static const Runnable runnable;
  return {runnable.kernels.data(), runnable.count};
}

const Kernel& active_kernel() {
  const Kernel* kernel = active.load(std::memory_order_relaxed);
  if (kernel == nullptr) [[unlikely]] {
    // A use_kernel that came first wins over the default.
    const Kernel* best = all_kernels().front();
    active.compare_exchange_strong(kernel, best, std::memory_order_relaxed);
    kernel = active.load(std::memory_order_relaxed);
  }
  return *kernel;
}

bool use_kernel(std::string_view name) {
  for (const Kernel* kernel : all_kernels()) {
    if (kernel->name != name) continue;
    active.store(kernel, std::memory_order_relaxed);
    return true;
  }
  return false;
}

}  // namespace godwit::parser
