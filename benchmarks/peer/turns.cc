// SPDX-License-Identifier: MIT
#include "godwit/benchmarks/peer/turns.h"

#include <cstdio>

#include <malloc.h>
#include <time.h>

namespace godwit::benchmarks {

Turns::Turns(const Work& work)
    : think_(work.think),
      upload_(work.upload),
      hold_(work.hold),
      requests_(work.requests),
      left_(work.requests) {
  const uint64_t now = milliseconds();
  for (size_t i = 0; i < work.connections; ++i) waiting_.push_back({now + think_ * i / work.connections, i});
}

uint64_t Turns::milliseconds() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1000 + static_cast<uint64_t>(t.tv_nsec) / 1'000'000;
}

uint64_t Turns::heap_in_use() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

int Turns::report() const {
  const auto number = [](uint64_t n) { return static_cast<unsigned long long>(n); };
  std::printf("{\"requests\": %llu, \"failed\": %llu, \"body\": %llu, \"sent\": %llu, \"heap\": %llu}\n",
              number(answered_), number(failed_), number(body_), number(answered_ * upload_),
              number(heap_in_use() - heap_before_));
  std::fflush(stdout);
  while (hold_ && std::getchar() != EOF) {
  }
  return failed_ == 0 && done() ? 0 : 1;
}

}  // namespace godwit::benchmarks
