// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace godwit::embedded {

// LeafProfile is what the server's certificate says.
struct LeafProfile {
  // Staple is what the CA says of the certificate in the OCSP response that the server staples to it.
  enum class Staple : uint8_t {
    none,     // no response
    good,     // for a week
    revoked,  // an hour ago, for a compromised key
    unknown,
    expired,    // good until an hour ago
    unrelated,  // of another certificate
    garbage,    // no OCSP response at all
  };

  // subject_alt_names in BoringSSL's notation. Three names stand beside the wildcard because BoringSSL, like
  // OpenSSL, lets no wildcard match right below a top-level name.
  std::string subject_alt_names =
      "DNS:localhost,DNS:*.localhost,DNS:a.localhost,DNS:b.localhost,DNS:c.localhost,IP:127.0.0.1,IP:::1";
  // The validity, relative to now: a not_after in the past makes an expired certificate.
  std::chrono::seconds not_before = std::chrono::hours(-1);
  std::chrono::seconds not_after = std::chrono::hours(24 * 30);
  bool self_signed = false;  // instead of issued by the CA
  Staple staple = Staple::none;
};

}  // namespace godwit::embedded
