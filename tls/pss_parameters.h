// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

#include <openssl/base.h>

namespace godwit::tls {

// pss_digest reads the DER of RSASSA-PSS-params (RFC 4055 3.1), the SEQUENCE as a whole, and gives the
// digest. Null unless it is one of the three forms in use, those of the CA/Browser Forum (Baseline
// Requirements 7.1.3.2.1) and of TLS 1.3: SHA-256, SHA-384 or SHA-512, MGF1 with the same, and a salt of its
// size. What is left out means SHA-1 and a salt of 20 octets, and is refused as that.
const EVP_MD* pss_digest(std::span<const uint8_t> parameters);

}  // namespace godwit::tls
