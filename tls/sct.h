// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <openssl/base.h>

namespace godwit::tls {

// Sct is a log's promise to publish a certificate (Certificate Transparency, RFC 6962 3.2). Its signature is
// not looked at: that takes a list of logs.
struct Sct {
  std::span<const uint8_t> log_id;  // SHA-256 of the log's key
  uint64_t timestamp = 0;           // in milliseconds since 1970
};

// kMaxScts bounds a list; certificates have two to five.
inline constexpr size_t kMaxScts = 32;

// parse_sct_list reads a SignedCertificateTimestampList (RFC 6962 3.3), of whose entries those of version 1
// are known. Views of `list`; empty when it is malformed, or longer than kMaxScts.
std::vector<Sct> parse_sct_list(std::span<const uint8_t> list);

// embedded_sct_list gives the list inside of a certificate (RFC 6962 3.3), of which it is a view; empty when
// there is none.
std::span<const uint8_t> embedded_sct_list(const X509* certificate);

}  // namespace godwit::tls
