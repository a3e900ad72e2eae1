// SPDX-License-Identifier: MIT
#include "godwit/tls/compressed_certificates.h"

#include <cstdlib>
#include <memory>

#include <brotli/decode.h>
#include <openssl/pool.h>
#include <openssl/ssl.h>

namespace godwit::tls {
namespace {

// TLSEXT_cert_compression_brotli of newer versions of BoringSSL.
constexpr uint16_t kBrotli = 2;

// take is the decoder's allocator; what it gives back does not count again.
void* take(void* opaque, size_t size) {
  auto* left = static_cast<size_t*>(opaque);
  if (size > *left) return nullptr;
  *left -= size;
  return std::malloc(size);
}

void give(void*, void* memory) {
  std::free(memory);
}

struct Destroy {
  void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
};

int unpack(SSL*, CRYPTO_BUFFER** out, size_t size, const uint8_t* packed, size_t packed_size) {
  if (size > kMaxUnpackedCertificates) return 0;
  uint8_t* data = nullptr;
  bssl::UniquePtr<CRYPTO_BUFFER> buffer(CRYPTO_BUFFER_alloc(&data, size));
  if (!buffer || !unpack_certificates({packed, packed_size}, {data, size}, kMaxUnpackingMemory)) return 0;
  *out = buffer.release();
  return 1;
}

}  // namespace

bool unpack_certificates(std::span<const uint8_t> packed, std::span<uint8_t> out, size_t memory) {
  const std::unique_ptr<BrotliDecoderState, Destroy> state(BrotliDecoderCreateInstance(take, give, &memory));
  if (!state) return false;
  size_t in_left = packed.size();
  size_t out_left = out.size();
  const uint8_t* in = packed.data();
  uint8_t* at = out.data();
  const BrotliDecoderResult result =
      BrotliDecoderDecompressStream(state.get(), &in_left, &in, &out_left, &at, nullptr);
  return result == BROTLI_DECODER_RESULT_SUCCESS && in_left == 0 && out_left == 0;
}

bool accept_compressed_certificates(SSL_CTX* ctx) {
  return SSL_CTX_add_cert_compression_alg(ctx, kBrotli, nullptr, unpack) != 0;
}

}  // namespace godwit::tls
