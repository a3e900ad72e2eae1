// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <openssl/base.h>

namespace godwit::tls {

// kMaxUnpackedCertificates bounds a Certificate message that came compressed, in octets: what BoringSSL takes
// of one that did not, and a little more.
inline constexpr size_t kMaxUnpackedCertificates = size_t{128} * 1024;

// kMaxUnpackingMemory bounds what unpacking one may take beside the result, in octets. It is given back at
// once.
inline constexpr size_t kMaxUnpackingMemory = size_t{512} * 1024;

// unpack_certificates decompresses the Brotli of a CompressedCertificate message (RFC 8879 4) into `out`,
// which is as long as the message says that the result is. True only if the whole of `packed` gives exactly
// that, and the decoder needs no more than `memory` octets beside it: its window is as large as the peer
// likes, up to 16 MiB.
bool unpack_certificates(std::span<const uint8_t> packed, std::span<uint8_t> out, size_t memory);

// accept_compressed_certificates has the connections of `ctx` offer Brotli to servers: the one algorithm of
// RFC 8879 that browsers have in common. False when out of memory. Our own certificates are sent as they are.
bool accept_compressed_certificates(SSL_CTX* ctx);

}  // namespace godwit::tls
