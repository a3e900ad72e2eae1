// SPDX-License-Identifier: MIT
#include "godwit/tls/error_queue.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace godwit::tls {
namespace {

Failure from_alert(uint8_t alert) {
  Failure failure;
  failure.kind = alert == SSL_AD_NO_APPLICATION_PROTOCOL ? FailureKind::alpn_mismatch : FailureKind::alert;
  failure.alert = alert;
  failure.sentence = "peer sent alert " + std::string(alert_name(alert));
  if (alert_name(alert) == "unknown_alert") failure.sentence += " " + std::to_string(alert);
  return failure;
}

Failure from_ssl_reason(int reason, uint32_t packed) {
  Failure failure;
  switch (reason) {
    case SSL_R_NO_RENEGOTIATION:
      failure.kind = FailureKind::renegotiation;
      failure.sentence = "peer asked to renegotiate, which is always refused";
      break;
    case SSL_R_INVALID_ALPN_PROTOCOL:
      failure.kind = FailureKind::alpn_mismatch;
      failure.sentence = "peer chose a protocol (ALPN) that was not offered";
      break;
    case SSL_R_UNSUPPORTED_PROTOCOL:
      failure.kind = FailureKind::protocol;
      failure.sentence = "peer chose a version of TLS that is not allowed";
      break;
    case SSL_R_CERT_DECOMPRESSION_FAILED:
      failure.kind = FailureKind::protocol;
      failure.sentence = "peer's compressed certificates can't be unpacked to the size that it says";
      break;
    case SSL_R_UNCOMPRESSED_CERT_TOO_LARGE:
      failure.kind = FailureKind::protocol;
      failure.sentence = "peer's certificates are too large once they are unpacked";
      break;
    default:
      failure.kind = FailureKind::protocol;
      failure.sentence = "TLS protocol error: " + reason_text(packed);
  }
  return failure;
}

Failure from_packed(uint32_t packed) {
  const int reason = ERR_GET_REASON(packed);
  if (packed == 0 || reason == ERR_R_MALLOC_FAILURE || reason == ERR_R_INTERNAL_ERROR) {
    Failure failure;
    failure.kind = FailureKind::internal;
    failure.sentence = "TLS library failed: " + (packed == 0 ? "no reason given" : reason_text(packed));
    return failure;
  }
  if (ERR_GET_LIB(packed) != ERR_LIB_SSL) {
    // Bytes of the peer that the crypto library refused: a point off the curve, a bad signature.
    Failure failure;
    failure.kind = FailureKind::protocol;
    failure.sentence = "TLS protocol error: " + reason_text(packed);
    return failure;
  }
  if (reason >= SSL_AD_REASON_OFFSET) return from_alert(static_cast<uint8_t>(reason - SSL_AD_REASON_OFFSET));
  return from_ssl_reason(reason, packed);
}

}  // namespace

std::string reason_text(uint32_t packed_error) {
  const char* reason = ERR_reason_error_string(packed_error);
  if (reason == nullptr) return "unknown error " + std::to_string(packed_error);
  std::string text = reason;
  for (char& c : text) {
    if (c == '_') c = ' ';
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

Failure take_error() {
  // A failure of the crypto library is queued before what it meant to TLS: "bad decrypt", then
  // "decryption failed or bad record mac".
  const uint32_t oldest = ERR_get_error();
  uint32_t packed = oldest;
  if (ERR_GET_REASON(oldest) != ERR_R_MALLOC_FAILURE) {
    while (packed != 0 && ERR_GET_LIB(packed) != ERR_LIB_SSL) packed = ERR_get_error();
    if (packed == 0) packed = oldest;
  }
  ERR_clear_error();
  Failure failure = from_packed(packed);
  failure.detail = packed;
  return failure;
}

}  // namespace godwit::tls
