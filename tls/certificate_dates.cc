// SPDX-License-Identifier: MIT
#include "godwit/tls/certificate_dates.h"

#include <algorithm>
#include <ctime>

#include <openssl/asn1.h>

namespace godwit::tls {

bool holds_at(const X509* certificate, int64_t now) {
  // X509_cmp_time gives 0 for a time that can't be read.
  std::time_t at = static_cast<std::time_t>(now);
  return X509_cmp_time(X509_get0_notBefore(certificate), &at) < 0 &&
         X509_cmp_time(X509_get0_notAfter(certificate), &at) > 0;
}

bool read_end(const STACK_OF(X509) * path, int64_t now, int64_t& valid_until) {
  const bssl::UniquePtr<ASN1_TIME> from(ASN1_TIME_set(nullptr, static_cast<std::time_t>(now)));
  if (!from) return false;
  valid_until = INT64_MAX;
  for (size_t i = 0; i < sk_X509_num(path); ++i) {
    int days = 0;
    int seconds = 0;
    if (!ASN1_TIME_diff(&days, &seconds, from.get(), X509_get0_notAfter(sk_X509_value(path, i))))
      return false;
    valid_until = std::min(valid_until, now + int64_t{days} * 86'400 + seconds);
  }
  return true;
}

}  // namespace godwit::tls
