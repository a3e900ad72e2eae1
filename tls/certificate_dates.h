// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <openssl/stack.h>
#include <openssl/x509.h>

namespace godwit::tls {

// Times are in seconds since 1970.

// holds_at says whether `now` is within a certificate's dates; false where these can't be read.
bool holds_at(const X509* certificate, int64_t now);

// read_end gives when the first certificate of a path ends; false when out of memory. `now` is any time.
bool read_end(const STACK_OF(X509) * path, int64_t now, int64_t& valid_until);

}  // namespace godwit::tls
