// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

#include <openssl/base.h>

namespace godwit::tls {

// certificate_extension gives the DER inside of the extension `oid`, which is written as the content octets
// of an OBJECT IDENTIFIER; empty when there is none. For those that BoringSSL has no number for. A view of
// `certificate`.
std::span<const uint8_t> certificate_extension(const X509* certificate, std::span<const uint8_t> oid);

}  // namespace godwit::tls
