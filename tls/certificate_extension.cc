// SPDX-License-Identifier: MIT
#include "godwit/tls/certificate_extension.h"

#include <algorithm>

#include <openssl/asn1.h>
#include <openssl/obj.h>
#include <openssl/x509.h>

namespace godwit::tls {

std::span<const uint8_t> certificate_extension(const X509* certificate, std::span<const uint8_t> oid) {
  for (int i = 0; i < X509_get_ext_count(certificate); ++i) {
    X509_EXTENSION* extension = X509_get_ext(certificate, i);
    const ASN1_OBJECT* object = X509_EXTENSION_get_object(extension);
    if (!std::ranges::equal(std::span(OBJ_get0_data(object), OBJ_length(object)), oid)) continue;
    const ASN1_OCTET_STRING* value = X509_EXTENSION_get_data(extension);
    return {ASN1_STRING_get0_data(value), static_cast<size_t>(ASN1_STRING_length(value))};
  }
  return {};
}

}  // namespace godwit::tls
