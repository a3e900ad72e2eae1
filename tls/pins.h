// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/base.h>

namespace godwit::tls {

// Pin is the SHA-256 of a public key as a certificate holds it, its SubjectPublicKeyInfo (RFC 7469 2.4).
using Pin = std::array<uint8_t, 32>;

// parse_pins reads curl's form: "sha256//BASE64;sha256//BASE64". Returns which part is at fault, or an
// empty string.
std::string parse_pins(std::string_view text, std::vector<Pin>& out);

// pin_of gives that of a certificate.
Pin pin_of(const X509* certificate);

// pin_text writes a pin as parse_pins reads it.
std::string pin_text(const Pin& pin);

}  // namespace godwit::tls
