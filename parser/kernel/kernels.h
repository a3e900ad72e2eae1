// SPDX-License-Identifier: MIT
#pragma once

#include "godwit/parser/kernel/dispatch.h"

namespace godwit::parser {

// The kernels that this build holds, for dispatch.cc.
extern const Kernel kScalarKernel;

}  // namespace godwit::parser
