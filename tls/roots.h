// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <openssl/base.h>

#include "godwit/tls/pem.h"

namespace godwit::tls {

class Roots;

// RootsResult holds the roots, or a sentence about why there are none.
struct RootsResult {
  std::shared_ptr<const Roots> roots;
  std::string error;
};

// Roots is a set of trusted certificates. Immutable and shared: any number of contexts and threads may
// verify against one set.
class Roots final {
 public:
  // system gives the machine's store: $SSL_CERT_FILE when it is set, else the first of the usual paths
  // that can be read. It is parsed once per process; a failure is not remembered.
  static RootsResult system();

  // find_system is system() with the places to look at spelled out, uncached. `override_file`, when not
  // null and not empty, is the only place looked at.
  static RootsResult find_system(const char* override_file, std::span<const char* const> paths);

  // make trusts the certificates of `pems`, and those of `base` if not null. A source without a
  // certificate, or with one that can't be parsed, is an error.
  static RootsResult make(std::span<const Pem> pems, const Roots* base = nullptr);

  // store is for verify_chain. Lives as long as this.
  X509_STORE* store() const { return store_.get(); }

  // size counts the certificates.
  size_t size() const { return certificates_.size(); }

 private:
  enum class Unparsable : uint8_t { refuse, skip };

  Roots() = default;
  std::string add(const Pem& pem, Unparsable policy);
  std::string index();

  std::vector<bssl::UniquePtr<X509>> certificates_;
  bssl::UniquePtr<X509_STORE> store_;
};

}  // namespace godwit::tls
