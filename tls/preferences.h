// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <openssl/base.h>

namespace godwit::tls {

// set_ciphers offers the cipher suites of TLS 1.2 that `names` lists, the preferred one first. Names are
// OpenSSL's ("ECDHE-RSA-AES128-GCM-SHA256") or IANA's ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"), separated
// by colons, commas or spaces. Those of TLS 1.3 are BoringSSL's own choice and can't be listed. Returns
// which name is at fault and why, or an empty string.
std::string set_ciphers(SSL_CTX* ctx, std::string_view names);

// set_groups offers the key exchanges that `names` lists, the preferred one first: "X25519:P-256",
// separated as above. With TLS 1.2 a server whose key is on a curve needs that among them, too. Returns
// which name is at fault, or an empty string.
std::string set_groups(SSL_CTX* ctx, std::string_view names);

}  // namespace godwit::tls
