// SPDX-License-Identifier: MIT
#include "godwit/tls/peer_certificates.h"

#include <utility>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/stack.h>
#include <openssl/x509.h>

#include "godwit/tls/certificate_text.h"
#include "godwit/tls/pins.h"
#include "godwit/tls/printable.h"
#include "godwit/tls/sct.h"

namespace godwit::tls {
namespace {

// kMaxName bounds a name in octets: a stranger's may have any length.
constexpr size_t kMaxName = 1000;

std::string name_text(const X509_NAME* name) {
  const bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  const uint8_t* text = nullptr;
  size_t size = 0;
  if (!bio || X509_NAME_print_ex(bio.get(), const_cast<X509_NAME*>(name), 0, XN_FLAG_RFC2253) < 0 ||
      !BIO_mem_contents(bio.get(), &text, &size)) {
    return {};
  }
  return printable({reinterpret_cast<const char*>(text), size}, kMaxName);
}

int64_t seconds(const ASN1_TIME* time) {
  const bssl::UniquePtr<ASN1_TIME> epoch(ASN1_TIME_set(nullptr, 0));
  int days = 0;
  int rest = 0;
  if (!epoch || !ASN1_TIME_diff(&days, &rest, epoch.get(), time)) return 0;
  return int64_t{days} * 86'400 + rest;
}

std::string hex(std::span<const uint8_t> octets) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const uint8_t octet : octets) {
    text += kDigits[octet >> 4];
    text += kDigits[octet & 15];
  }
  return text;
}

}  // namespace

PeerCertificates::PeerCertificates(bssl::UniquePtr<SSL_SESSION> session) : session_(std::move(session)) {}

PeerCertificates::~PeerCertificates() = default;

const STACK_OF(CRYPTO_BUFFER) * PeerCertificates::chain() const {
  return session_ ? SSL_SESSION_get0_peer_certificates(session_.get()) : nullptr;
}

bssl::UniquePtr<X509> PeerCertificates::parse(size_t index) const {
  return bssl::UniquePtr<X509>(X509_parse_from_buffer(sk_CRYPTO_BUFFER_value(chain(), index)));
}

size_t PeerCertificates::size() const {
  return sk_CRYPTO_BUFFER_num(chain());
}

std::span<const uint8_t> PeerCertificates::der(size_t index) const {
  const CRYPTO_BUFFER* certificate = sk_CRYPTO_BUFFER_value(chain(), index);
  return {CRYPTO_BUFFER_data(certificate), CRYPTO_BUFFER_len(certificate)};
}

CertificateText PeerCertificates::describe(size_t index) const {
  CertificateText text;
  uint8_t digest[SHA256_DIGEST_LENGTH];
  SHA256(der(index).data(), der(index).size(), digest);
  text.sha256 = hex(digest);
  if (const bssl::UniquePtr<X509> parsed = parse(index)) {
    text.subject = name_text(X509_get_subject_name(parsed.get()));
    text.issuer = name_text(X509_get_issuer_name(parsed.get()));
    text.not_before = seconds(X509_get0_notBefore(parsed.get()));
    text.not_after = seconds(X509_get0_notAfter(parsed.get()));
    text.names = alt_names_list(alt_names(parsed.get()));
    text.public_key_pin = pin_text(pin_of(parsed.get()));
  }
  ERR_clear_error();
  return text;
}

StapleText PeerCertificates::staple() const {
  const uint8_t* der = nullptr;
  size_t octets = 0;
  if (session_) SSL_SESSION_get0_ocsp_response(session_.get(), &der, &octets);
  if (octets == 0 || size() == 0) return {};
  StapleText text{.der = {der, octets}};
  if (const bssl::UniquePtr<X509> leaf = parse(0)) text.times = ocsp_times(text.der, leaf.get());
  ERR_clear_error();
  return text;
}

std::vector<SctText> PeerCertificates::scts() const {
  std::vector<SctText> texts;
  const auto add = [&](std::span<const uint8_t> list, bool embedded) {
    for (const Sct& sct : parse_sct_list(list)) {
      texts.push_back({std::string(sct.log_id.begin(), sct.log_id.end()), sct.timestamp, embedded});
    }
  };
  const uint8_t* list = nullptr;
  size_t octets = 0;
  if (session_) SSL_SESSION_get0_signed_cert_timestamp_list(session_.get(), &list, &octets);
  if (octets != 0) add({list, octets}, false);
  if (size() != 0) {
    if (const bssl::UniquePtr<X509> leaf = parse(0)) add(embedded_sct_list(leaf.get()), true);
  }
  ERR_clear_error();
  return texts;
}

}  // namespace godwit::tls
