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

// The stand-in. No CPU "supports" it: it is in no list.
constexpr Kernel kUnchosen = {
    "unchosen",
    [] { return false; },
    [](const char* data, size_t size, size_t max_fields, ResponseHead& head) {
      return active_kernel().parse_response(data, size, max_fields, head);
    },
    [](const char* data, size_t size, size_t max_fields, FieldLines& lines) {
      return active_kernel().parse_fields(data, size, max_fields, lines);
    },
    [](std::string_view buffer, size_t scanned, const ParseOptions& options, ResponseHead& head,
       ParseHead& otherwise) {
      return active_kernel().parse_short(buffer, scanned, options, head, otherwise);
    },
    [](const char* data, size_t from, size_t size) { return active_kernel().search(data, from, size); },
};

}  // namespace

constinit std::atomic<const Kernel*> kernel_in_use{&kUnchosen};

std::span<const Kernel* const> all_kernels() {
  static const Runnable runnable;
  return {runnable.kernels.data(), runnable.count};
}

const Kernel& active_kernel() {
  const Kernel* kernel = kernel_in_use.load(std::memory_order_relaxed);
  if (kernel == &kUnchosen) [[unlikely]] {
    // A use_kernel that came first wins over the default.
    kernel_in_use.compare_exchange_strong(kernel, all_kernels().front(), std::memory_order_relaxed);
    kernel = kernel_in_use.load(std::memory_order_relaxed);
  }
  return *kernel;
}

bool use_kernel(std::string_view name) {
  for (const Kernel* kernel : all_kernels()) {
    if (kernel->name != name) continue;
    kernel_in_use.store(kernel, std::memory_order_relaxed);
    return true;
  }
  return false;
}

}  // namespace godwit::parser
