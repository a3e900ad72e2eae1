// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace godwit::tls {

// Status is what a step of the engine came to. Branch on it; ask Engine::failure() only for `failed`.
enum class Status : uint8_t {
  ok,            // the step is done
  want_input,    // nothing can be done before more bytes are fed
  closed,        // the peer's close_notify was read: the stream ended cleanly (RFC 8446 6.1)
  failed,        // the connection is over; it stays so
  early,         // of handshake() alone: as want_input, but write() may be used already (RFC 8446 2.3)
  want_verdict,  // of handshake() with EngineOptions::ask alone: see Engine::answer()
};

// GODWIT_TLS_FAILURE_KINDS is the closed list of what may end a connection other than its clean end.
#define GODWIT_TLS_FAILURE_KINDS(X)                                                           \
  X(none, "none")                   /* nothing has failed */                                  \
  X(protocol, "protocol")           /* the peer broke a rule of TLS, or bytes were damaged */ \
  X(alert, "alert")                 /* the peer sent a fatal alert, in Failure::alert */      \
  X(not_tls, "not-tls")             /* the first answer is not a TLS record */                \
  X(certificate, "certificate")     /* refused by us; why is in Failure::reason */            \
  X(alpn_mismatch, "alpn-mismatch") /* no common protocol, or one that was never offered */   \
  X(truncated, "truncated")         /* input ended without close_notify */                    \
  X(renegotiation, "renegotiation") /* the peer asked for it; it is always refused */         \
  X(internal, "internal")           /* out of memory, or a misuse of the engine */

// GODWIT_TLS_CERTIFICATE_REASONS is the closed list of why a certificate is refused.
#define GODWIT_TLS_CERTIFICATE_REASONS(X)                                                      \
  X(none, "none")                                                                              \
  X(expired, "expired")                                                                        \
  X(not_yet_valid, "not-yet-valid")                                                            \
  X(wrong_host, "wrong-host")                     /* RFC 9525: no subjectAltName matches */    \
  X(self_signed, "self-signed")                   /* the server's own, not among the roots */  \
  X(unknown_root, "unknown-root")                 /* a whole chain, to a root not trusted */   \
  X(missing_intermediate, "missing-intermediate") /* an issuer is neither sent nor trusted */  \
  X(weak_key, "weak-key")                         /* RSA under 2048 bits, EC under 256, DSA */ \
  X(weak_signature, "weak-signature")             /* SHA-1 or older */                         \
  X(bad_signature, "bad-signature")                                                            \
  X(wrong_purpose, "wrong-purpose") /* not for TLS servers */                                  \
  X(not_a_ca, "not-a-ca")           /* issued by a certificate that may not */                 \
  X(path_length, "path-length")                                                                \
  X(name_constraint, "name-constraint") /* a CA outside of its permitted names */              \
  X(not_pinned, "not-pinned")           /* a key that is none of those allowed */              \
  X(revoked, "revoked")                 /* by its issuer, as a stapled response proves */      \
  X(no_ocsp, "no-ocsp")                 /* a good OCSP response is required, none was sent */  \
  X(rejected, "rejected")               /* by the caller: Engine::answer() */                  \
  X(unparsable, "unparsable")                                                                  \
  X(invalid, "invalid") /* anything else: see the sentence */

// GODWIT_TLS_OCSP_STATUSES is the closed list of what a stapled OCSP response came to (RFC 6960).
#define GODWIT_TLS_OCSP_STATUSES(X)                                                              \
  X(none, "none") /* not asked for, or not sent */                                               \
  X(good, "good")                                                                                \
  X(revoked, "revoked")                                                                          \
  X(unknown, "unknown")             /* the responder does not know the certificate */            \
  X(expired, "expired")             /* a newer one was due */                                    \
  X(not_yet_valid, "not-yet-valid") /* from the future */                                        \
  X(untrusted, "untrusted")         /* not signed by whom the issuer lets sign, or too weakly */ \
  X(unrelated, "unrelated")         /* about other certificates */                               \
  X(unsuccessful, "unsuccessful")   /* an error of the responder: "try later" */                 \
  X(malformed, "malformed")

enum class FailureKind : uint8_t {
#define GODWIT_TLS_ENUMERATOR(name, text) name,
  GODWIT_TLS_FAILURE_KINDS(GODWIT_TLS_ENUMERATOR)
};

enum class CertificateReason : uint8_t { GODWIT_TLS_CERTIFICATE_REASONS(GODWIT_TLS_ENUMERATOR) };

enum class OcspStatus : uint8_t { GODWIT_TLS_OCSP_STATUSES(GODWIT_TLS_ENUMERATOR) };
#undef GODWIT_TLS_ENUMERATOR

// Failure says why a connection is over.
struct Failure {
  FailureKind kind = FailureKind::none;
  CertificateReason reason = CertificateReason::none;  // set when kind is `certificate`
  uint8_t alert = 0;     // TLS alert: received when kind is `alert` or `alpn_mismatch`, else 0
  uint32_t detail = 0;   // BoringSSL's packed error, or its X509_V_ERR_ code; for logs only
  std::string sentence;  // for people; bytes of the peer in it are escaped and cut to a few words
};

// name gives the kebab-case name of a kind, reason or status, for logs and machine-readable output.
std::string_view name(FailureKind kind);
std::string_view name(CertificateReason reason);
std::string_view name(OcspStatus status);

// alert_name gives the name of RFC 8446 6 for an alert, such as "handshake_failure"; "unknown_alert"
// for a number that has none.
std::string_view alert_name(uint8_t alert);

}  // namespace godwit::tls
