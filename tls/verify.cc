// SPDX-License-Identifier: MIT
#include "godwit/tls/verify.h"

#include <algorithm>
#include <cstring>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "godwit/tls/certificate_dates.h"
#include "godwit/tls/certificate_text.h"
#include "godwit/tls/host_name.h"
#include "godwit/tls/name_constraints.h"
#include "godwit/tls/ocsp_check.h"
#include "godwit/tls/printable.h"
#include "godwit/tls/strength.h"

namespace godwit::tls {
namespace {

// kMaxIntermediates bounds the work that a peer can ask for; chains of the public Web have one to three.
// Versions of BoringSSL differ by one in whether the root counts.
constexpr int kMaxIntermediates = 10;

bool refuse(Failure& failure, CertificateReason reason, std::string sentence) {
  failure.kind = FailureKind::certificate;
  failure.reason = reason;
  failure.sentence = std::move(sentence);
  return false;
}

// "certificate for a.example", or "certificate of Some CA, which vouches for a.example".
std::string certificate_text(X509* certificate, X509* leaf) {
  if (X509_cmp(certificate, leaf) == 0) return "certificate for " + subject_text(leaf);
  return "certificate of " + subject_text(certificate) + ", which vouches for " + subject_text(leaf) + ",";
}

bool refuse_signature(X509* certificate, X509* leaf, Failure& failure) {
  return refuse(failure, CertificateReason::weak_signature,
                certificate_text(certificate, leaf) + " is signed with " + signature_text(certificate) +
                    ", which is not accepted");
}

// A root is trusted for being in the store: its signature on itself proves nothing and is not judged.
bool check_strength(const STACK_OF(X509) * path, Failure& failure) {
  X509* leaf = sk_X509_value(path, 0);
  const size_t count = sk_X509_num(path);
  for (size_t i = 0; i < count; ++i) {
    X509* certificate = sk_X509_value(path, i);
    const bssl::UniquePtr<EVP_PKEY> key(X509_get_pubkey(certificate));
    if (!key) {
      return refuse(
          failure, CertificateReason::weak_key,
          certificate_text(certificate, leaf) + " has a key of an unknown kind, or one that is none");
    }
    if (!key_is_strong(key.get())) {
      return refuse(failure, CertificateReason::weak_key,
                    certificate_text(certificate, leaf) + " has a weak key: " + key_text(key.get()));
    }
    if (i + 1 < count && !signature_is_strong(certificate)) {
      return refuse_signature(certificate, leaf, failure);
    }
  }
  return true;
}

bool check_host(X509* leaf, std::string_view host, Failure& failure) {
  const AltNames names = alt_names(leaf);
  const IpAddress ip = parse_ip(host);
  const bool matches =
      ip.size > 0 ? std::any_of(names.ip.begin(), names.ip.end(),
                                [&](const std::string& octets) {
                                  return octets.size() == ip.size &&
                                         std::memcmp(octets.data(), ip.octets.data(), ip.size) == 0;
                                })
                  : std::any_of(names.dns.begin(), names.dns.end(),
                                [&](const std::string& pattern) { return matches_dns_name(pattern, host); });
  if (matches) return true;
  return refuse(failure, CertificateReason::wrong_host,
                "certificate is for " + alt_names_text(names) + ", not " + printable(host));
}

bool names_its_issuers_address(const X509* certificate) {
  const bssl::UniquePtr<AUTHORITY_INFO_ACCESS> access(
      static_cast<AUTHORITY_INFO_ACCESS*>(X509_get_ext_d2i(certificate, NID_info_access, nullptr, nullptr)));
  for (size_t i = 0; access && i < sk_ACCESS_DESCRIPTION_num(access.get()); ++i) {
    if (OBJ_obj2nid(sk_ACCESS_DESCRIPTION_value(access.get(), i)->method) == NID_ad_ca_issuers) return true;
  }
  return false;
}

// Nothing tells an unknown root from an intermediate left out but habit: public CAs never issue from a
// root and say where the issuer can be had (Baseline Requirements 7.1.2.7.7), private ones do neither.
bool refuse_unknown_issuer(X509* certificate, X509* leaf, size_t sent, Failure& failure) {
  const std::string subject = "certificate for " + subject_text(leaf);
  const std::string issuer = issuer_text(certificate);
  if (sent == 1 && names_its_issuers_address(leaf)) {
    return refuse(failure, CertificateReason::missing_intermediate,
                  subject + " was sent without the one of its issuer, " + issuer);
  }
  return refuse(failure, CertificateReason::unknown_root,
                subject + " leads to " + issuer + ", which is not trusted");
}

bool refuse_constrained(X509* leaf, Failure& failure) {
  return refuse(
      failure, CertificateReason::name_constraint,
      "certificate for " + subject_text(leaf) + " is outside of the names that its issuers may use");
}

bool check_excluded(const STACK_OF(X509) * path, std::string_view host, Failure& failure) {
  for (size_t i = 1; i < sk_X509_num(path); ++i) {
    if (excludes_host(sk_X509_value(path, i), host))
      return refuse_constrained(sk_X509_value(path, 0), failure);
  }
  return true;
}

// Translates what X509_verify_cert stopped at.
bool refuse_path(X509_STORE_CTX* ctx, X509* leaf, size_t sent, Failure& failure) {
  const int error = X509_STORE_CTX_get_error(ctx);
  X509* at = X509_STORE_CTX_get_current_cert(ctx);
  if (at == nullptr) at = leaf;
  failure.detail = static_cast<uint32_t>(error);
  const std::string subject = certificate_text(at, leaf);
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return refuse(failure, CertificateReason::expired,
                    subject + " is expired since " + date_text(X509_get0_notAfter(at)));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return refuse(failure, CertificateReason::not_yet_valid,
                    subject + " is not valid before " + date_text(X509_get0_notBefore(at)));
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return refuse(failure, CertificateReason::self_signed, subject + " is self-signed and not trusted");
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return refuse_unknown_issuer(at, leaf, sent, failure);
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return refuse_unknown_issuer(at, leaf, sent, failure);
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      // BoringSSL doesn't compute the oldest digests at all.
      if (!signature_is_strong(at)) return refuse_signature(at, leaf, failure);
      return refuse(failure, CertificateReason::bad_signature, subject + " has a signature that is wrong");
    case X509_V_ERR_INVALID_PURPOSE:
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_CERT_REJECTED:
      return refuse(failure, CertificateReason::wrong_purpose, subject + " is not meant for TLS servers");
    case X509_V_ERR_INVALID_CA:
    case X509_V_ERR_INVALID_NON_CA:
    case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
      return refuse(failure, CertificateReason::not_a_ca, subject + " is not one of a CA");
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
      return refuse(failure, CertificateReason::path_length,
                    subject + " allows fewer certificates below it than there are");
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
    case X509_V_ERR_NAME_CONSTRAINTS_WITHOUT_SANS:
      return refuse_constrained(leaf, failure);
    case X509_V_ERR_SUBTREE_MINMAX:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX:
    case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
      return refuse(failure, CertificateReason::name_constraint,
                    "certificate for " + subject_text(leaf) +
                        " has names of a kind on which its issuers set constraints that can't be checked");
    default:
      return refuse(failure, CertificateReason::invalid,
                    subject + " is refused: " + X509_verify_cert_error_string(error));
  }
}

uint8_t alert_for(CertificateReason reason) {
  switch (reason) {
    case CertificateReason::expired:
    case CertificateReason::not_yet_valid:
      return SSL_AD_CERTIFICATE_EXPIRED;
    case CertificateReason::self_signed:
    case CertificateReason::unknown_root:
    case CertificateReason::missing_intermediate:
      return SSL_AD_UNKNOWN_CA;
    case CertificateReason::wrong_purpose:
      return SSL_AD_UNSUPPORTED_CERTIFICATE;
    case CertificateReason::revoked:
      return SSL_AD_CERTIFICATE_REVOKED;
    case CertificateReason::no_ocsp:
      return SSL_AD_BAD_CERTIFICATE_STATUS_RESPONSE;
    default:
      return SSL_AD_BAD_CERTIFICATE;
  }
}

bool out_of_memory(Failure& failure) {
  failure.kind = FailureKind::internal;
  failure.sentence = "out of memory while verifying a certificate";
  return false;
}

// Parsed holds the X.509 forms of what was sent, for the time of the check alone.
struct Parsed {
  bssl::UniquePtr<X509> leaf;
  bssl::UniquePtr<STACK_OF(X509)> others;
};

// BoringSSL follows the first issuer that fits by name and key, and no other. A CA may have several
// certificates for one key, of which some have ended (cross signatures): those are put behind the others.
bool put_in_order(std::vector<bssl::UniquePtr<X509>>& others, int64_t now, STACK_OF(X509) * out) {
  std::stable_partition(others.begin(), others.end(), [&](const bssl::UniquePtr<X509>& certificate) {
    return holds_at(certificate.get(), now) && signature_is_strong(certificate.get());
  });
  return std::all_of(others.begin(), others.end(), [&](bssl::UniquePtr<X509>& certificate) {
    return bssl::PushToStack(out, std::move(certificate));
  });
}

bool parse(const STACK_OF(CRYPTO_BUFFER) * chain, int64_t now, Parsed& parsed, Failure& failure) {
  std::vector<bssl::UniquePtr<X509>> others;
  for (size_t i = 0; i < sk_CRYPTO_BUFFER_num(chain); ++i) {
    bssl::UniquePtr<X509> certificate(X509_parse_from_buffer(sk_CRYPTO_BUFFER_value(chain, i)));
    if (!certificate) {
      return refuse(
          failure, CertificateReason::unparsable,
          "certificate " + std::to_string(i + 1) + " of those that the server sent can't be parsed");
    }
    if (i == 0) {
      parsed.leaf = std::move(certificate);
    } else {
      others.push_back(std::move(certificate));
    }
  }
  if (!parsed.leaf) return refuse(failure, CertificateReason::unparsable, "server sent no certificate");
  parsed.others.reset(sk_X509_new_null());
  return (parsed.others && put_in_order(others, now, parsed.others.get())) || out_of_memory(failure);
}

bool check_pins(X509* leaf, std::span<const Pin> pins, Failure& failure) {
  if (pins.empty()) return true;
  const Pin pin = pin_of(leaf);
  if (std::find(pins.begin(), pins.end(), pin) != pins.end()) return true;
  return refuse(failure, CertificateReason::not_pinned,
                "certificate for " + subject_text(leaf) + " has a key that is not pinned: " + pin_text(pin));
}

// What is wrong with a response, for people.
std::string ocsp_text(const OcspVerdict& verdict) {
  switch (verdict.status) {
    case OcspStatus::unknown:
      return "says that its issuer does not know the certificate";
    case OcspStatus::expired:
      return "is expired since " + date_text(verdict.valid_until);
    case OcspStatus::not_yet_valid:
      return "is not valid before " + date_text(verdict.valid_from);
    case OcspStatus::untrusted:
      return "has no signature that its issuer stands for";
    case OcspStatus::unrelated:
      return "is for other certificates";
    case OcspStatus::unsuccessful:
      return "is no more than an error of the responder";
    default:
      return "can't be parsed";
  }
}

bool refuse_revoked(const OcspVerdict& verdict, X509* leaf, Failure& failure) {
  const std::string reason = revocation_reason(verdict.reason);
  return refuse(failure, CertificateReason::revoked,
                "certificate for " + subject_text(leaf) + " was revoked on " + date_text(verdict.revoked_at) +
                    (reason.empty() ? "" : " (" + reason + ")") + ", by its stapled OCSP response");
}

bool refuse_without_ocsp(const OcspVerdict& verdict, X509* leaf, bool demanded, Failure& failure) {
  std::string sentence = "certificate for " + subject_text(leaf) + " came without ";
  sentence += verdict.status == OcspStatus::none ? "an OCSP response" : "a good OCSP response";
  sentence += demanded ? ", which it demands itself (must-staple)" : ", which is required";
  if (verdict.status != OcspStatus::none) sentence += ": the stapled one " + ocsp_text(verdict);
  return refuse(failure, CertificateReason::no_ocsp, std::move(sentence));
}

// A response that proves nothing is as good as none: whoever can spoil one can leave it out as well.
bool check_revocation(const Verification& wanted, const STACK_OF(X509) * path, Failure& failure,
                      Verified& verified) {
  X509* leaf = sk_X509_value(path, 0);
  // What is trusted itself stands for itself.
  X509* issuer = sk_X509_value(path, sk_X509_num(path) > 1 ? 1 : 0);
  const OcspVerdict verdict = check_ocsp(wanted.ocsp, leaf, issuer, wanted.now);
  verified.ocsp = verdict.status;
  if (verdict.status == OcspStatus::revoked) return refuse_revoked(verdict, leaf, failure);
  const bool demanded = demands_staple(leaf);
  if (!wanted.require_ocsp && !demanded) return true;
  if (verdict.status != OcspStatus::good) return refuse_without_ocsp(verdict, leaf, demanded, failure);
  verified.valid_until = std::min(verified.valid_until, verdict.valid_until);
  return true;
}

bool check_path(const Verification& wanted, const Parsed& parsed, size_t sent, Failure& failure,
                Verified& verified) {
  X509* leaf = parsed.leaf.get();
  const bssl::UniquePtr<X509_STORE_CTX> ctx(X509_STORE_CTX_new());
  if (!ctx || !X509_STORE_CTX_init(ctx.get(), wanted.store, leaf, parsed.others.get()) ||
      !X509_STORE_CTX_set_default(ctx.get(), "ssl_server")) {
    return out_of_memory(failure);
  }
  X509_VERIFY_PARAM* param = X509_STORE_CTX_get0_param(ctx.get());
  X509_VERIFY_PARAM_set_time(param, static_cast<std::time_t>(wanted.now));
  X509_VERIFY_PARAM_set_depth(param, kMaxIntermediates);
  if (X509_verify_cert(ctx.get()) != 1) return refuse_path(ctx.get(), leaf, sent, failure);
  const STACK_OF(X509)* path = X509_STORE_CTX_get0_chain(ctx.get());
  if (!check_strength(path, failure) || !check_host(leaf, wanted.host, failure) ||
      !check_excluded(path, wanted.host, failure)) {
    return false;
  }
  if (!read_end(path, wanted.now, verified.valid_until)) return out_of_memory(failure);
  return check_revocation(wanted, path, failure, verified);
}

bool check(const Verification& wanted, const STACK_OF(CRYPTO_BUFFER) * chain, Failure& failure,
           Verified& verified) {
  Parsed parsed;
  if (!parse(chain, wanted.now, parsed, failure)) return false;
  const size_t sent = sk_CRYPTO_BUFFER_num(chain);
  if (wanted.store != nullptr && !check_path(wanted, parsed, sent, failure, verified)) return false;
  return check_pins(parsed.leaf.get(), wanted.pins, failure);
}

}  // namespace

bool verify_chain(const Verification& wanted, const STACK_OF(CRYPTO_BUFFER) * chain, Failure& failure,
                  uint8_t* out_alert, Verified& verified) {
  const bool good = check(wanted, chain, failure, verified);
  // What the checks left in the queue is in `failure` already.
  ERR_clear_error();
  if (!good) {
    *out_alert = failure.kind == FailureKind::internal ? SSL_AD_INTERNAL_ERROR : alert_for(failure.reason);
  }
  return good;
}

}  // namespace godwit::tls
