// SPDX-License-Identifier: MIT
#pragma once

#include <cstdlib>
#include <cstring>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

namespace godwit::testing {

// GuardPage lends memory that ends, to the byte, where a page begins that nobody may touch: reading one
// byte too far is a crash in place of luck.
class GuardPage {
 public:
  explicit GuardPage(size_t capacity) {
    const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    usable_ = (capacity + page - 1) / page * page;
    total_ = usable_ + page;
    void* memory = mmap(nullptr, total_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) std::abort();
    memory_ = static_cast<char*>(memory);
    if (mprotect(memory_ + usable_, page, PROT_NONE) != 0) std::abort();
  }
  ~GuardPage() { munmap(memory_, total_); }
  GuardPage(const GuardPage&) = delete;
  GuardPage& operator=(const GuardPage&) = delete;

  // place copies `bytes`, at most the capacity, to the end of the memory. The view is good until the next
  // call.
  std::string_view place(std::string_view bytes) {
    if (bytes.size() > usable_) std::abort();
    char* at = memory_ + usable_ - bytes.size();
    if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
    return {at, bytes.size()};
  }

 private:
  char* memory_ = nullptr;
  size_t usable_ = 0;
  size_t total_ = 0;
};

}  // namespace godwit::testing
