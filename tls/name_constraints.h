// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <openssl/base.h>

namespace godwit::tls {

// excludes_host says whether a CA's certificate forbids (RFC 5280 4.2.1.10, excludedSubtrees) certificates
// for this DNS name. BoringSSL compares what stands in a certificate with the constraints, and so takes
// "*.b.example" for a name outside of "a.b.example"; the host that is asked for is not.
bool excludes_host(const X509* issuer, std::string_view host);

}  // namespace godwit::tls
