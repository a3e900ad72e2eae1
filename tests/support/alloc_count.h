// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace godwit::test {

// AllocCount counts the calls of operator new, in all its forms, that the current thread has made since
// it was created. Memory from malloc (C libraries) is not counted. Linking it replaces operator new in
// the whole program.
//
//   const AllocCount allocations;
//   warm_path();
//   EXPECT_EQ(allocations.count(), 0u);
class AllocCount {
 public:
  AllocCount();
  size_t count() const;

 private:
  size_t begin_;
};

}  // namespace godwit::test
