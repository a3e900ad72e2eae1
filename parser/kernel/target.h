// SPDX-License-Identifier: MIT
#pragma once

// GODWIT_TARGET_BEGIN opens a region whose functions are compiled for a CPU that has the named features, and
// GODWIT_TARGET_END closes it. A flag for the whole file would do the same to the inline functions of the
// headers that it includes, and the linker may then choose those copies for everybody: so every header comes
// before the region, and all that is in it is local to the file.
#define GODWIT_PRAGMA(text) _Pragma(#text)
#if defined(__clang__)
#define GODWIT_TARGET_BEGIN(features) \
  GODWIT_PRAGMA(clang attribute push(__attribute__((target(features))), apply_to = function))
#define GODWIT_TARGET_END GODWIT_PRAGMA(clang attribute pop)
#else
#define GODWIT_TARGET_BEGIN(features) GODWIT_PRAGMA(GCC push_options) GODWIT_PRAGMA(GCC target(features))
#define GODWIT_TARGET_END GODWIT_PRAGMA(GCC pop_options)
#endif
