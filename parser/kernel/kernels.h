// SPDX-License-Identifier: MIT
#pragma once

#include "godwit/parser/kernel/dispatch.h"

namespace godwit::parser {

// The kernels that this build holds, for dispatch.cc.
#if defined(__x86_64__)
extern const Kernel kAvx512Kernel;
extern const Kernel kAvx2Kernel;
extern const Kernel kSse42Kernel;
#elif defined(__aarch64__)
extern const Kernel kNeonKernel;
#endif
extern const Kernel kScalarKernel;

}  // namespace godwit::parser
