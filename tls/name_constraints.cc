// SPDX-License-Identifier: MIT
#include "godwit/tls/name_constraints.h"

#include <openssl/asn1.h>
#include <openssl/nid.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "godwit/tls/host_name.h"

namespace godwit::tls {

bool excludes_host(const X509* issuer, std::string_view host) {
  const bssl::UniquePtr<NAME_CONSTRAINTS> constraints(
      static_cast<NAME_CONSTRAINTS*>(X509_get_ext_d2i(issuer, NID_name_constraints, nullptr, nullptr)));
  if (!constraints) return false;
  for (size_t i = 0; i < sk_GENERAL_SUBTREE_num(constraints->excludedSubtrees); ++i) {
    const GENERAL_NAME* base = sk_GENERAL_SUBTREE_value(constraints->excludedSubtrees, i)->base;
    if (base->type != GEN_DNS) continue;
    const ASN1_STRING* name = base->d.dNSName;
    if (is_within({reinterpret_cast<const char*>(ASN1_STRING_get0_data(name)),
                   static_cast<size_t>(ASN1_STRING_length(name))},
                  host)) {
      return true;
    }
  }
  return false;
}

}  // namespace godwit::tls
