// SPDX-License-Identifier: MIT
#include <algorithm>
#include <vector>

#include "godwit/tests/fuzz/fuzz.h"
#include "godwit/tls/compressed_certificates.h"

// The input is the size that is announced, in three octets, and the Brotli of certificates.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace godwit::fuzz;
  using godwit::tls::kMaxUnpackedCertificates;
  using godwit::tls::kMaxUnpackingMemory;
  if (size < 3) return 0;
  const size_t announced = size_t{data[0]} << 16 | size_t{data[1]} << 8 | data[2];
  std::vector<uint8_t> out(std::min(announced, kMaxUnpackedCertificates));
  const std::span<const uint8_t> packed(data + 3, size - 3);
  if (!godwit::tls::unpack_certificates(packed, out, kMaxUnpackingMemory)) return 0;
  if (out.empty()) return 0;
  std::vector<uint8_t> other(out.size() - 1);
  check(!godwit::tls::unpack_certificates(packed, other, kMaxUnpackingMemory), "the size is exact");
  other.resize(out.size() + 1);
  check(!godwit::tls::unpack_certificates(packed, other, kMaxUnpackingMemory), "in both directions");
  return 0;
}
