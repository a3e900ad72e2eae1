// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace godwit::fetch {

// Totals is what a progress bar tells, summed over all exchanges.
struct Totals {
  size_t exchanges = 0;  // to be made
  size_t done = 0;
  uint64_t received = 0;  // body bytes
  uint64_t expected = 0;  // of those exchanges whose length is known
  size_t unknown = 0;     // exchanges under way or to come whose length is not known
  std::chrono::milliseconds elapsed{0};
  uint64_t bytes_per_second = 0;
};

// progress_line makes one line of at most `width` columns.
std::string progress_line(const Totals& totals, size_t width);

// human_size writes a number of bytes in three to four digits: "999 B", "1.5 MiB".
std::string human_size(uint64_t bytes);

}  // namespace godwit::fetch
