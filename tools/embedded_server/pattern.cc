// SPDX-License-Identifier: MIT
#include "godwit/tools/embedded_server/pattern.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace godwit::embedded {
namespace {

using Table = std::array<char, kPatternPeriod>;

const Table& table() {
  static const Table kTable = [] {
    Table bytes;
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = pattern_byte(i);
    return bytes;
  }();
  return kTable;
}

}  // namespace

void fill_pattern(uint64_t offset, char* out, size_t size) {
  const Table& bytes = table();
  size_t at = static_cast<size_t>(offset % kPatternPeriod);
  while (size > 0) {
    size_t run = std::min(size, bytes.size() - at);
    std::memcpy(out, bytes.data() + at, run);
    out += run;
    size -= run;
    at = 0;
  }
}

uint64_t pattern_sum(uint64_t size) {
  const uint64_t rest = size % kPatternPeriod;
  uint64_t whole = 0;
  uint64_t partial = 0;
  for (uint64_t i = 0; i < kPatternPeriod; ++i) {
    uint64_t byte = static_cast<unsigned char>(table()[i]);
    whole += byte;
    if (i < rest) partial += byte;
  }
  return whole * (size / kPatternPeriod) + partial;
}

}  // namespace godwit::embedded
